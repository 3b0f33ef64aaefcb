import { identityMap, type MappedText, mapGraphemes, mapReplacement } from './mappedText';

/** One step of what a tokenizer does to a text before it cuts it into tokens. */
export type TextStep =
  | { readonly kind: 'replace'; readonly pattern: RegExp; readonly content: string }
  | { readonly kind: 'change'; change(text: string): string };

/** The library's normaliser, as far as it is looked into. */
interface LibraryNormalizer {
  normalize(text: string): string;
  readonly config?: { readonly type?: string; readonly content?: string };
  readonly normalizers?: readonly (LibraryNormalizer | null)[];
  readonly pattern?: RegExp | null;
}

/**
 * The steps of a normaliser. Text put in front and white space cut off at the ends are left out: they are found again when the
 * tokens are laid on the text.
 */
export function textSteps(normalizer: LibraryNormalizer | null): TextStep[] {
  if (normalizer === null) {
    return [];
  }
  if (normalizer.normalizers !== undefined) {
    return normalizer.normalizers.flatMap(textSteps);
  }
  switch (normalizer.config?.type) {
    case 'Prepend':
    case 'Strip':
      return [];
    case 'Replace': {
      const { pattern, config } = normalizer;
      return pattern ? [{ kind: 'replace', pattern, content: config?.content ?? '' }] : [];
    }
    default:
      return [{ kind: 'change', change: (text) => normalizer.normalize(text) }];
  }
}

export function normalize(text: string, steps: readonly TextStep[]): MappedText {
  return steps.reduce(
    (mapped, step) =>
      step.kind === 'replace'
        ? mapReplacement(mapped, step.pattern, step.content)
        : mapGraphemes(mapped, (piece) => step.change(piece)),
    identityMap(text),
  );
}
