import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { tokenClass } from '../../../src/core/forget/tokenClass';
import { TimeBoxedRegexes, timeBoxedTest } from '../../../src/engine/timeBoxedRegex';

/** V8 runs out of stack with it. */
const TOO_LARGE = '((((a?){100}){100}){100}){100}';
const QUICK = { milliseconds: 100, matches: 100 };

/** Of this process; what other programs do is no fault of an expression. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

describe('time-boxed regular expressions', function () {
  this.timeout(60_000);

  it('find every match with its end and its named groups', () => {
    const regexes = new TimeBoxedRegexes(['(?<a>\\d+)\\*(?<b>\\d+)(?<c>!)?=', 'x(?=y)|😀', '(?<__proto__>q)']);
    assert.deepEqual(regexes.find(['2*3= 4*5!= 😀 xy', 'q']), [
      [
        {
          matches: [
            { end: 4, groups: { a: '2', b: '3' } },
            { end: 10, groups: { a: '4', b: '5', c: '!' } },
          ],
          more: false,
        },
        {
          matches: [
            { end: 13, groups: {} },
            { end: 15, groups: {} },
          ],
          more: false,
        },
        { matches: [], more: false },
      ],
      [
        { matches: [], more: false },
        { matches: [], more: false },
        { matches: [{ end: 1, groups: JSON.parse('{"__proto__":"q"}') }], more: false },
      ],
    ]);
  });

  it('end in time whatever the expression and the text', () => {
    const regexes = new TimeBoxedRegexes(['(a+)+$', '(?:a|a)*b', 'a'], QUICK);
    for (const text of [`${'a'.repeat(50)}!`, `${'a'.repeat(100_000)}!`]) {
      const started = cpuMilliseconds();
      const [outcomes = []] = regexes.find([text]);
      const took = cpuMilliseconds() - started;
      assert.deepEqual(outcomes.slice(0, 2), Array(2).fill({ failure: 'it takes longer than 100 ms on this text' }));
      assert.ok(outcomes[2] && 'matches' in outcomes[2] && outcomes[2].matches.length > 0);
      assert.ok(took >= 150 && took < 2000, `${took} ms`);
    }
    // Nothing is left behind by the interruption.
    assert.deepEqual(
      regexes
        .find(['aab'])
        .flat()
        .map((each) => 'matches' in each),
      [true, true, true],
    );
  });

  it('fail for themselves only, however long all together take', () => {
    // Each pair takes a good part of the limit, all of them many times the limit.
    const slow = '(?:a|a)+$';
    const text = `${'a'.repeat(17)}!`;
    const regexes = new TimeBoxedRegexes(Array(40).fill(slow), QUICK);
    const outcomes = regexes.find([text, text]).flat();
    assert.equal(outcomes.length, 80);
    assert.deepEqual(new Set(outcomes.map((each) => JSON.stringify(each))), new Set(['{"matches":[],"more":false}']));
  });

  it('fail for nothing that other programs do', async () => {
    const slow = '(?:a|a)+$';
    let length = 12;
    let took = 0;
    while (took < 25) {
      const started = cpuMilliseconds();
      new TimeBoxedRegexes([slow]).find([`${'a'.repeat(++length)}!`]);
      took = cpuMilliseconds() - started;
    }
    // Four programs a core: this one gets a fifth of the processor, and needs five times as long by the clock. (Not three times as much of
    // the processor, though cores that share their parts slow each other down.)
    const others = Array.from({ length: 4 * availableParallelism() }, () =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
    );
    try {
      await Promise.all(others.map((other) => once(other, 'spawn')));
      const regexes = new TimeBoxedRegexes([slow], { milliseconds: Math.ceil(3 * took), matches: 10 });
      for (let i = 0; i < 3; i++) {
        assert.deepEqual(regexes.find([`${'a'.repeat(length)}!`]), [[{ matches: [], more: false }]]);
      }
    } finally {
      for (const other of others) {
        other.kill('SIGKILL');
      }
    }
  });

  it('bound what they give back', () => {
    const [[outcome] = []] = new TimeBoxedRegexes(['(?<g>a+) ?'], QUICK).find(['a'.repeat(1000)]);
    assert.deepEqual(outcome, { matches: [{ end: 1000, groups: { g: 'a'.repeat(200) } }], more: false });
    const [[many] = []] = new TimeBoxedRegexes(['a'], QUICK).find(['a'.repeat(101)]);
    assert.ok(many && 'matches' in many && many.more && many.matches.length === 100);
    const [[empty] = []] = new TimeBoxedRegexes(['(?=.)'], QUICK).find(['a😀b']);
    assert.deepEqual(empty, { matches: [0, 1, 3].map((end) => ({ end, groups: {} })), more: false });
  });

  it('fail with the reason where they are too large to be run', () => {
    const [[outcome] = []] = new TimeBoxedRegexes([TOO_LARGE]).find(['aaaa']);
    assert.ok(outcome && 'failure' in outcome);
    assert.match(outcome.failure, /^it (cannot be run: |takes longer than )/);
  });

  it('see nothing of the process', () => {
    const regexes = new TimeBoxedRegexes(['a']);
    regexes.find(['a']);
    const seen = Reflect.get(globalThis, 'texts') ?? Reflect.get(globalThis, 'program');
    assert.equal(seen, undefined);
  });

  it('test a vocabulary in one go, or give it up', () => {
    const tokens = Array.from({ length: 150_000 }, (_, id) => ({
      id,
      bytes: new TextEncoder().encode(id % 3 === 0 ? `한${id}` : `word${id}`),
    }));
    const started = cpuMilliseconds();
    const members = tokenClass(tokens, timeBoxedTest('\\p{Script=Hangul}'));
    const took = cpuMilliseconds() - started;
    assert.equal(members?.length, 50_000);
    assert.ok(took < 5000, `${took} ms`);
    const bad = tokenClass(
      [{ id: 0, bytes: new TextEncoder().encode(`${'a'.repeat(60)}!`) }],
      timeBoxedTest('(a+)+$', 100),
    );
    assert.equal(bad, null);
    assert.equal(tokenClass(tokens.slice(0, 1), timeBoxedTest(TOO_LARGE)), null);
  });
});
