import { nearest } from '../json/nearest';
import { quote } from '../json/objectReader';
import { t } from '../l10n';
import { oneOf } from '../text/listed';
import type { FactKind } from './fact';

/** The keys of each kind of entry, in the order of the documentation. */
export const ENTRY_KEYS = {
  fact: ['id', 'kind', 'subjects', 'answers', 'prompts', 'distractors', 'tags', 'severity', 'gate', 'cases'],
  tokens: ['id', 'kind', 'pattern', 'subjects', 'tags', 'severity', 'gate'],
  rule: ['id', 'kind', 'context', 'answers', 'subjects', 'tags', 'severity', 'gate', 'cases'],
  choice: ['id', 'kind', 'question', 'choices', 'answer', 'subjects', 'tags', 'severity', 'gate', 'cases'],
} as const satisfies Readonly<Record<FactKind, readonly string[]>>;

export const KINDS = Object.keys(ENTRY_KEYS) as readonly FactKind[];

/** Every key of any kind, once. */
export const ALL_ENTRY_KEYS: readonly string[] = [...new Set(Object.values(ENTRY_KEYS).flat())];

/** What is wrong with a key that entries of this kind do not have, and the mend. */
export function describeForeignKey(key: string, kind: FactKind): string {
  const own: readonly string[] = ENTRY_KEYS[kind];
  const owners = KINDS.filter((each) => (ENTRY_KEYS[each] as readonly string[]).includes(key));
  const meant = nearest(key, own);
  const mend = meant === null ? t('its keys are {0}', own.join(', ')) : t('did you mean "{0}"?', meant);
  return owners.length > 0
    ? t(
        'an entry of kind "{0}" has no {1}, one of kind {2} has; {3}',
        kind,
        quote(key),
        oneOf(owners.map((each) => `"${each}"`)),
        mend,
      )
    : t('unknown key {0} in an entry of kind "{1}"; {2}', quote(key), kind, mend);
}
