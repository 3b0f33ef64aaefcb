import { explanationLines, whereExplained } from '../core/gpu/explainProvider';
import { grouped } from '../core/l10n';
import { count } from '../core/report/closingWords';
import { visibleText } from '../core/report/visibleText';
import type { ModelInfo } from '../protocol/engine';
import { type DoctorReport, ROLES } from './doctorReport';
import type { ShowPath } from './projectError';

/** How a terminal sets words off. */
export interface TextStyle {
  bold(text: string): string;
  green(text: string): string;
  red(text: string): string;
}

export const PLAIN: TextStyle = { bold: (text) => text, green: (text) => text, red: (text) => text };

const LABEL_WIDTH = 11;

/** What `seep doctor` and the editor's doctor show people. */
export function doctorText(report: DoctorReport, show: ShowPath, style: TextStyle = PLAIN): string {
  const lines: string[] = [];
  const entry = (label: string, [first = '', ...rest]: readonly string[]) => {
    lines.push(`${style.bold(label.padEnd(LABEL_WIDTH))}${visibleText(first)}`);
    lines.push(...rest.map((line) => `${' '.repeat(LABEL_WIDTH)}${visibleText(line)}`.trimEnd()));
  };
  const { runtime, provider, gpu, config, models, tokenizer, forgetSet, corpus, threshold, notices, problems } = report;
  entry('Seep', [`${report.seep} on Node ${report.node}, ${report.platform}`]);
  entry('Runtime', [
    runtime ? `onnxruntime ${runtime.onnxruntime} with ${runtime.providers.join(', ')}` : 'does not start',
  ]);
  if (provider !== null) {
    entry('Provider', providerLines(provider, gpu));
  }
  if (gpu !== null) {
    entry('GPU', explanationLines(gpu.explanation));
  }
  entry('Project', [config ?? 'no seep.json here; flags alone count']);
  for (const role of ROLES) {
    const model = models[role];
    if (model !== null) {
      entry(
        role.replace(/^./, (letter) => letter.toUpperCase()),
        modelLines(model, show),
      );
    }
  }
  if (tokenizer !== null) {
    entry('Tokenizer', [tokenizer.message]);
  }
  if (forgetSet !== null) {
    const { file, facts, subjects, answers, warnings } = forgetSet;
    entry('Forget set', [
      `${file}: ${count(facts, 'fact')}, ${count(subjects, 'subject')}, ${count(answers, 'answer')}`,
      ...warnings.map(({ line, column, message }) => `warning: ${file}:${line}:${column}: ${message}`),
    ]);
  }
  if (corpus !== null) {
    entry('Corpus', [count(corpus.files, 'file')]);
  }
  if (threshold !== null) {
    entry('Threshold', [`${threshold.value} at temperature ${threshold.temperature}`, threshold.words]);
  }
  if (notices.length > 0) {
    entry('Notes', notices);
  }
  lines.push('');
  if (problems.length === 0) {
    lines.push(
      style.green(
        models.teacher === null
          ? 'Nothing is broken, but no model is named: set "teacher" in seep.json or give --teacher DIR.'
          : 'Nothing is broken.',
      ),
    );
  } else {
    lines.push(style.red(problems.length === 1 ? 'Broken:' : `${problems.length} things are broken:`));
    lines.push(...problems.flatMap((problem) => problem.split('\n')).map((line) => `  ${visibleText(line)}`));
  }
  return `${lines.join('\n')}\n`;
}

function providerLines(
  { asked, used, autoPicks }: NonNullable<DoctorReport['provider']>,
  gpu: DoctorReport['gpu'],
): string[] {
  const auto = asked === 'auto' ? '' : `; auto would take ${autoPicks ?? 'none'}`;
  if (used === null) {
    return [`${asked} does not work here, see below${auto}`];
  }
  if (asked !== 'auto') {
    return [`${used}, as asked for${auto}`];
  }
  const why =
    gpu === null
      ? `the runtime's CUDA libraries are not installed (${whereExplained('cuda').replace(/\.$/, '')})`
      : 'CUDA does not work, see below';
  return [`auto takes ${used}${used === 'cpu' ? `: ${why}` : ''}`];
}

function modelLines(model: ModelInfo, show: ShowPath): string[] {
  const { folder, file, architecture, bytes, dtype, opset, vocabulary, tokenizerVocabulary, context, bos, hash } =
    model;
  return [
    `${show(folder)}/${file}`,
    `${architecture ?? 'unknown architecture'}, ${size(bytes)}, ${dtype}, opset ${opset}`,
    `vocabulary ${grouped(vocabulary)} (tokenizer ${grouped(tokenizerVocabulary)}), context ${grouped(context)} tokens, ` +
      (bos === null ? 'no BOS' : `BOS ${JSON.stringify(bos)}`),
    `sha256 ${hash}`,
  ];
}

/** Bytes in the unit that leaves one to three digits before the point. */
function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}
