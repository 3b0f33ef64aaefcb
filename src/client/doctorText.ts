import { explanationLines, whereExplained } from '../core/gpu/explainProvider';
import { decimal, grouped, plural, t } from '../core/l10n';
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

const LABELS = {
  seep: 'Seep',
  runtime: t('Runtime'),
  provider: t('Provider'),
  gpu: t('GPU'),
  project: t('Project'),
  teacher: t('Teacher'),
  student: t('Student'),
  reference: t('Reference'),
  tokenizer: t('Tokenizer'),
  forgetSet: t('Forget set'),
  corpus: t('Corpus'),
  threshold: t('Threshold'),
  notes: t('Notes'),
};
const LABEL_WIDTH = 1 + Math.max(...Object.values(LABELS).map(({ length }) => length));

/** What `seep doctor` and the editor's doctor show people. */
export function doctorText(report: DoctorReport, show: ShowPath, style: TextStyle = PLAIN): string {
  const lines: string[] = [];
  const entry = (label: keyof typeof LABELS, [first = '', ...rest]: readonly string[]) => {
    lines.push(`${style.bold(LABELS[label].padEnd(LABEL_WIDTH))}${visibleText(first)}`);
    lines.push(...rest.map((line) => `${' '.repeat(LABEL_WIDTH)}${visibleText(line)}`.trimEnd()));
  };
  const { runtime, provider, gpu, config, models, tokenizer, forgetSet, corpus, threshold, notices, problems } = report;
  entry('seep', [t('{0} on Node {1}, {2}', report.seep, report.node, report.platform)]);
  entry('runtime', [
    runtime ? t('onnxruntime {0} with {1}', runtime.onnxruntime, runtime.providers.join(', ')) : t('does not start'),
  ]);
  if (provider !== null) {
    entry('provider', providerLines(provider, gpu));
  }
  if (gpu !== null) {
    entry('gpu', explanationLines(gpu.explanation));
  }
  entry('project', [config ?? t('no seep.json here; flags alone count')]);
  for (const role of ROLES) {
    const model = models[role];
    if (model !== null) {
      entry(role, modelLines(model, show));
    }
  }
  if (tokenizer !== null) {
    entry('tokenizer', [tokenizer.message]);
  }
  if (forgetSet !== null) {
    const { file, facts, subjects, answers, warnings } = forgetSet;
    const counts = [
      plural(facts, '{0} fact', '{0} facts'),
      plural(subjects, '{0} subject', '{0} subjects'),
      plural(answers, '{0} answer', '{0} answers'),
    ];
    entry('forgetSet', [
      `${file}: ${counts.join(', ')}`,
      ...warnings.map(({ line, column, message }) => t('warning: {0}', `${file}:${line}:${column}: ${message}`)),
    ]);
  }
  if (corpus !== null) {
    entry('corpus', [plural(corpus.files, '{0} file', '{0} files')]);
  }
  if (threshold !== null) {
    const { value, temperature, words } = threshold;
    entry('threshold', [t('{0} at temperature {1}', decimal(value), decimal(temperature)), words]);
  }
  if (notices.length > 0) {
    entry('notes', notices);
  }
  lines.push('');
  if (problems.length === 0) {
    lines.push(
      style.green(
        models.teacher === null
          ? t('Nothing is broken, but no model is named: set "teacher" in seep.json or give --teacher DIR.')
          : t('Nothing is broken.'),
      ),
    );
  } else {
    lines.push(style.red(plural(problems.length, 'Broken:', '{0} things are broken:')));
    lines.push(...problems.flatMap((problem) => problem.split('\n')).map((line) => `  ${visibleText(line)}`));
  }
  return `${lines.join('\n')}\n`;
}

function providerLines(
  { asked, used, autoPicks }: NonNullable<DoctorReport['provider']>,
  gpu: DoctorReport['gpu'],
): string[] {
  if (asked !== 'auto') {
    const auto = autoPicks ?? t('none');
    return [
      used === null
        ? t('{0} does not work here, see below; auto would take {1}', asked, auto)
        : t('{0}, as asked for; auto would take {1}', used, auto),
    ];
  }
  if (used !== 'cpu') {
    return [t('auto takes {0}', used ?? t('none'))];
  }
  return gpu === null
    ? [t("auto takes cpu: the runtime's CUDA libraries are not installed"), whereExplained('cuda')]
    : [t('auto takes cpu: CUDA does not work, see below')];
}

function modelLines(model: ModelInfo, show: ShowPath): string[] {
  const { folder, file, architecture, bytes, dtype, opset, vocabulary, tokenizerVocabulary, context, bos, hash } =
    model;
  return [
    `${show(folder)}/${file}`,
    `${architecture ?? t('unknown architecture')}, ${size(bytes)}, ${dtype}, opset ${opset}`,
    t(
      'vocabulary {0} (tokenizer {1}), context {2} tokens, {3}',
      grouped(vocabulary),
      grouped(tokenizerVocabulary),
      grouped(context),
      bos === null ? t('no BOS') : `BOS ${JSON.stringify(bos)}`,
    ),
    `sha256 ${hash}`,
  ];
}

/** Bytes in the unit that leaves one to three digits before the point. */
function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${decimal(Number((bytes / 1000 ** power).toPrecision(3)))} ${units[power]}`;
}
