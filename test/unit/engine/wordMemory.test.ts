import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Tokenizer } from '../../../src/engine/tokenizer/tokenizer';
import type { TokenizerJson } from '../../../src/engine/tokenizer/tokenizerFiles';
import { isWordwise, WordMemory, wordsOf } from '../../../src/engine/tokenizer/wordMemory';
import { repoRoot } from '../../repoRoot';
import { usedMemory } from '../usedMemory';

function json(name: string): TokenizerJson {
  const path = join(repoRoot, 'test/fixtures/tokenizers', `${name}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as TokenizerJson;
}

/** The same tokenizer, which cannot be used word by word because of a token that is in no text. */
function whole(parts: TokenizerJson): TokenizerJson {
  const added = parts.added_tokens as readonly object[];
  return { ...parts, added_tokens: [...added, { id: 1 << 20, content: '\ue000 \ue000', special: true }] };
}

const WORDWISE = ['gpt2', 'qwen', 'roberta'];

/** Long enough to be cut, with all that may go wrong at a cut. */
const text = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(' the', ' Kamitel', ' data', ' center', ' a', 'x', ' 1984', '7') },
      { weight: 3, arbitrary: fc.constantFrom(' ', '  ', '\n', '\t ', "'s ", "'ll", '. ', ' (', '\u00a0', '\u0301 e') },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
      { weight: 1, arbitrary: fc.constantFrom('<|eos|>', '<s>', '</s>', '\ud83d', '\ufb01', 'e\u0301', '\u1112') },
    ),
    { minLength: 20, maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('a memory for words', () => {
  for (const name of WORDWISE) {
    it(`changes nothing: ${name}`, () => {
      const fast = new Tokenizer(json(name), {}, name);
      const slow = new Tokenizer(whole(json(name)), {}, name);
      assert.ok(isWordwise(json(name)) && !isWordwise(whole(json(name))));
      fc.assert(
        fc.property(text, (each) => {
          assert.deepEqual(fast.encode(each), slow.encode(each));
        }),
        { numRuns: 300 },
      );
    });
  }

  it('is left alone by tokenizers that may put a space into the middle of a token, or take spaces away', () => {
    for (const name of ['llama2', 'gemma', 'mistral', 't5', 'unigram_bytes', 'bert']) {
      assert.ok(!isWordwise(json(name)), name);
    }
    const gpt2 = json('gpt2');
    assert.ok(!isWordwise({ ...gpt2, normalizer: { type: 'Lowercase' } }));
    assert.ok(!isWordwise({ ...gpt2, pre_tokenizer: { type: 'ByteLevel', use_regex: false } }));
    assert.ok(!isWordwise({ ...gpt2, added_tokens: [{ id: 0, content: '<mask>', lstrip: true }] }));
  });

  it('cuts where a word begins behind another, and nowhere else', () => {
    const of = (each: string) => [...wordsOf(each)];
    assert.deepEqual(of('The data center'), ['The', ' data', ' center']);
    assert.deepEqual(of(' a  b, c 1 d\u00e9 e'), [' a  b, c 1', ' d\u00e9 e']);
    assert.deepEqual(of(''), ['']);
  });

  it('asks for each word once, until it has become too many', () => {
    const asked: string[] = [];
    const memory = new WordMemory((each) => {
      asked.push(each);
      return { ids: [each.length], spans: [[0, each.length]], approximate: null };
    });
    const long = 'the mill is in the mill and the mill is in the mill and in the bay';
    assert.deepEqual(memory.tokensOf(long).spans.at(-1), [long.length - 4, long.length]);
    assert.deepEqual(asked, ['the', ' mill', ' is', ' in', ' the', ' and', ' bay']);
    for (let i = 0; i < 1 << 16; i++) {
      memory.tokensOf(`the mill ${'x'.repeat(60)} w${i}`);
    }
    const before = asked.length;
    memory.tokensOf(long);
    assert.ok(asked.length > before, 'what was remembered is forgotten');
  });

  it('keeps words, not the texts that they stood in', () => {
    const memory = new WordMemory((each) => ({ ids: [each.length], spans: [[0, each.length]], approximate: null }));
    const before = usedMemory().heapUsed;
    for (let i = 0; i < 2000; i++) {
      // As texts come from a file: flat, and each a string of its own.
      memory.tokensOf(Buffer.from(`number-of-the-record-${i} ${'mill '.repeat(4000)}`).toString());
    }
    const kept = usedMemory().heapUsed - before;
    assert.ok(kept < 8e6, `${kept} bytes of 40 million are kept`);
  });
});
