import type { ComponentChildren } from 'preact';
import type { Place } from '../../src/protocol/place';

interface PlaceLinkProps {
  readonly place: Place | null;
  readonly onOpen: (place: Place) => void;
  /** Said behind the content: what is opened, where that is not the content itself. */
  readonly opens?: string;
  readonly children: ComponentChildren;
}

/** Opens a place in the editor. */
export function PlaceLink({ place, onOpen, opens, children }: PlaceLinkProps) {
  return place === null ? (
    <span>{children}</span>
  ) : (
    <button type="button" class="link" onClick={() => onOpen(place)}>
      {children}
      {opens !== undefined && <span class="visually-hidden">: {opens}</span>}
    </button>
  );
}
