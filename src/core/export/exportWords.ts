/** What an export cannot do at this distillation temperature, in plain words; null where there is nothing to say. */
export function temperatureWarning(kind: 'redactions' | 'masks' | 'clean', temperature: number): string | null {
  if (temperature <= 1) {
    return null;
  }
  const what = { redactions: 'redaction', masks: 'masking', clean: 'leaving out the leaking records' }[kind];
  return `At distillation temperature ${temperature} ${what} stops only a part of the leak: facts then also reach the student through positions that no score flags. Distil at temperature 1 with this export, or leave out every record that names the subjects.`;
}
