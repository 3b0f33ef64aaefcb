import type { ComponentChildren } from 'preact';
import type { Place } from '../../src/protocol/place';

interface PlaceLinkProps {
  readonly place: Place | null;
  readonly onOpen: (place: Place) => void;
  /** Said in place of the content where that would be unclear by itself. */
  readonly label?: string;
  readonly children: ComponentChildren;
}

/** Opens a place in the editor. */
export function PlaceLink({ place, onOpen, label, children }: PlaceLinkProps) {
  return place === null ? (
    <span>{children}</span>
  ) : (
    <button type="button" class="link" aria-label={label} onClick={() => onOpen(place)}>
      {children}
    </button>
  );
}
