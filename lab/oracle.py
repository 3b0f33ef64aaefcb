"""The definitions of docs/scores.md, computed the slow and plain way: full logits, one sequence at a time, float64.

Nothing here is shared with the TypeScript engine, which is checked against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from tokenizers import Tokenizer

from .divergence import bucketed, forget_bits, forget_bits_slope, js_bits, kl_bits, likeliest
from .facts import Anchor, Fact, Path, Standing, Step, gate_opens, is_stated
from .scorer import Array, Scorer
from .spans import char_spans, utf16
from .swap import OtherText, other_texts

__all__ = ["Fact", "Models", "Setting", "char_spans", "gate_opens", "score", "similarities"]

MASS_FLOOR = 1e-3
LIFT_FLOOR = 1e-3
MOST_PROMPTS = 4
PROMPT_TOKENS = 32
SPREAD_TOKENS = 64


@dataclass(frozen=True)
class Models:
    teacher: Scorer
    student: Scorer
    reference: Scorer

    @property
    def tokenizer(self) -> Tokenizer:
        return self.teacher.tokenizer


@dataclass(frozen=True)
class Setting:
    reference: Literal["model", "swap", "none"] = "model"
    student: bool = True
    on_policy: bool = False
    names: list[str] = field(default_factory=list)
    """For `swap`: whom to put in place of a subject, the first `count` that fit."""
    count: int = 0


@dataclass(frozen=True)
class Place:
    """One position of one text."""

    text: str
    ids: Path
    starts: list[int]
    position: int

    @property
    def context(self) -> Path:
        return self.ids[: self.position]


def _at(model: Scorer, ids: Path, position: int, temperature: float = 1.0) -> Array:
    """What is expected at a position of a text."""
    return np.exp(model.log_probabilities(ids, temperature)[position - 1])


def _p(distribution: Array, step: Step) -> float:
    return float(distribution[list(step.tokens)].sum())


def _probability(model: Scorer, context: Path, path: Path, temperature: float) -> float:
    return float(np.exp(model.continuation(context, path, temperature).sum())) if path else 1.0


def _follows(model: Scorer, context: Path, step: Step, temperature: float) -> float:
    """Probability that the rest of the answer comes behind a step."""
    if step.ends:
        return 1.0
    return sum(_probability(model, (*context, *step.tokens), rest, temperature) for rest in step.rests)


@dataclass(frozen=True)
class Reference:
    """p_R and q of every step; p_R is None where nothing is known of it."""

    kind: str
    p: list[float] | None
    q: list[float]


def _swap_reference(
    teacher: Scorer, standing: Standing, others: list[OtherText], place: Place, p: list[float]
) -> Reference | None:
    """p_T without what leads to this very answer and is more than other subjects have of it."""
    depth, start = standing.depth, place.starts[place.position]
    emitted = place.ids[place.position - depth : place.position]
    found = []
    for other in others:
        at = other.position(start)
        if at is not None and other.ids[at - depth : at] == emitted:
            found.append((other.ids, at))
    if not found:
        return None

    def said(ids: Path, at: int) -> float:
        return _probability(teacher, ids[: at - depth], emitted, 1.0)

    def leads(ids: Path, at: int, step: Step) -> float:
        return _p(_at(teacher, ids, at), step) * _follows(teacher, ids[:at], step, 1.0)

    passed = None
    if place.position < len(place.ids) and not is_stated(standing, *_of(place)):
        passed = place.ids[place.position]
    own = said(place.ids, place.position)
    values = []
    for step, p_own in zip(standing.steps, p, strict=True):
        theirs = float(np.mean([said(ids, at) * leads(ids, at, step) for ids, at in found]))
        leak = max(0.0, leads(place.ids, place.position, step) - theirs / own)
        values.append(p_own if step.tokens == (passed,) and not step.ends else p_own - leak)
    q = [float(np.mean([_follows(teacher, ids[:at], step, 1.0) for ids, at in found])) for step in standing.steps]
    return Reference("swap", values, q)


def _of(place: Place) -> tuple[str, Path, list[int], int]:
    return place.text, place.ids, place.starts, place.position


def _reference(
    models: Models, setting: Setting, standing: Standing, others: list[OtherText], place: Place, p: list[float], t: float
) -> Reference:
    def q(model: Scorer) -> list[float]:
        return [_follows(model, place.context, step, t) for step in standing.steps]

    found = None
    if setting.reference == "model":
        distribution = _at(models.reference, place.ids, place.position, t)
        found = Reference("model", [_p(distribution, step) for step in standing.steps], q(models.reference))
    elif setting.reference == "swap":
        found = _swap_reference(models.teacher, standing, others, place, p)
    if found is None:
        found = Reference("none", None, q(models.student if setting.student else models.teacher))
    return Reference(found.kind, found.p, q(models.teacher)) if setting.on_policy else found


def _pull(models: Models, standing: Standing, ids: Path, position: int, temperature: float) -> float:
    teacher, student = (_at(model, ids, position, temperature) for model in (models.teacher, models.student))
    tokens = [token for step in standing.steps for token in step.tokens]
    return temperature * float(teacher[tokens].sum() - student[tokens].sum())


def leak_row(
    models: Models, setting: Setting, fact: Fact, standing: Standing, texts: list[OtherText], place: Place, temperature: float
) -> dict[str, Any] | None:
    """One fact at one position, or None where the teacher's mass is too small to be listed."""
    steps = standing.steps
    teacher = _at(models.teacher, place.ids, place.position, temperature)
    p = [_p(teacher, step) for step in steps]
    token_mass = sum(p)
    if token_mass < MASS_FLOOR:
        return None
    reference = _reference(models, setting, standing, texts, place, p, temperature)
    gains = [max(0.0, own - other) for own, other in zip(p, reference.p or [0.0] * len(p), strict=True)]
    lift = sum(gains)
    reference_mass = None if reference.p is None else sum(reference.p)
    follows = [_follows(models.teacher, place.context, step, temperature) for step in steps]
    row = {
        "position": place.position,
        "fact": fact.id,
        "depth": standing.depth,
        "tokenMass": token_mass,
        "mass": sum(own * q for own, q in zip(p, follows, strict=True)),
        "rank": 1 + int((teacher > max(teacher[list(step.tokens)].max() for step in steps)).sum()),
        "lift": lift,
        "exposure": sum(gain * q for gain, q in zip(gains, reference.q, strict=True)),
        "referenceMass": reference_mass,
        "studentMass": None,
        "pull": None,
        "status": None,
        "kind": "stated" if is_stated(standing, *_of(place)) else "shadow",
    }
    if setting.student:
        student = _at(models.student, place.ids, place.position, temperature)
        student_mass = sum(_p(student, step) for step in steps)
        row["studentMass"] = student_mass
        row["pull"] = _pull(models, standing, place.ids, place.position, temperature)
        row["status"] = "absorbed" if student_mass - (reference_mass or 0.0) >= lift / 2 else "open"
    others_p = reference.p or [0.0] * len(p)
    return row | {
        "reference": reference.kind,
        "computed": standing.computed,
        "tokens": [step.tokens for step in steps],
        "teacher": p,
        "others": others_p,
    }


@dataclass(frozen=True)
class Reading:
    """A text as the models read it, and where in it each fact may count."""

    text: str
    ids: Path
    spans: list[tuple[int, int]]
    open_from: dict[str, int]
    anchors: dict[str, list[Anchor]]

    @property
    def starts(self) -> list[int]:
        return [start for start, _ in self.spans] + [len(self.text)]

    def standings(self, facts: list[Fact], position: int) -> list[tuple[Fact, Standing]]:
        found = []
        for fact in facts:
            if self.open_from.get(fact.id, len(self.text) + 1) <= self.starts[position]:
                standing = fact.standing(self.anchors[fact.id], self.ids, self.starts, position)
                if standing is not None:
                    found.append((fact, standing))
        return found


def reading_of(tokenizer: Tokenizer, facts: list[Fact], text: str) -> Reading:
    ids = tuple(tokenizer.encode(text).ids)
    opened = {fact.id: fact.opens(text) for fact in facts}
    return Reading(
        text,
        ids,
        [(0, 0), *char_spans(tokenizer, text, list(ids[1:]))],
        {id: offset for id, offset in opened.items() if offset is not None},
        {fact.id: fact.anchors(text, tokenizer) for fact in facts},
    )


def score(
    models: Models, facts: list[Fact], text: str, temperature: float = 1.0, setting: Setting = Setting()
) -> dict[str, Any]:
    reading = reading_of(models.tokenizer, facts, text)
    ids, spans = reading.ids, reading.spans
    others = {fact.id: other_texts(models.tokenizer, fact, text, setting.names, setting.count) for fact in facts}
    leaks = []
    for position in range(1, len(ids) + 1):
        place = Place(text, ids, reading.starts, position)
        for fact, standing in reading.standings(facts, position):
            leaks.append(leak_row(models, setting, fact, standing, others[fact.id], place, temperature))
    own = ids[1:]
    return {
        "ids": list(ids),
        "spans": [[utf16(text, start), utf16(text, end)] for start, end in spans],
        "logprobs": {
            role: [float(model.log_probabilities(ids)[t, own[t]]) for t in range(len(own))]
            for role, model in vars(models).items()
        },
        "leaks": [leak for leak in leaks if leak is not None],
    }


def pulls(models: Models, facts: list[Fact], text: str, temperature: float) -> Callable[[dict[str, Any]], float]:
    """The pull of a row of {@link score} at another temperature."""
    reading = reading_of(models.tokenizer, facts, text)

    def of(row: dict[str, Any]) -> float:
        standings = dict((fact.id, standing) for fact, standing in reading.standings(facts, row["position"]))
        return _pull(models, standings[row["fact"]], reading.ids, row["position"], temperature)

    return of


def similarities(models: Models, facts: list[Fact], text: str) -> list[dict[str, Any]]:
    """Per gated fact with prompts: how alike its prompts each position is, from the first on that counts."""
    reading = reading_of(models.tokenizer, facts, text)
    found: dict[str, dict[str, Any]] = {}
    for position in range(1, len(reading.ids) + 1):
        here = _at(models.teacher, reading.ids, position)
        for fact, _ in reading.standings([fact for fact in facts if fact.is_gated and fact.prompts], position):
            pairs = []
            for prompt in fact.prompts[:MOST_PROMPTS]:
                prompt_ids = tuple(models.tokenizer.encode(prompt).ids)
                there = _at(models.teacher, prompt_ids, len(prompt_ids))
                tokens = likeliest(there, PROMPT_TOKENS)
                over_few = 1 - js_bits(bucketed(here, tokens), bucketed(there, tokens))
                over_all = 1 - js_bits(here, there)
                assert over_few >= over_all - 1e-12, "a bucket cannot set distributions further apart"
                pairs.append((over_few, over_all))
            row = found.setdefault(fact.id, {"fact": fact.id, "from": position, "bucketed": [], "exact": []})
            row["bucketed"].append(max(few for few, _ in pairs))
            row["exact"].append(max(all for _, all in pairs))
    return list(found.values())


def swap_bits(leaks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Forget bits from the rows that count as leaks; no two facts may say different things of one token.

    What other subjects share is a difference of numbers near 1: `slope` tells how much an error of it changes the bits.
    """
    union: dict[int, dict[tuple[int, ...], tuple[float, float]]] = defaultdict(dict)
    for leak in leaks:
        if leak["lift"] >= LIFT_FLOOR and leak["referenceMass"] is not None:
            for tokens, *pair in zip(leak["tokens"], leak["teacher"], leak["others"], strict=True):
                assert union[leak["position"]].setdefault(tokens, tuple(pair)) == tuple(pair)
    totals = {position: np.sum(list(pairs.values()), axis=0) for position, pairs in union.items()}
    return [
        {"position": position, "forgetBits": forget_bits(p, r), "slope": forget_bits_slope(p, r)}
        for position, (p, r) in ((position, pair.tolist()) for position, pair in totals.items())
    ]


def divergence(models: Models, leaks: list[dict[str, Any]], ids: Path) -> list[dict[str, Any]]:
    """Bits between teacher and reference model per position, and how many of them the listed facts explain."""
    listed: dict[int, set[int]] = defaultdict(set)
    for leak in leaks:
        if leak["lift"] >= LIFT_FLOOR:
            listed[leak["position"]].update(token for tokens in leak["tokens"] for token in tokens)
    rows = []
    for position in range(1, len(ids) + 1):
        teacher, reference = (_at(model, ids, position) for model in (models.teacher, models.reference))
        union = sorted(listed[position])
        tokens = {*likeliest(teacher, SPREAD_TOKENS), *union}
        kl, exact = kl_bits(bucketed(teacher, tokens), bucketed(reference, tokens)), kl_bits(teacher, reference)
        bits = forget_bits(float(teacher[union].sum()), float(reference[union].sum()))
        assert kl <= exact + 1e-12, "a bucket cannot set distributions further apart"
        assert bits <= kl + 1e-12, "the facts cannot explain more than there is"
        rows.append({"position": position, "forgetBits": bits, "kl": kl, "exactKl": exact})
    return rows
