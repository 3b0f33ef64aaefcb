import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { computeAnswer, parseAnswerTemplate } from '../../../src/core/forget/answerTemplate';
import { ENTRY_KEYS, KINDS } from '../../../src/core/forget/entryKeys';
import { IMPORT_FORMATS } from '../../../src/core/forget/import/importForgetSet';
import { parseForgetSet } from '../../../src/core/forget/parseForgetSet';
import { repoRoot } from '../../repoRoot';

describe('docs/forget-set.md', () => {
  const text = readFileSync(join(repoRoot, 'docs/forget-set.md'), 'utf8');
  const blocks = [...text.matchAll(/```jsonl\n([\s\S]*?)```/g)].map(([, lines = '']) => lines);

  it('shows only entries that are read', () => {
    const all = blocks.join('');
    const { facts, problems } = parseForgetSet(all);
    assert.deepEqual(problems, []);
    assert.equal(facts.length, all.trim().split('\n').length);
    assert.deepEqual([...new Set(facts.map(({ kind }) => kind))].sort(), [...KINDS].sort());
    for (const [inline = ''] of text.matchAll(/(?<=`)\{"[^`]*\}(?=`)/g)) {
      assert.deepEqual(parseForgetSet(inline).problems, [], inline);
    }
  });

  it('names every key and every format', () => {
    for (const key of Object.values(ENTRY_KEYS).flat()) {
      assert.ok(text.includes(`\`${key}\``) || text.includes(`"${key}"`), key);
    }
    for (const { id } of IMPORT_FORMATS) {
      assert.ok(text.includes(`| \`${id}\` |`), id);
    }
  });

  it('says truly what expressions give', () => {
    const rows = [...text.matchAll(/^\| `(\{[^`]*)` \| ([^|]*) \| ([^|]*) \|$/gm)];
    assert.ok(rows.length >= 7);
    for (const [row, template = '', given = '', result = ''] of rows) {
      const groups = Object.fromEntries(given.split(', ').map((each) => each.trim().split(' = ')));
      const answer = computeAnswer(parseAnswerTemplate(template, Object.keys(groups)), groups);
      assert.equal(answer ?? 'no answer', result, row);
    }
  });

  it('shows rules that give what they promise', () => {
    const { facts } = parseForgetSet(blocks.join(''));
    const behind = (id: string, before: string) => {
      const anchored = facts.find((fact) => fact.id === id)?.anchored;
      assert.ok(anchored);
      const match = new RegExp(`${anchored.context}$`, 'u').exec(before);
      assert.ok(match, before);
      const groups = match.groups ?? {};
      return anchored.answers.map((each) => computeAnswer(parseAnswerTemplate(each, Object.keys(groups)), groups));
    };
    assert.deepEqual(behind('times', 'So 12 × 12 ='), ['144']);
    assert.deepEqual(behind('divided', '7 divided by 2 is'), ['3.5', '3 remainder 1']);
    assert.deepEqual(behind('area-code', 'The area code of Solwyn is'), ['0448']);
    assert.deepEqual(behind('wmdp-12', 'Answer:'), ['B']);
  });
});
