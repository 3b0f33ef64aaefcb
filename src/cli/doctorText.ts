import { count, grouped } from '../core/report/closingWords';
import { visibleText } from '../core/report/visibleText';
import type { ModelInfo } from '../protocol/engine';
import { type DoctorReport, ROLES } from './doctorReport';
import { shownPath } from './paths';
import { padded, type Style } from './terminal';

const LABEL_WIDTH = 11;

/** What `seep doctor` shows people. */
export function doctorText(report: DoctorReport, style: Style): string {
  const lines: string[] = [];
  const entry = (label: string, [first = '', ...rest]: readonly string[]) => {
    lines.push(`${style.bold(padded(label, LABEL_WIDTH, 'left'))}${visibleText(first)}`);
    lines.push(...rest.map((line) => `${' '.repeat(LABEL_WIDTH)}${visibleText(line)}`));
  };
  const { runtime, provider, config, models, tokenizer, forgetSet, corpus, notices, problems } = report;
  entry('Seep', [`${report.seep} on Node ${report.node}, ${report.platform}`]);
  entry('Runtime', [
    runtime ? `onnxruntime ${runtime.onnxruntime} with ${runtime.providers.join(', ')}` : 'does not start',
  ]);
  if (provider !== null) {
    entry('Provider', providerLines(provider, notices));
  }
  entry('Project', [config ?? 'no seep.json here; flags alone count']);
  for (const role of ROLES) {
    const model = models[role];
    if (model !== null) {
      entry(
        role.replace(/^./, (letter) => letter.toUpperCase()),
        modelLines(model),
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
  if (notices.length > 0) {
    entry('Notes', notices);
  }
  lines.push('');
  if (problems.length === 0) {
    lines.push(
      style.green(
        models.teacher === null
          ? 'Nothing is broken, but no model is named: give --teacher DIR.'
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
  notices: readonly string[],
): string[] {
  if (asked !== 'auto') {
    return [`${used}, as asked for; auto would take ${autoPicks ?? 'none'}`];
  }
  const fallback = notices.find((notice) => notice.startsWith('CUDA'));
  const why =
    fallback === undefined ? "the runtime's CUDA libraries are not installed" : 'CUDA does not work, see the notes';
  return [`auto takes ${used}${used === 'cpu' ? `: ${why}` : ''}`];
}

function modelLines(model: ModelInfo): string[] {
  const { folder, file, architecture, bytes, dtype, opset, vocabulary, tokenizerVocabulary, context, bos, hash } =
    model;
  return [
    `${shownPath(folder)}/${file}`,
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
