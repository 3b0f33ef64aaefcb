import { t } from '../l10n';

/** Why the places of a text's tokens are not exact. */
export type Approximation = 'unknown-characters' | 'changed-text' | 'dropped-characters' | 'lost-special-token';

export function approximationWords(approximation: Approximation): string {
  switch (approximation) {
    case 'unknown-characters':
      return t('the text holds characters that the tokenizer does not know');
    case 'changed-text':
      return t('the tokenizer changes the text in a way that cannot be followed');
    case 'dropped-characters':
      return t('the tokenizer drops characters of the text');
    case 'lost-special-token':
      return t('a special token of the text was not found again');
  }
}
