import { t } from '../l10n';
import type { Comparison, ComparisonByRole } from '../score/leak';

/** Which models were compared with the teacher over character spans, and what that means; null: none was. */
export function comparisonWords({ student, reference }: ComparisonByRole): string | null {
  if (student !== 'spans' && reference !== 'spans') {
    return null;
  }
  if (student === reference) {
    return t(
      "Student and reference are compared over character spans, by the probability of whole answers: their tokenizers are not the teacher's.",
    );
  }
  return student === 'spans'
    ? t(
        "The student is compared over character spans, by the probability of whole answers: its tokenizer is not the teacher's.",
      )
    : t(
        "The reference is compared over character spans, by the probability of whole answers: its tokenizer is not the teacher's.",
      );
}

/** Said where `unattributed` is set and there is no reference whose predictions could be told token by token; else null. */
export function unattributedNeeds(reference: Comparison | null): string | null {
  switch (reference) {
    case 'tokens':
      return null;
    case 'spans':
      return t(
        `What the teacher knows that no fact names cannot be told here: the reference's tokenizer is not the teacher's. Take a reference that shares it, or leave "unattributed" out.`,
      );
    case null:
      return t(
        'What the teacher knows that no fact names cannot be told without a reference model: set "reference" to one, or leave "unattributed" out.',
      );
  }
}
