import { t } from '../core/l10n';

/** What a scan cannot do without, and the flag of the command line that gives it. */
const FLAGS = { teacher: '--teacher DIR', forgetSet: '--forget FILE' } as const;

/**
 * Says what is missing and where it can be named.
 * @param config the `seep.json` as people see it; null where there is none
 * @param hasFlags whether flags of the command line count here
 */
export function missingSetting(key: keyof typeof FLAGS, config: string | null, hasFlags: boolean): string {
  const mend = mendOf(key, config, hasFlags);
  return key === 'teacher' ? t('No teacher model: {0}.', mend) : t('No forget set: {0}.', mend);
}

function mendOf(key: keyof typeof FLAGS, config: string | null, hasFlags: boolean): string {
  if (!hasFlags) {
    return t('set "{0}" in {1}', key, config ?? 'seep.json');
  }
  return config === null ? t('give {0}', FLAGS[key]) : t('give {0} or "{1}" in {2}', FLAGS[key], key, config);
}
