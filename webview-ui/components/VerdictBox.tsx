interface VerdictBoxProps {
  readonly sentences: readonly string[];
  /** What it is about, which colours its edge. */
  readonly tone: 'stated' | 'shadow' | null;
}

/** A verdict in plain words, what matters most first. */
export function VerdictBox({ sentences, tone }: VerdictBoxProps) {
  return (
    <div class={`verdict ${tone ?? ''}`}>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  );
}
