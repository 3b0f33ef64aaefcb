/** What must not be told, and the fact's id. */
export function FactName({ name, id }: { readonly name: string; readonly id: string }) {
  return (
    <>
      <span class="main">
        <bdi>{name}</bdi>
      </span>
      <span class="quiet">{id}</span>
    </>
  );
}

interface FactButtonProps {
  readonly name: string;
  readonly id: string;
  readonly title: string;
  /** Whether it is the fact that was picked, where one can be. */
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

/** A fact that something can be done with. */
export function FactButton({ name, id, title, pressed, onClick }: FactButtonProps) {
  return (
    <button type="button" class="link" aria-pressed={pressed} title={title} onClick={onClick}>
      <FactName name={name} id={id} />
    </button>
  );
}
