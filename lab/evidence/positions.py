"""Where facts could leak: for every position the facts whose subject stands before it and the tokens towards their answers."""

from __future__ import annotations

from collections.abc import Iterator

from ..oracle import Fact, char_spans, gate_opens
from .vocabulary import tokenizer
from .world import World


def branches(world: World, facts: list[Fact], ids: list[list[int]]) -> Iterator[tuple[int, int, int, set[int]]]:
    """(record, row, fact, A): indices, and the tokens that would continue towards the fact's answer.

    Row r predicts the token at position r + 1.
    """
    by_subject: dict[str, list[int]] = {}
    for number, fact in enumerate(facts):
        by_subject.setdefault(fact.subjects[0], []).append(number)
    for index, record in enumerate(world.filtered):
        for number in by_subject.get(record.subject or "", []):
            fact = facts[number]
            opened = gate_opens(fact.subjects, record.text)
            if opened is None:
                continue
            own = tuple(ids[index])
            starts = [0, *(start for start, _ in char_spans(tokenizer(), record.text, list(own[1:]))), len(record.text)]
            for position in range(1, len(own) + 1):
                if starts[position] < opened:
                    continue
                context = own[:position]
                depth = fact.depth(context)
                rest = [p for p in fact.paths if len(p) > depth and p[:depth] == context[len(context) - depth :]]
                yield index, position - 1, number, {path[depth] for path in rest}
