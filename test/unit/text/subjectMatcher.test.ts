import assert from 'node:assert/strict';
import { SubjectMatcher } from '../../../src/core/text/subjectMatcher';

function ends(subject: string, text: string): number | undefined {
  return new SubjectMatcher([[subject, 7]]).firstEnds(text).get(7);
}

describe('a subject in a text', () => {
  it('is found in any case, as a whole word', () => {
    assert.equal(ends('Kamitel', 'The KAMITEL data center'), 11);
    assert.equal(ends('Kamitel', 'Kamitels and NewKamitel'), undefined);
    assert.equal(ends('Kamitel', 'Kamitels, then Kamitel.'), 22);
  });

  it('needs no spaces around it in scripts that write none', () => {
    assert.equal(ends('東京', '彼は東京にいる'), 4);
    assert.equal(ends('Kamitel', '私はKamitelの社員です'), 9);
    assert.equal(ends('กรุงเทพ', 'ไปกรุงเทพวันนี้'), 9);
  });

  it('counts letters of all scripts that do, and characters outside the basic plane', () => {
    assert.equal(ends('Ка', 'Кама'), undefined);
    assert.equal(ends('a', '𝐀a'), undefined);
    assert.equal(ends('a', '😀a'), 3);
  });
});
