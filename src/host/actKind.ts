/** What can be done about leaks. The first two change the text, the others write decisions. */
export const ACT_KINDS = ['drop', 'redact', 'mask', 'ignore', 'reviewed', 'leaveOut'] as const;
export type ActKind = (typeof ACT_KINDS)[number];

/** Acts that edit the corpus; the others write decisions. */
export const CHANGES_TEXT: readonly ActKind[] = ['drop', 'redact'];

/** Acts that are about what leaks; the others are about records. */
export const ABOUT_LEAKS: readonly ActKind[] = ['redact', 'mask', 'ignore'];
