import assert from 'node:assert/strict';
import fc from 'fast-check';
import { share } from '../../src/core/report/share';
import { count, inBits, inNats, probability, rankLabel, temperatureLabel } from '../../webview-ui/numbers';
import { probabilityScale } from '../../webview-ui/pages/distributions/probabilityScale';
import {
  normalTemperature,
  SLIDER_STEP,
  sliderPlace,
  temperatureAt,
} from '../../webview-ui/pages/distributions/temperature';

describe('numbers of the panel', () => {
  it('shows probabilities with sensible digits', () => {
    const cases: [number, string][] = [
      [0, '0.000'],
      [1, '1.000'],
      [0.4731, '0.473'],
      [0.0047, '0.005'],
      [0.0005, '0.001'],
      [0.0004999, '0.00050'],
      [0.00047, '0.00047'],
      [0.0000999, '0.00010'],
      [0.000047, '0.000047'],
      [0.0000099, '1×10⁻⁵'],
      [0.000001234, '1×10⁻⁶'],
      [3e-12, '3×10⁻¹²'],
      [Number.NaN, '–'],
    ];
    for (const [p, shown] of cases) {
      assert.equal(probability(p), shown, `${p}`);
    }
  });

  it('shows the digits of every other surface, and more only where those have none left', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
        if (!share(p).startsWith('<')) {
          assert.equal(probability(p), share(p));
        }
      }),
    );
  });

  it('never shows a possible token as impossible', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1, noNaN: true }), (p) => {
        assert.match(probability(p), /[1-9]/);
      }),
    );
  });

  it('is off by at most half of its last digit', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-5, max: 1, noNaN: true }), (p) => {
        const shown = probability(p);
        const decimals = shown.split('.')[1]?.length ?? 0;
        assert.ok(Math.abs(Number(shown) - p) <= 0.5001 * 10 ** -decimals, `${p} as ${shown}`);
      }),
    );
  });

  it('shows ranks, bits and nats', () => {
    assert.equal(rankLabel(1), '#1');
    assert.equal(rankLabel(50257), '#50,257');
    assert.equal(count(1234567), '1,234,567');
    assert.equal(inNats(Math.LN2), '0.693');
    assert.equal(inBits(Math.LN2), '1.000');
    assert.equal(inBits(12 * Math.LN2), '12.00');
    assert.equal(inNats(0.0001), '<0.001');
    assert.equal(inNats(0), '0.000');
    assert.equal(inNats(-1e-12), '0.000', 'rounding noise below zero');
    assert.equal(inNats(Number.POSITIVE_INFINITY), '∞');
  });

  it('goes from slider places to temperatures and back', () => {
    assert.equal(temperatureAt(-1), 0.1);
    assert.equal(temperatureAt(0), 1);
    assert.equal(temperatureAt(1), 10);
    assert.equal(temperatureAt(0.7), 5, 'round where a round one is near');
    const steps = Array.from({ length: 201 }, (_, i) => temperatureAt((i - 100) * SLIDER_STEP));
    assert.equal(new Set(steps).size, 201, 'every step of the slider is felt');
    assert.deepEqual(
      steps,
      steps.toSorted((a, b) => a - b),
    );
    assert.deepEqual(
      [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((t) => !steps.includes(t)),
      [],
    );
    for (const temperature of [0.1, 0.25, 0.5, 1, 2, 4.2, 10]) {
      assert.equal(temperatureAt(sliderPlace(temperature)), temperature);
    }
    assert.equal(normalTemperature(99), 10);
    assert.equal(normalTemperature(0.01), 0.1);
    assert.equal(normalTemperature(1.23456), 1.23);
    assert.equal(normalTemperature(0), null);
    assert.equal(normalTemperature(-1), null);
    assert.equal(normalTemperature(Number.NaN), null);
    assert.equal(temperatureLabel(2), '2');
    assert.equal(temperatureLabel(0.25), '0.25');
    assert.equal(temperatureLabel(10), '10');
  });
});

describe('scale of the bars', () => {
  it('is linear from 0 to the next round end', () => {
    const scale = probabilityScale('linear', [0.31, 0.02]);
    assert.equal(scale.at(0), 0);
    assert.equal(scale.at(0.25), 0.5);
    assert.equal(scale.at(0.9), 1, 'what is longer is clipped');
    assert.ok(scale.clips(0.9));
    assert.ok(!scale.clips(0.5));
    assert.deepEqual(
      scale.ticks.map(({ at, label }) => [at, label]),
      [
        [0, '0'],
        [0.5, '0.25'],
        [1, '0.5'],
      ],
    );
  });

  it('is the same for tokens that differ little', () => {
    assert.deepEqual(probabilityScale('linear', [0.6]).ticks, probabilityScale('linear', [0.97]).ticks);
  });

  it('is logarithmic from a power of ten to 1', () => {
    const scale = probabilityScale('log', [0.5, 3e-6, 0]);
    assert.deepEqual(
      scale.ticks.map(({ label }) => label),
      ['10⁻⁶', '0.001', '1'],
    );
    assert.ok(Math.abs(scale.at(1e-3) - 0.5) < 1e-12);
    assert.equal(scale.at(1), 1);
    assert.equal(scale.at(0), 0, 'the impossible has no bar');
  });

  it('puts every bar between 0 and 1, longer for likelier tokens', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('linear' as const, 'log' as const),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (kind, shown) => {
          const scale = probabilityScale(kind, shown);
          const lengths = shown.toSorted((a, b) => a - b).map((p) => scale.at(p));
          assert.ok(lengths.every((length) => length >= 0 && length <= 1));
          assert.deepEqual(
            lengths,
            lengths.toSorted((a, b) => a - b),
          );
        },
      ),
    );
  });
});
