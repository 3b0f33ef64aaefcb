/** What a benchmark found, by name; null: it could not be measured here, and the reason was said. */
export type Figures = Readonly<Record<string, number | null>>;
