import '../speakPseudo';
import assert from 'node:assert/strict';
import type { DoctorReport } from '../../src/client/doctorReport';
import { doctorText } from '../../src/client/doctorText';
import { missingSetting } from '../../src/client/missingSetting';
import { describeEncoding } from '../../src/client/utf8';
import { parseCalibration } from '../../src/core/calibrate/calibration';
import { AUDIT_KEYS, CONFIG_KEYS, CORPUS_KEYS, parseConfig, SWAP_KEYS } from '../../src/core/config/parseConfig';
import { DECISION_KEYS } from '../../src/core/decisions/readDecision';
import type { Problem } from '../../src/core/errors';
import { ALL_ENTRY_KEYS } from '../../src/core/forget/entryKeys';
import { IMPORT_FORMATS } from '../../src/core/forget/import/importForgetSet';
import { parseForgetSet } from '../../src/core/forget/parseForgetSet';
import { classWarnings, forgetSetWarnings } from '../../src/core/forget/warnings';
import { explainProvider, explanationLines } from '../../src/core/gpu/explainProvider';
import type { GpuFacts, GpuProvider } from '../../src/core/gpu/gpuFacts';
import { readRecords } from '../../src/core/records/readRecords';
import type { ModelInfo } from '../../src/protocol/engine';
import { untranslated } from '../pseudoLanguage';
import { parseAtOnce } from './decisions/atOnce';
import { library, runtime, whole } from './gpu/someMachine';
import { leaky, reportText } from './report/formats/someReport';
import { someFact } from './report/someFact';

/** Words of a text that are neither translated, nor quoted from a file, nor among the names that it may hold. */
function strange(text: string, names: readonly string[]): string[] {
  return untranslated(text.replace(/"(?:[^"\\]|\\.)*"/g, '')).filter((word) => !names.includes(word));
}

function assertTranslated(texts: readonly string[], names: readonly string[] = []): void {
  assert.ok(texts.length > 0);
  for (const text of texts) {
    assert.deepEqual(strange(text, names), [], text);
  }
}

function assertFaults(problems: readonly Problem[], names: readonly string[]): void {
  assertTranslated(
    problems.map(({ message }) => message),
    ['true', 'false', 'null', ...names],
  );
}

/** What no JSON is, each for another reason. */
const NO_JSON = [
  ...['{', '[1,]', '{"a" 1}', '{a: 1}', "{'a': 1}", '{"a": 1,}', '{"a": 1 "b"}', '{} // c', '{} x', '01', '[1 2]'],
  ...['{"a": "', '"\\x"', '"\\u12"', '"\t"', 'wrong', '['.repeat(501)],
];

describe('in another language', () => {
  it('are the faults of seep.json', () => {
    const config = {
      teacher: 3,
      student: '',
      swap: { count: 0.5, subjects: [1], cuont: 1 },
      checkpoints: ' a',
      forgetSet: [],
      corpus: { include: [' ', true], exclude: {}, zebra: null },
      audit: [],
      temperature: 1000,
      onPolicy: 'yes',
      provider: 'gpu',
    };
    const names = [...CONFIG_KEYS, '$schema'.slice(1), ...SWAP_KEYS, ...CORPUS_KEYS, ...AUDIT_KEYS];
    for (const text of [JSON.stringify(config), '{"teacher": "a", "teacher": "b"}', '{"zebra": 1}', '[]', ...NO_JSON]) {
      assertFaults(parseConfig(text).problems, [...names, 'wrong']);
    }
  });

  it('are the faults of a forget set, and what is likely not meant in it', () => {
    const lines = [
      '{"answers": [], "answer": 1, "severity": "hi", "gate": 0, "cases": [], "tags": "x", "tags": "y"}',
      '{"id": "twice", "answers": "x"}',
      '{"id": "twice", "answers": "x"}',
      '{"answers": "x", "id": 5}',
      '{"kind": "tokens", "answers": "x", "prompt": 1}',
      '{"kind": "tokens", "pattern": "a*"}',
      `{"kind": "tokens", "pattern": "${'a'.repeat(1001)}"}`,
      ...[
        '{b}',
        '{a',
        '{a+}',
        '{nul(a)}',
        '{abs(a, a)}',
        '}',
        '{(a}',
        `{${'1'.repeat(400)}}`,
        `{${'-'.repeat(40)}a}`,
      ].map((answer) => `{"kind": "rule", "context": "(?<a>\\\\d+) =", "answers": ${JSON.stringify(answer)}}`),
      `{"kind": "rule", "context": "x", "answers": ["{a}", "${'x'.repeat(401)}"]}`,
      '{"kind": "choice", "choices": ["a"], "answer": 0.5}',
      '{"kind": "choice"}',
      '{"kind": "rule"}',
      '[]',
      ...NO_JSON,
    ];
    const names = [...ALL_ENTRY_KEYS, 'wrong', 'abs', 'floor', 'ceil', 'round', 'min', 'max'];
    assertFaults(parseForgetSet(lines.join('\n')).problems, names);
    assertFaults(parseForgetSet('').problems, []);

    const { facts, problems } = parseForgetSet(
      [
        '{"id": "1", "answers": ["x", "x", "y"], "distractors": "y"}',
        '{"id": "2", "subjects": ["Oak", "oak"], "answers": ["oak", "a"]}',
        '{"id": "3", "subjects": ["Oak tree"], "answers": ["tree"]}',
        '{"id": "4", "subjects": ["Oak tree"], "answers": ["tree"]}',
        '{"id": "5", "kind": "rule", "context": "x", "answers": ["y", "y"]}',
        '{"id": "6", "kind": "choice", "question": "q", "choices": ["a", "a", "b", "b"], "answer": 0}',
        '{"id": "7", "kind": "tokens", "pattern": "x"}',
      ].join('\n'),
    );
    assert.deepEqual(problems, []);
    const wide = classWarnings(facts, [{ fact: '7', tokens: [1, 2, 3] }], 4);
    assert.equal(wide.length, 1);
    assertFaults([...forgetSetWarnings(facts), ...wide], ['answers', 'distractors']);
  });

  it('are the faults of decisions and of a calibration', () => {
    const decision = { schema: 'seep.decision/1', record: `sha256:${'0'.repeat(64)}`, action: 'ignore' };
    const texts = [
      '{}',
      JSON.stringify(decision),
      JSON.stringify({ ...decision, record: 'x', action: 'mask', fact: 'f', reason: 'x'.repeat(1001) }),
      JSON.stringify({ ...decision, action: 'drop', start: 2, end: 1, time: 'now', zebra: 1 }),
      JSON.stringify({ ...decision, action: 'gone', start: 2 }),
      '<<<<<<< ours',
      '[]',
    ];
    for (const text of [...texts, ...NO_JSON]) {
      assertFaults(parseAtOnce(text).problems, [...DECISION_KEYS, 'wrong']);
    }
    const calibration = '{"schema": "seep.calibration/1", "teacher": "x", "quantiles": {}}';
    for (const text of ['{}', calibration, ...NO_JSON]) {
      assertFaults(parseCalibration(text).problems, ['median', 'max', 'wrong']);
    }
  });

  it('are the faults of corpus files', () => {
    for (const text of ['{}', '{"a": 1}', '[1]', '7', '{"text": 1}', ...NO_JSON]) {
      assertFaults(readRecords(text, 'jsonl', 'text').problems, ['wrong']);
    }
    for (const text of ['a,b', 'text,text', 'text,b\n1', 'text;b\n1;2;3', 'text\n"a', 'text\n"a"b']) {
      assertFaults(readRecords(text, 'csv', 'text').problems, []);
    }
    assertFaults(readRecords('text\tb\n1', 'tsv', 'text').problems, []);
    assertTranslated([describeEncoding(Uint8Array.of(0xff, 0xfe), 0), describeEncoding(Uint8Array.of(0xff), 0)]);
  });

  it('are the faults of files that forget sets are made of', () => {
    const names = [...ALL_ENTRY_KEYS, 'TOFU', 'WMDP', 'MUSE', 'knowmem', 'verbmem', 'RWKU', 'zebra'];
    const fields = ['query', 'level', 'type', 'subject', 'prompt', 'paraphrased_answer', 'perturbed_answer'];
    const others = [...fields, 'paraphrased_question'].flatMap((field) => field.split('_'));
    const command = ['seep', 'import', 'csv', 'FILE', 'field', 'KEY', 'COLUMN'];
    for (const format of IMPORT_FORMATS) {
      for (const text of [
        '',
        'zebra',
        'subjects,answer\na',
        'a\tb\tc',
        '[1]',
        '{"zebra": 1}',
        '"a',
        '{"target": 1}',
        '{"gt": 1}',
      ]) {
        const { problems } = format.read(text, {});
        if (problems.length > 0) {
          assertFaults(problems, [...names, ...others, ...command]);
        }
      }
    }
    const csv = IMPORT_FORMATS.find(({ id }) => id === 'csv');
    assertFaults(csv?.read('answers,gate\na,perhaps\nb\n', {}).problems ?? [], []);
    assertFaults(csv?.read('answers,zebra', { columns: { id: 'none' } }).problems ?? [], []);
  });

  it('is what a SARIF log says to people, and none of what programs read', () => {
    const told = { facts: [someFact()], found: [leaky('a.jsonl', 'abc', [{ kind: 'shadow' }, { kind: 'stated' }])] };
    const words: string[] = [];
    const english: string[] = [];
    JSON.parse(reportText('sarif', told), (key, value: unknown) => {
      if (key === 'text' && typeof value === 'string') {
        words.push(value);
      } else if ((key === 'ruleId' || key === 'name' || key === 'level') && typeof value === 'string') {
        english.push(value);
      }
      return value;
    });
    // Both rules have two descriptions; then there are the folder, two results, and the tokens' own texts.
    assertTranslated(
      words.filter((text) => /\P{ASCII}/u.test(text)),
      told.facts.map(({ id }) => id),
    );
    assert.equal(words.filter((text) => /\P{ASCII}/u.test(text)).length, 7);
    assert.ok(english.includes('shadow-leak') && english.includes('StatedLeak') && english.includes('warning'));
    assert.ok(english.every((each) => !/\P{ASCII}/u.test(each)));
  });

  it('is the explanation of GPUs', () => {
    const fault = { reason: '-', missingLibrary: 'libz.so.1' };
    const missing = whole.libraries.map((each) => ({ ...each, found: null }));
    const away = whole.libraries.map((each) => ({
      ...library(each.name),
      found: { path: '/x/y', version: '1', isOnPath: false },
    }));
    const machines: readonly Partial<GpuFacts>[] = [
      {},
      { driver: null, gpus: [], libraries: missing },
      { driver: '1', gpus: [{ name: 'L4', computeCapability: 1 }], libraries: away },
      {
        libraries: missing.map((each) => ({
          ...each,
          otherVersions: [{ path: '/x/y', version: '1', isOnPath: true }],
        })),
      },
      { runtime: { ...runtime, hasCudaProvider: false } },
      { runtime: { ...runtime, hasCudaProvider: false, installScript: null, cudaIsRead: false } },
      { runtime: null },
      { libc: 'musl' },
      { platform: 'darwin', arch: 'x64', libc: null, runtime: { ...runtime, hasBinding: false } },
      { platform: 'linux', arch: 'arm64', runtime: { ...runtime, hasBinding: false } },
      { platform: 'win32', libc: null },
    ];
    const commands = 'npm install ONNXRUNTIME NODE INSTALL node export LIBRARY PATH cuDNN libraries libcudnn'.split(
      ' ',
    );
    const products = [
      'CUDA',
      'DirectML',
      'CoreML',
      'WebGPU',
      'NVIDIA',
      'onnxruntime',
      'glibc',
      'musl',
      'linux',
      'win',
      'darwin',
      'arm',
      'cuda',
      'dml',
      'webgpu',
      'coreml',
      'cpu',
    ];
    for (const provider of ['cuda', 'dml', 'coreml', 'webgpu'] satisfies GpuProvider[]) {
      for (const machine of machines) {
        for (const why of [null, fault]) {
          const lines = explanationLines(explainProvider(provider, { ...whole, ...machine }, why));
          assertTranslated([lines.join('\n').replace(/\S*\/\S*|lib\w+\.\S+/g, '')], [...products, ...commands]);
        }
      }
    }
  });

  it('is what the doctor says', () => {
    const model: ModelInfo = {
      folder: '/m',
      file: 'model.onnx',
      bytes: 1,
      architecture: null,
      opset: 17,
      dtype: 'float32',
      vocabulary: 5000,
      tokenizerVocabulary: 5000,
      context: 1024,
      bos: null,
      bosIds: [],
      hash: '00',
    };
    const report: DoctorReport = {
      schema: 'seep.doctor/1',
      ok: false,
      seep: '1',
      node: '20',
      platform: '1',
      runtime: { onnxruntime: '1', providers: ['1'] },
      provider: { asked: 'auto', used: 'cpu', autoPicks: 'cpu' },
      gpu: null,
      config: null,
      models: { teacher: model, student: model, reference: null },
      tokenizer: { exact: true, message: '-' },
      forgetSet: {
        file: '1',
        facts: 1,
        subjects: 1,
        answers: 2,
        unscorable: [],
        warnings: [{ line: 1, column: 1, message: '-' }],
      },
      corpus: { files: 1 },
      threshold: { value: 0.02, temperature: 1, words: '-' },
      notices: ['-'],
      problems: [],
    };
    const reports: readonly Partial<DoctorReport>[] = [
      {},
      { runtime: null, provider: { asked: 'cuda', used: null, autoPicks: null }, problems: ['-'] },
      { provider: { asked: 'cuda', used: 'cuda', autoPicks: 'cuda' }, problems: ['-', '-'] },
      {
        provider: { asked: 'auto', used: 'cuda', autoPicks: 'cuda' },
        models: { teacher: null, student: null, reference: null },
      },
    ];
    const names = ['Seep', 'model', 'onnx', 'float', 'opset', 'sha', 'cpu', 'cuda'];
    for (const changes of reports) {
      assertTranslated([doctorText({ ...report, ...changes }, (path) => path)], names);
    }
    assertTranslated(
      [missingSetting('teacher', null, true), missingSetting('forgetSet', '1', true)],
      ['teacher', 'DIR', 'forget', 'FILE'],
    );
    assertTranslated([missingSetting('forgetSet', '1', false)]);
  });
});
