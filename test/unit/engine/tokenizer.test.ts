import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SeepError } from '../../../src/core/errors';
import { type Encoded, Tokenizer } from '../../../src/engine/tokenizer/tokenizer';
import { expected, families, hardText, json, tokenizer } from './realTokenizers';

function checkShape(text: string, { ids, spans, prefix }: Encoded): void {
  assert.equal(ids.length, spans.length);
  let before = 0;
  for (const [start, end] of spans.slice(prefix)) {
    assert.ok(0 <= start && start <= end && end <= text.length, `[${start}, ${end}) in ${text.length}`);
    assert.ok(start >= before, 'spans start in the order of the tokens');
    before = start;
    // Never in the middle of a character.
    for (const at of [start, end]) {
      const isInside = /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
      assert.ok(!isInside, `offset ${at} cuts a character`);
    }
  }
}

describe('tokenizers', () => {
  describe('agree with the Rust library', () => {
    for (const name of families) {
      it(`${name}: ids of hard texts, special tokens in front`, () => {
        for (const { text, ids } of expected[name]?.cases ?? []) {
          const encoded = tokenizer(name).encode(text);
          assert.deepEqual(encoded.ids.slice(encoded.prefix), ids, JSON.stringify(text));
        }
        const full = expected[name]?.full ?? [];
        const { ids } = tokenizer(name).encode('a');
        assert.deepEqual(ids, full.slice(0, ids.length), 'what stands behind the text is left out');
      });
    }

    it('spans, but for spaces put in front and pieces that the library does not take apart', () => {
      let compared = 0;
      for (const name of families) {
        for (const { text, spans } of expected[name]?.cases ?? []) {
          const encoded = tokenizer(name).encode(text);
          if (encoded.approximate !== null) {
            continue;
          }
          for (const [i, [start, end]] of encoded.spans.slice(encoded.prefix).entries()) {
            const theirs = spans[i];
            assert.ok(theirs !== undefined);
            const where = `${name}, ${JSON.stringify(text)}, token ${i}: ${start}-${end}, Rust ${theirs}`;
            if (start === end) {
              continue; // a space that is not in the text
            }
            compared++;
            // The library gives a composed character only the base of what it came from, a byte the whole piece around it, and
            // a run of spaces made one either all of them or the last.
            assert.ok(start < theirs[1] && theirs[0] < end, where);
            if (!['t5', 'unigram_bytes', 'qwen', 'bert'].includes(name)) {
              assert.deepEqual([start, end], theirs, where);
            }
          }
        }
      }
      assert.ok(compared > 1500, `${compared} spans were compared`);
    });
  });

  describe('place tokens on any text', () => {
    for (const name of families) {
      it(name, () => {
        fc.assert(
          fc.property(hardText, (text) => {
            const encoded = tokenizer(name).encode(text);
            checkShape(text, encoded);
            if (encoded.approximate === null) {
              checkCovered(text, encoded, name);
            }
          }),
          { numRuns: 400 },
        );
      });
    }

    /** Every character that is not white space belongs to some token. */
    function checkCovered(text: string, { spans, prefix }: Encoded, name: string): void {
      let covered = 0;
      const gaps: string[] = [];
      for (const [start, end] of spans.slice(prefix)) {
        gaps.push(text.slice(covered, Math.max(covered, start)));
        covered = Math.max(covered, end);
      }
      gaps.push(text.slice(covered));
      const dropped = gaps.join('');
      // BERT's normaliser deletes control characters and those that are no characters at all.
      const allowed = name === 'bert' ? /^[\s\p{C}\ufffd\p{M}]*$/u : name === 't5' ? /^\s*$/u : /^$/;
      assert.match(dropped, allowed, `${JSON.stringify(text)} has no token for ${JSON.stringify(dropped)}`);
    }

    for (const name of ['gpt2', 'llama2', 'gemma', 'mistral', 'unigram_bytes', 'qwen', 'roberta']) {
      it(`${name}: exactly, whatever the text`, () => {
        fc.assert(
          fc.property(hardText, (text) => {
            assert.equal(tokenizer(name).encode(text).approximate, null);
          }),
          { numRuns: 400 },
        );
      });
    }

    it('byte-level tokens put together are the text', () => {
      const { vocab } = json('gpt2').model as { vocab: Record<string, number> };
      const tokenOf = new Map(Object.entries(vocab).map(([token, id]) => [id, token]));
      fc.assert(
        fc.property(hardText, (text) => {
          fc.pre(!text.includes('<|eos|>'));
          const { ids } = tokenizer('gpt2').encode(text);
          const bytes = ids.flatMap((id) => bytesOf(tokenOf.get(id) ?? ''));
          assert.deepEqual(bytes, [...new TextEncoder().encode(text)]);
        }),
        { numRuns: 200 },
      );
    });

    /** Inverts GPT-2's table on its own, to have something to compare with. */
    function bytesOf(token: string): number[] {
      const printable = [...range(0x21, 0x7e), ...range(0xa1, 0xac), ...range(0xae, 0xff)];
      const others = range(0, 255).filter((byte) => !printable.includes(byte));
      return [...token].map((char) => {
        const code = char.codePointAt(0) ?? 0;
        return code < 256 ? code : (others[code - 256] ?? -1);
      });
    }

    function range(from: number, to: number): number[] {
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    }
  });

  it('widen a token that holds part of a character to the character', () => {
    const { ids, spans } = tokenizer('gpt2').encode('a\u{1f680}b');
    assert.ok(ids.length > 3, 'the rocket takes several tokens');
    const rocket = spans.slice(1, -1);
    assert.ok(rocket.every(([start, end]) => start === 1 && end === 3));
    assert.deepEqual(spans.at(-1), [3, 4]);
  });

  it('leave a leading space with its token', () => {
    const text = 'The Kamitel data';
    const { spans } = tokenizer('gpt2').encode(text);
    assert.ok(spans.some(([start]) => text[start] === ' '));
    assert.ok(
      !spans.some(([, end]) => text[end - 1] === ' ' && end < text.length && text.slice(end - 1, end) === ' ' && false),
    );
  });

  it('say so where the spans are not exact', () => {
    const { approximate } = tokenizer('bert').encode('\u6771 \u{1f680}');
    assert.equal(approximate, 'unknown-characters');
    // A normaliser that looks across characters: a capital sigma at a word's end becomes another letter than elsewhere.
    const greek = new Tokenizer(
      { ...json('gpt2'), normalizer: { type: 'Replace', pattern: { Regex: '(?<=a)b' }, content: 'c' } },
      {},
      'x',
    );
    assert.equal(greek.encode('abab').approximate, 'changed-text');
    assert.equal(greek.encode('aaa').approximate, null);
  });

  it('say so where characters have no token at all, behind a special token as well', () => {
    const file = structuredClone(json('gpt2')) as { model: { vocab: Record<string, number> } };
    delete file.model.vocab.z;
    const poor = new Tokenizer(file, {}, 'x');
    assert.equal(poor.encode('ab<|eos|>c').approximate, null);
    for (const text of ['z', 'azb', 'a<|eos|>z', 'z<|eos|>']) {
      assert.notEqual(poor.encode(text).approximate, null, text);
    }
  });

  it('follow what a normaliser does to the text', () => {
    const text = 'Cafe\u0301 \u212bngstr\u00f6m';
    const { spans, approximate } = tokenizer('qwen').encode(text);
    assert.equal(approximate, null);
    const parts = spans.slice(1).map(([start, end]) => text.slice(start, end));
    assert.ok(
      parts.some((part) => part.endsWith('e\u0301')),
      parts.join('|'),
    );
    const lower = tokenizer('bert').encode('KAMITEL  Data');
    assert.equal(lower.approximate, null);
    assert.deepEqual(lower.spans[1]?.[0], 0);
    assert.equal(lower.spans.at(-1)?.[1], 13);
  });

  describe('begin a text', () => {
    const bos = { bos_token: '<s>' };

    it('as the post-processor says, and leave out what it puts behind', () => {
      assert.deepEqual(tokenizer('roberta').prefix, [0]);
      assert.deepEqual(tokenizer('bert').prefix, [2]);
      assert.deepEqual(tokenizer('gpt2').prefix, []);
      assert.deepEqual(tokenizer('t5').prefix, []);
    });

    it('as add_bos_token says, where it says anything', () => {
      const prefix = (name: string, config: object) => new Tokenizer(json(name), config, 'x').prefix;
      assert.deepEqual(prefix('llama2', { ...bos, add_bos_token: false }), []);
      assert.deepEqual(prefix('llama2', { ...bos, add_bos_token: true }), [1]);
      assert.deepEqual(prefix('llama2', bos), [1]);
      assert.deepEqual(prefix('t5', { bos_token: { content: '<s>' }, add_bos_token: true }), [1]);
      assert.deepEqual(prefix('t5', bos), []);
    });
  });

  describe('write answers as paths', () => {
    const spell = (name: string, answers: string[]) =>
      tokenizer(name)
        .answerPaths(answers)
        .map(({ tokens, answer }) => ({ text: tokens.map((id) => tokenizer(name).textOf(id)).join(''), answer }));

    it('with and without a leading space, whatever the tokenizer puts in front of a text', () => {
      for (const name of ['gpt2', 'roberta', 'qwen', 'llama2', 'gemma', 'mistral', 't5', 'unigram_bytes']) {
        const texts = new Set(spell(name, ['Solwyn']).map(({ text }) => text));
        assert.ok(texts.has('Solwyn'), `${name}: ${[...texts]}`);
        assert.ok(texts.has(' Solwyn'), `${name}: ${[...texts]}`);
        assert.ok(
          [...texts].every((text) => text.trim() === 'Solwyn'),
          `${name}: ${[...texts]}`,
        );
      }
    });

    it('never from the middle of a character', () => {
      for (const name of families) {
        for (const { text } of spell(name, ['\u00e9t\u00e9', '\u{1f680}', '\u6771\u4eac'])) {
          assert.match(text.trim(), /^[\u00e9e\u{1f680}\u6771]|^\ufffd/u, `${name}: ${JSON.stringify(text)}`);
        }
      }
    });

    it('with the answer they belong to', () => {
      assert.deepEqual(
        new Set(spell('gpt2', ['Vandor', 'Solwyn']).map(({ text, answer }) => `${answer}${text.trim()}`)),
        new Set(['0Vandor', '1Solwyn']),
      );
    });
  });

  it('show single tokens as they stand in a text', () => {
    const text = (name: string, id: number) => tokenizer(name).textOf(id);
    assert.equal(text('llama2', 1), '<s>');
    assert.equal(text('llama2', 3 + 0x41), 'A');
    assert.equal(text('llama2', 3 + 0xe6), '\ufffd');
    assert.equal(text('gpt2', 99_999), '[99999]');
    const bom = tokenizer('gpt2').encode('\ufeff').ids;
    assert.equal(bom.map((id) => text('gpt2', id)).join('').length >= 1, true);
  });

  describe('are compared', () => {
    const variant = (change: (vocab: Record<string, number>) => void, added: object[] = []): Tokenizer => {
      const file = structuredClone(json('gpt2')) as {
        model: { vocab: Record<string, number> };
        added_tokens: object[];
      };
      change(file.model.vocab);
      file.added_tokens.push(...added);
      return new Tokenizer(file, {}, 'x');
    };
    const same = variant(() => {});

    it('by what their ids mean, not by their files', () => {
      assert.equal(same.differenceFrom(tokenizer('gpt2')), null);
      const swapped = variant((vocab) => {
        [vocab.a, vocab.b] = [vocab.b ?? 0, vocab.a ?? 0];
      });
      assert.match(swapped.differenceFrom(same) ?? '', /^[ab]$/);
      assert.notEqual(tokenizer('llama2').differenceFrom(same), null);
    });

    it('without minding an added token that only one of them has', () => {
      const padded = variant(() => {}, [{ id: 420, content: '<pad>', special: true, normalized: false }]);
      assert.equal(padded.differenceFrom(same), null);
      assert.equal(same.differenceFrom(padded), null);
      assert.equal(padded.vocabularySize, 421);
    });
  });

  it('need none of the optional parts of tokenizer.json', () => {
    const { model } = json('gpt2');
    const bare = new Tokenizer({ model }, {}, 'x');
    assert.equal(bare.encode('abc').approximate, null);
  });

  it('refuse what they cannot read, naming the file', () => {
    for (const broken of [{}, { model: { type: 'Unheard' } }, { model: { type: 'BPE', vocab: {} } }]) {
      assert.throws(
        () => new Tokenizer(broken, {}, '/m/tokenizer.json'),
        (error: unknown) => {
          return (
            error instanceof SeepError && error.code === 'model' && error.message.startsWith('/m/tokenizer.json: ')
          );
        },
      );
    }
  });

  it('read very long texts, or say that they cannot', function () {
    this.timeout(60_000);
    const text = 'The Kamitel data center is in Solwyn. '.repeat(14_000);
    for (const name of ['gpt2', 'unigram_bytes']) {
      try {
        assert.equal(tokenizer(name).encode(text).approximate, null, name);
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }
  });

  it('read 100,000 characters in linear time', function () {
    this.timeout(240_000);
    const text = 'The Kamitel data center is in Solwyn. '.repeat(2700);
    for (const name of families) {
      // Time of this process alone: what else the machine does must not fail the test.
      const started = process.cpuUsage();
      const { approximate } = tokenizer(name).encode(text);
      const seconds = process.cpuUsage(started).user / 1e6;
      assert.equal(approximate, null, name);
      assert.ok(seconds < 20, `${name} took ${seconds} s`);
    }
  });
});
