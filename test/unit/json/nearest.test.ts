import assert from 'node:assert/strict';
import { nearest } from '../../../src/core/json/nearest';

describe('the nearest known word', () => {
  const keys = ['teacher', 'student', 'reference', 'forgetSet', 'corpus', 'temperature', 'threshold', 'id'];

  it('finds misspellings: a letter wrong, missing, too many, swapped, or in another case', () => {
    assert.equal(nearest('taecher', keys), 'teacher');
    assert.equal(nearest('temprature', keys), 'temperature');
    assert.equal(nearest('thresholds', keys), 'threshold');
    assert.equal(nearest('forgetset', keys), 'forgetSet');
    assert.equal(nearest('referance', keys), 'reference');
    assert.equal(nearest('Id', keys), 'id');
  });

  it('does not guess when nothing is near', () => {
    assert.equal(nearest('model', keys), null);
    assert.equal(nearest('zz', keys), null);
    assert.equal(nearest('x'.repeat(100_000), keys), null);
    assert.equal(nearest('', keys), null);
  });
});
