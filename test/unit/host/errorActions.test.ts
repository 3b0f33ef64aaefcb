import assert from 'node:assert/strict';
import { SeepError } from '../../../src/core/errors';
import { actionsFor, isCancelled, NoProjectError, placeIn, UntrustedError } from '../../../src/host/errorActions';

describe('what is offered with an error', () => {
  it('offers the mend before the log', () => {
    assert.deepEqual(actionsFor(new UntrustedError()), ['manageTrust']);
    assert.deepEqual(actionsFor(new NoProjectError('corpus')), ['openDemo', 'createConfig']);
    assert.deepEqual(actionsFor(new SeepError('forget-set', 'x', '/a/forget.jsonl')), ['openFile', 'showLog']);
    assert.deepEqual(actionsFor(new SeepError('engine', 'x')), ['restartEngine', 'showLog']);
    assert.deepEqual(actionsFor(new SeepError('provider', 'x')), ['explainGpu', 'showLog']);
    assert.deepEqual(actionsFor(new SeepError('usage', 'x')), []);
    assert.deepEqual(actionsFor(new TypeError('x')), ['showLog']);
  });

  it('does not offer to open a model as text', () => {
    assert.deepEqual(actionsFor(new SeepError('model', 'x', '/models/teacher/model.onnx')), ['showLog']);
  });

  it('knows a cancellation from a failure', () => {
    assert.equal(isCancelled(new SeepError('cancelled', 'x')), true);
    assert.equal(isCancelled(new SeepError('file', 'x')), false);
    assert.equal(isCancelled(new Error('cancelled')), false);
  });

  it('finds the place that a message names', () => {
    assert.deepEqual(placeIn('demo/seep.json:3:14: unknown key'), { line: 3, column: 14 });
    assert.deepEqual(placeIn('C:\\corpus\\seep.json:3:14: unknown key'), { line: 3, column: 14 });
    assert.equal(placeIn('seep.json: there is no such file'), null);
  });
});
