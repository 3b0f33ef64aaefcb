export interface Figure {
  readonly term: string;
  readonly figure: string;
  readonly detail: string;
}

/** The figures that come first on a page. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl class="totals">
      {figures.map(({ term, figure, detail }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            <strong>{figure}</strong> <span>{detail}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
