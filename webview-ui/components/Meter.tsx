/** The number beside it, for the eye. */
export function Meter({ fraction }: { readonly fraction: number }) {
  return (
    <span class="meter" aria-hidden="true">
      <span class="fill" style={{ width: `${(100 * Math.min(1, fraction)).toFixed(1)}%` }} />
    </span>
  );
}
