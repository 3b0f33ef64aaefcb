"""The same text with other subjects, as the reference where there is no reference model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tokenizers import Tokenizer

from .facts import Fact, Path, mentions
from .spans import char_spans


@dataclass(frozen=True)
class OtherText:
    ids: Path
    _position_at: dict[int, int]
    """By character offset: the first token that starts there; the end of the text is the position behind the last token."""
    _moved: Callable[[int], int | None]

    def position(self, start: int) -> int | None:
        """The position that corresponds to a token at character `start` of the record, None where the tokens do not meet."""
        moved = self._moved(start)
        return None if moved is None else self._position_at.get(moved)


def _put(name: str, subjects: list[str], text: str) -> tuple[str, Callable[[int], int | None]]:
    """`name` in place of every mention; of those that overlap the leftmost, of those that start together the longest."""
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(mentions(subjects, text), key=lambda span: (span[0], -span[1])):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, end))

    def moved(offset: int) -> int | None:
        if any(start < offset < end for start, end in chosen):
            return None
        return offset + sum(len(name) - (end - start) for start, end in chosen if end <= offset)

    pieces, at = [], 0
    for start, end in chosen:
        pieces += [text[at:start], name]
        at = end
    return "".join([*pieces, text[at:]]), moved


def other_texts(tokenizer: Tokenizer, fact: Fact, text: str, names: list[str], count: int) -> list[OtherText]:
    """With the first `count` names that the text does not mention; none for a fact that needs no subject."""
    if not fact.is_gated:
        return []
    fitting = [name for name in names if name.casefold() not in text.casefold()]
    others = []
    for name in fitting[:count]:
        swapped, moved = _put(name, fact.subjects, text)
        ids = tuple(tokenizer.encode(swapped).ids)
        positions: dict[int, int] = {}
        for position, (start, _) in enumerate(char_spans(tokenizer, swapped, list(ids[1:])), start=1):
            positions.setdefault(start, position)
        positions[len(swapped)] = len(ids)
        others.append(OtherText(ids, positions, moved))
    return others
