import { t } from '../l10n';
import { listNames } from './textField';

/** Said of a table without the column that holds the texts. @param names of the columns that it has */
export function noTextColumn(textField: string, names: readonly string[]): string {
  return t(
    'there is no column "{0}"; the columns are {1}; name the one with the text in "corpus.textField" or with --text-field',
    textField,
    listNames(names),
  );
}

/** Said of a table in which more than one column may hold the texts. */
export function twoTextColumns(textField: string): string {
  return t('two columns are called "{0}"; rename one of them', textField);
}
