import type { CONFIG_KEYS } from '../core/config/parseConfig';

/**
 * A first seep.json: model folders by what their names say. The teacher is always there, since nothing works without one.
 * @param modelFolders relative to the file's folder, with forward slashes
 */
export function configTemplate(
  modelFolders: readonly string[],
  forgetSet: string,
): Partial<Record<(typeof CONFIG_KEYS)[number], unknown>> {
  const named = (pattern: RegExp) => modelFolders.find((path) => pattern.test(path.slice(path.lastIndexOf('/') + 1)));
  const student = named(/student/i);
  const reference = named(/reference|base|unlearn|retain/i);
  const teacher =
    named(/teacher/i) ?? modelFolders.find((path) => path !== student && path !== reference) ?? 'models/teacher';
  return {
    teacher,
    ...(student === undefined ? {} : { student }),
    ...(reference === undefined ? {} : { reference }),
    forgetSet,
    corpus: { include: ['corpus/**/*.jsonl'], textField: 'text' },
    temperature: 1,
  };
}
