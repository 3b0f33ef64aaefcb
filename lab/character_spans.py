"""Whole answers of a model with a tokenizer of its own, as docs/scores.md defines them: over bytes, every way to cover them followed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from .oracle import LIFT_FLOOR, MASS_FLOOR, Fact, reading_of
from .scorer import Scorer
from .spans import token_bytes

Path = tuple[int, ...]


class OwnModel:
    """A model and its byte-level tokenizer, which puts one token in front of every text."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._bytes = {id: token_bytes(scorer.tokenizer, id) for id in _plain_ids(scorer.tokenizer)}

    def follows(self, left: bytes, rest: bytes) -> float:
        """Probability that a text which starts with `left` goes on with `rest`, written as at the end of a text."""
        ids = tuple(self._scorer.tokenizer.encode((left + rest).decode("utf-8")).ids)
        end = 0
        for first, id in enumerate(ids[1:], start=1):
            start, end = end, end + len(self._bytes[id])
            if end > len(left):
                joint = float(np.exp(self._scorer.continuation(ids[:first], ids[first:]).sum()))
                return joint / self._covers(ids[:first], left[start:])
        return 1.0

    def _covers(self, context: Path, begun: bytes) -> float:
        """Probability of all ways to go on with these bytes."""
        if not begun:
            return 1.0
        p = np.exp(self._scorer.log_probabilities(context)[-1])
        total = 0.0
        for id, own in self._bytes.items():
            if own.startswith(begun):
                total += float(p[id])
            elif begun.startswith(own):
                total += float(p[id]) * self._covers((*context, id), begun[len(own) :])
        return total


def _plain_ids(tokenizer: Tokenizer) -> list[int]:
    special = set(tokenizer.get_added_tokens_decoder())
    return sorted(id for id in tokenizer.get_vocab().values() if id not in special)


def compare(teacher: Scorer, reference: OwnModel, student: OwnModel, facts: list[Fact], text: str) -> list[dict[str, Any]]:
    """One row per position and fact whose lift over character spans reaches the floor."""
    reading = reading_of(teacher.tokenizer, facts, text)
    rows = []
    for position in range(1, len(reading.ids) + 1):
        left = b"".join(token_bytes(teacher.tokenizer, id) for id in reading.ids[1:position])
        for fact, standing in reading.standings(facts, position):
            masses: dict[bytes, float] = defaultdict(float)
            token_mass = 0.0
            for step in standing.steps:
                (token,) = step.tokens
                p = float(np.exp(teacher.continuation(reading.ids[:position], (token,))[0]))
                token_mass += p
                for rest in step.rests:
                    path = (token, *rest)
                    if p > 0:
                        joint = teacher.continuation(reading.ids[:position], path).sum()
                        masses[b"".join(token_bytes(teacher.tokenizer, id) for id in path)] += float(np.exp(joint))
            if token_mass < MASS_FLOOR:
                continue
            others = {rest: reference.follows(left, rest) for rest in masses}
            lift = sum(max(0.0, mass - others[rest]) for rest, mass in masses.items())
            if lift >= LIFT_FLOOR / 2:
                rows.append(
                    {
                        "position": position,
                        "fact": fact.id,
                        "depth": standing.depth,
                        "mass": sum(masses.values()),
                        "lift": lift,
                        "referenceMass": sum(others.values()),
                        "studentMass": sum(student.follows(left, rest) for rest in masses),
                    }
                )
    return rows
