import { t } from '../../l10n';
import type { ImportedEntry, ImportFormat } from './importFormat';

/** A plain list: one answer a line, or a subject, a tab and an answer. Blank lines are skipped. */
export const LIST: ImportFormat = {
  id: 'list',
  title: t('Plain list: an answer a line, or a subject, a tab and an answer'),
  read(text) {
    const entries: ImportedEntry[] = [];
    const problems = [];
    for (const [index, content] of text
      .replace(/^\ufeff/, '')
      .split('\n')
      .entries()) {
      const line = index + 1;
      const cells = content.split('\t').map((each) => each.trim());
      if (cells.every((each) => each === '')) {
        continue;
      }
      const [first = '', second] = cells;
      if (cells.length > 2 || cells.includes('')) {
        const message = t('a line of a plain list holds an answer, or a subject, a tab and an answer');
        problems.push({ line, column: 1, message });
      } else if (second === undefined) {
        entries.push({ entry: { id: `list-${line}`, answers: [first] }, subjects: 'none', line });
      } else {
        entries.push({ entry: { id: `list-${line}`, subjects: [first], answers: [second] }, subjects: 'given', line });
      }
    }
    if (entries.length === 0 && problems.length === 0) {
      problems.push({ line: 1, column: 1, message: t('there is no line in this list') });
    }
    return { entries, problems };
  },
};
