import { decimal, t } from '../l10n';

/** What can be made of a corpus for training. */
type Export = 'redactions' | 'masks' | 'clean';

/** What an export cannot do at this distillation temperature, in plain words; null where there is nothing to say. */
export function temperatureWarning(kind: Export, temperature: number): string | null {
  if (temperature <= 1) {
    return null;
  }
  return WARNINGS[kind](decimal(temperature));
}

const WARNINGS: Readonly<Record<Export, (temperature: string) => string>> = {
  redactions: (temperature) =>
    t(
      'At distillation temperature {0} redaction stops only a part of the leak: facts then also reach the student through positions that no score flags. Distil at temperature 1 with this export, or leave out every record that names the subjects.',
      temperature,
    ),
  masks: (temperature) =>
    t(
      'At distillation temperature {0} masking stops only a part of the leak: facts then also reach the student through positions that no score flags. Distil at temperature 1 with this export, or leave out every record that names the subjects.',
      temperature,
    ),
  clean: (temperature) =>
    t(
      'At distillation temperature {0} leaving out the leaking records stops only a part of the leak: facts then also reach the student through positions that no score flags. Distil at temperature 1 with this export, or leave out every record that names the subjects.',
      temperature,
    ),
};
