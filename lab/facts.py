"""What a forget set names, as token paths: where a fact counts in a text and which tokens lead on towards its answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from .spans import is_whole_word, joins, sizes, whole_texts

ANCHORS = ("\n", "a")
CASES = {"as-is": str, "lower": str.lower, "upper": str.upper, "title": str.title}
Path = tuple[int, ...]


def mentions(subjects: list[str], text: str) -> list[tuple[int, int]]:
    """[start, end) of every subject in the text, as whole words in any case."""
    found = [
        match.span(1)
        for subject in subjects
        for match in re.finditer(f"(?=({re.escape(subject)}))", text, re.IGNORECASE)
        if is_whole_word(text, *match.span(1))
    ]
    return sorted(found)


def gate_opens(subjects: list[str], text: str) -> int | None:
    """Where a subject has first been named in full; 0 without subjects, None if never."""
    return min((end for _, end in mentions(subjects, text)), default=None) if subjects else 0


def answer_paths(tokenizer: Tokenizer, answers: list[str]) -> list[Path]:
    found: set[Path] = set()
    for form in [form for answer in answers for form in (answer, f" {answer}")]:
        for anchor in ANCHORS:
            ids = tokenizer.encode(anchor + form, add_special_tokens=False).ids
            ends = np.cumsum(sizes(tokenizer, ids)).tolist()
            if len(anchor) in ends:
                found.add(tuple(ids[ends.index(len(anchor)) + 1 :]))
    return sorted(path for path in found if not any(path[:k] in found for k in range(1, len(path))))


def _forms(answers: list[str], cases: list[str]) -> list[str]:
    return list(dict.fromkeys(CASES[case](answer) for answer in answers for case in cases))


def _python_regex(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", pattern))


def _computed(template: str, groups: dict[str, str]) -> str:
    """The two kinds of braces that the golden facts use: {group} and {group + number}."""

    def value(match: re.Match[str]) -> str:
        name, number = match.groups()
        return groups[name] if number is None else str(int(groups[name]) + int(number))

    return re.sub(r"\{(\w+)(?: \+ (\d+))?\}", value, template)


@dataclass(frozen=True)
class Step:
    """A token that leads on, or any token of a class, and all that may have to follow."""

    tokens: tuple[int, ...]
    rests: tuple[Path, ...]

    @property
    def ends(self) -> bool:
        return self.rests == ((),)


@dataclass(frozen=True)
class Standing:
    """How far the text has come on the way to an answer."""

    depth: int
    steps: list[Step]
    answers: list[str]
    """Every way to write an answer that may stand here."""
    members: frozenset[int] = frozenset()
    """Tokens of the class, where the answer is one."""
    computed: str | None = None
    """The one answer that a rule expects here."""

    @staticmethod
    def at(depth: int, emitted: Path, paths: list[Path], answers: list[str], computed: str | None = None) -> Standing:
        rests = [path[depth:] for path in paths if len(path) > depth and path[:depth] == emitted]
        branch = sorted({rest[0] for rest in rests})
        steps = [Step((token,), tuple(rest[1:] for rest in rests if rest[0] == token)) for token in branch]
        return Standing(depth, steps, answers, computed=computed)


@dataclass(frozen=True)
class Anchor:
    """A stretch [first, last] of characters in which an answer may start that is expected nowhere else."""

    first: int
    last: int
    paths: list[Path]
    answers: list[str]
    computed: str | None


@dataclass(frozen=True)
class Fact:
    id: str
    subjects: list[str]
    answers: list[str]
    """In every case asked for."""
    paths: list[Path]
    gated: bool = True
    prompts: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=lambda: ["as-is"])
    members: frozenset[int] = frozenset()
    context: str | None = None
    templates: list[str] = field(default_factory=list)
    """Answers that are expected behind the context only."""

    @staticmethod
    def of(row: dict[str, Any], tokenizer: Tokenizer) -> Fact:
        cases, anchored = row.get("cases", ["as-is"]), row.get("anchored", {})
        answers = _forms(row.get("answers", []), cases)
        members = frozenset[int]()
        if "pattern" in row:
            pattern = _python_regex(row["pattern"])
            members = frozenset(id for id, text in whole_texts(tokenizer).items() if pattern.search(text))
        return Fact(
            row["id"],
            row.get("subjects", []),
            answers,
            answer_paths(tokenizer, answers),
            row.get("gated", True),
            row.get("prompts", []),
            cases,
            members,
            anchored.get("context"),
            anchored.get("answers", []),
        )

    @property
    def is_gated(self) -> bool:
        return self.gated and bool(self.subjects)

    def opens(self, text: str) -> int | None:
        return gate_opens(self.subjects, text) if self.gated else 0

    def depth(self, context: Path) -> int:
        longest = max(len(path) for path in self.paths) - 1
        for depth in range(min(longest, len(context)), 0, -1):
            if any(len(path) > depth and path[:depth] == context[-depth:] for path in self.paths):
                return depth
        return 0

    def anchors(self, text: str, tokenizer: Tokenizer) -> list[Anchor]:
        """Behind each match of the context, with or without white space between."""
        found = []
        for match in _python_regex(self.context).finditer(text) if self.context is not None else ():
            own = [_computed(template, match.groupdict()) for template in self.templates]
            answers = [*self.answers, *_forms(own, self.cases)]
            first, behind = len(text[: match.end()].rstrip()), text[match.end() :]
            last = len(text) - len(behind.lstrip())
            computed = None if self.answers else own[0]
            found.append(Anchor(first, last, answer_paths(tokenizer, answers), answers, computed))
        return found

    def standing(self, anchors: list[Anchor], ids: Path, starts: list[int], position: int) -> Standing | None:
        """Where the text stands before the token at `position`; None where no answer is expected."""
        if self.members:
            return Standing(0, [Step(tuple(sorted(self.members)), ((),))], [], self.members)
        longest = max((len(path) for anchor in anchors for path in anchor.paths), default=0)
        for depth in range(min(longest, position) - 1, -1, -1):
            emitted = ids[position - depth : position]
            for anchor in anchors:
                if anchor.first <= starts[position - depth] <= anchor.last:
                    standing = Standing.at(depth, emitted, anchor.paths, anchor.answers, anchor.computed)
                    if standing.steps:
                        return standing
        if not self.paths:
            return None
        depth = self.depth(ids[:position])
        return Standing.at(depth, ids[position - depth : position], self.paths, self.answers)


def is_stated(standing: Standing, text: str, ids: Path, starts: list[int], position: int) -> bool:
    """Whether the text itself goes on with an answer, or with a token of the class."""
    if standing.members:
        return position < len(ids) and ids[position] in standing.members
    rest = text[starts[position - standing.depth] :].lstrip()
    return any(rest.startswith(a) and not (len(rest) > len(a) and joins(rest[len(a)])) for a in standing.answers)
