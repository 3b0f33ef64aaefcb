import { plural, t } from '../l10n';
import type { Band } from '../score/bands';
import type { LeakKind } from '../score/leak';

/** What a leak is called by its kind, alone in a cell. */
export const LEAK_KINDS: Readonly<Record<LeakKind, string>> = { stated: t('stated'), shadow: t('shadow') };

export const LEAK_NOUNS: Readonly<Record<LeakKind, string>> = { stated: t('stated leak'), shadow: t('shadow leak') };

/** How bad a leak is, where its kind is not known. */
export const BANDS: Readonly<Record<Band, string>> = {
  low: t('low leak'),
  medium: t('medium leak'),
  high: t('high leak'),
};

/** The same with how bad it is. */
export const BANDED_LEAKS: Readonly<Record<Band, Readonly<Record<LeakKind, string>>>> = {
  low: { stated: t('low stated leak'), shadow: t('low shadow leak') },
  medium: { stated: t('medium stated leak'), shadow: t('medium shadow leak') },
  high: { stated: t('high stated leak'), shadow: t('high shadow leak') },
};

/** "no leaks", "267 leaks of 24 facts". */
export function leaksOfFacts(leaks: number, facts: number): string {
  return leaks === 0
    ? t('no leaks')
    : plural(leaks, '{0} leak {1}', '{0} leaks {1}', plural(facts, 'of {0} fact', 'of {0} facts'));
}
