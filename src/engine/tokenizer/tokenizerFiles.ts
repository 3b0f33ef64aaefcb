/** What Seep itself reads of tokenizer.json; the rest is the library's. */
export interface TokenizerJson {
  readonly model?: {
    readonly type?: string;
    readonly byte_fallback?: boolean;
    readonly unk_token?: string | null;
    /** Unigram's. */
    readonly unk_id?: number | null;
    readonly continuing_subword_prefix?: string | null;
    readonly end_of_word_suffix?: string | null;
  };
  readonly normalizer: unknown;
  readonly pre_tokenizer: unknown;
  readonly post_processor: unknown;
  readonly decoder: unknown;
  readonly added_tokens: unknown;
}

/** What Seep reads of tokenizer_config.json. */
export interface TokenizerConfig {
  readonly add_bos_token?: boolean;
  readonly bos_token?: SpecialToken;
  readonly eos_token?: SpecialToken;
}

type SpecialToken = string | { readonly content?: string } | null;

/** Whether a part of tokenizer.json, or a member of it where it is a sequence, has this type. */
export function hasPart(part: unknown, type: string): boolean {
  return partsOf(part).some((each) => each.type === type);
}

/** A part of tokenizer.json, or the members of a sequence of them. */
export function partsOf(part: unknown): Record<string, unknown>[] {
  if (typeof part !== 'object' || part === null) {
    return [];
  }
  const whole = part as Record<string, unknown>;
  const members = whole.normalizers ?? whole.pretokenizers ?? whole.decoders ?? whole.processors;
  return Array.isArray(members) ? members.flatMap(partsOf) : [whole];
}
