"""The definitions of docs/scores.md, computed the slow and plain way: full logits, one sequence at a time, float64.

Nothing here is shared with the TypeScript engine, which is checked against it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from .scorer import Scorer

MASS_FLOOR = 1e-3
ANCHORS = ("\n", "a")
Path = tuple[int, ...]


def _byte_of_char() -> dict[str, int]:
    """GPT-2's printable stand-ins for the 256 bytes."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    table = {chr(byte): byte for byte in printable}
    others = [byte for byte in range(256) if byte not in printable]
    return table | {chr(256 + i): byte for i, byte in enumerate(others)}


_BYTES = _byte_of_char()


def _sizes(tokenizer: Tokenizer, ids: list[int]) -> list[int]:
    """Bytes per token."""
    return [len(tokenizer.id_to_token(id)) for id in ids]


def char_spans(tokenizer: Tokenizer, text: str, ids: list[int]) -> list[tuple[int, int]]:
    """[start, end) in characters (code points) of each token behind BOS, widened to whole characters."""
    pieces = bytes(_BYTES[char] for id in ids for char in tokenizer.id_to_token(id))
    assert pieces == text.encode("utf-8")
    char_at = [i for i, char in enumerate(text) for _ in char.encode("utf-8")]
    spans, start = [], 0
    for size in _sizes(tokenizer, ids):
        spans.append((char_at[start], char_at[start + size - 1] + 1))
        start += size
    return spans


def utf16(text: str, offset: int) -> int:
    return len(text[:offset].encode("utf-16-le")) // 2


_UNSPACED = ("CJK UNIFIED", "CJK COMPATIBILITY", "HIRAGANA", "KATAKANA", "BOPOMOFO", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


def _joins(char: str) -> bool:
    """Whether a word could go on with `char`; scripts that put no spaces between words do not tell."""
    return char.isalnum() and not unicodedata.name(char, "").startswith(_UNSPACED)


def gate_opens(subjects: list[str], text: str) -> int | None:
    """Where a subject has first been named in full; 0 without subjects, None if never."""
    if not subjects:
        return 0
    ends = []
    for subject in subjects:
        for match in re.finditer(f"(?=({re.escape(subject)}))", text, re.IGNORECASE):
            start, end = match.span(1)
            if not (start > 0 and _joins(text[start - 1])) and not (end < len(text) and _joins(text[end])):
                ends.append(end)
    return min(ends, default=None)


def answer_paths(tokenizer: Tokenizer, answers: list[str]) -> list[Path]:
    found: set[Path] = set()
    for form in [form for answer in answers for form in (answer, f" {answer}")]:
        for anchor in ANCHORS:
            ids = tokenizer.encode(anchor + form, add_special_tokens=False).ids
            ends = np.cumsum(_sizes(tokenizer, ids)).tolist()
            if len(anchor) in ends:
                found.add(tuple(ids[ends.index(len(anchor)) + 1 :]))
    return sorted(path for path in found if not any(path[:k] in found for k in range(1, len(path))))


def _is_stated(text: str, start: int, answers: list[str]) -> bool:
    rest = text[start:].lstrip()
    return any(rest.startswith(a) and not (len(rest) > len(a) and _joins(rest[len(a)])) for a in answers)


@dataclass(frozen=True)
class Fact:
    id: str
    subjects: list[str]
    answers: list[str]
    paths: list[Path]

    @staticmethod
    def of(row: dict[str, Any], tokenizer: Tokenizer) -> Fact:
        return Fact(row["id"], row.get("subjects", []), row["answers"], answer_paths(tokenizer, row["answers"]))

    def depth(self, context: Path) -> int:
        longest = max(len(path) for path in self.paths) - 1
        for depth in range(min(longest, len(context)), 0, -1):
            if any(len(path) > depth and path[:depth] == context[-depth:] for path in self.paths):
                return depth
        return 0


@dataclass(frozen=True)
class Models:
    teacher: Scorer
    student: Scorer
    reference: Scorer

    @property
    def tokenizer(self) -> Tokenizer:
        return self.teacher.tokenizer


def _probability(model: Scorer, context: Path, path: Path, temperature: float) -> float:
    return float(np.exp(model.continuation(context, path, temperature).sum())) if path else 1.0


def leak_row(
    models: Models, fact: Fact, text: str, ids: Path, starts: list[int], position: int, temperature: float
) -> dict[str, Any] | None:
    """One fact at one position, or None where the teacher's mass is too small to be listed."""
    context = ids[:position]
    depth = fact.depth(context)
    rests = [path[depth:] for path in fact.paths if len(path) > depth and path[:depth] == context[len(context) - depth :]]
    branch = sorted({rest[0] for rest in rests})
    teacher, student, reference = (
        np.exp(model.log_probabilities(ids, temperature)[position - 1])
        for model in (models.teacher, models.student, models.reference)
    )
    token_mass = float(teacher[branch].sum())
    if token_mass < MASS_FLOOR:
        return None
    gain = {a: max(0.0, float(teacher[a] - reference[a])) for a in branch}
    follows = {
        a: sum(_probability(models.reference, (*context, a), rest[1:], temperature) for rest in rests if rest[0] == a)
        for a in branch
    }
    lift = sum(gain.values())
    reference_mass, student_mass = float(reference[branch].sum()), float(student[branch].sum())
    return {
        "position": position,
        "fact": fact.id,
        "depth": depth,
        "tokenMass": token_mass,
        "mass": sum(_probability(models.teacher, context, rest, temperature) for rest in rests),
        "rank": 1 + int((teacher > teacher[branch].max()).sum()),
        "lift": lift,
        "exposure": sum(gain[a] * follows[a] for a in branch),
        "referenceMass": reference_mass,
        "studentMass": student_mass,
        "pull": temperature * (token_mass - student_mass),
        "status": "absorbed" if student_mass - reference_mass >= lift / 2 else "open",
        "kind": "stated" if _is_stated(text, starts[position - depth], fact.answers) else "shadow",
    }


def score(models: Models, facts: list[Fact], text: str, temperature: float = 1.0) -> dict[str, Any]:
    ids = tuple(models.tokenizer.encode(text).ids)
    own = list(ids[1:])
    spans = [(0, 0), *char_spans(models.tokenizer, text, own)]
    starts = [start for start, _ in spans] + [len(text)]
    leaks = []
    for position in range(1, len(ids) + 1):
        for fact in facts:
            opened = gate_opens(fact.subjects, text)
            if opened is not None and opened <= starts[position]:
                leaks.append(leak_row(models, fact, text, ids, starts, position, temperature))
    return {
        "ids": list(ids),
        "spans": [[utf16(text, start), utf16(text, end)] for start, end in spans],
        "logprobs": {
            role: [float(model.log_probabilities(ids)[t, own[t]]) for t in range(len(own))]
            for role, model in vars(models).items()
        },
        "leaks": [leak for leak in leaks if leak is not None],
    }
