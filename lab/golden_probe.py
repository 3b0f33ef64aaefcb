"""Writes what models answer to the demo's prompts, for the TypeScript engine to be checked against.

`python -m lab.golden_probe` does so with the models that are there already. The definitions are those of docs/probe.md, computed the slow and
plain way: full logits, one sequence at a time, float64.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from . import paths
from .facts import Path, answer_paths
from .golden import as_line
from .scorer import Scorer
from .workspace import read_jsonl

TOKENS = 12
FACTS = slice(None, None, 2)
Row = dict[str, Any]


def _log_probability(model: Scorer, context: Path, path: Path) -> float:
    return float(model.continuation(context, path).sum())


def _per_token(model: Scorer, context: Path, answer: str) -> float:
    """Mean log-probability of a token, in the likeliest way to write the answer."""
    found = answer_paths(model.tokenizer, [answer])
    return max(_log_probability(model, context, path) / len(path) for path in found)


def _truth_ratio(model: Scorer, context: Path, row: Row) -> float | None:
    if not row["distractors"]:
        return None
    right = max(_per_token(model, context, answer) for answer in row["answers"])
    wrong = [np.exp(_per_token(model, context, answer)) for answer in row["distractors"]]
    return float(np.mean(wrong) / np.exp(right))


def _continuation(model: Scorer, context: Path, limit: int) -> str:
    special = {id for id, token in model.tokenizer.get_added_tokens_decoder().items() if token.special}
    said: list[int] = []
    while len(said) < limit:
        likeliest = int(model.logits((*context, *said))[-1].argmax())
        if likeliest in special:
            break
        said.append(likeliest)
    text = model.tokenizer.decode(said, skip_special_tokens=False)
    return (text.lstrip().splitlines() or [""])[0].rstrip()


def probe(model: Scorer, row: Row) -> list[Row]:
    """By prompt."""
    answers = []
    ways = answer_paths(model.tokenizer, row["answers"])
    for prompt in row["prompts"]:
        context = tuple(model.tokenizer.encode(prompt).ids)
        first = np.exp(model.log_probabilities(context)[-1])
        starts = sorted({way[0] for way in ways})
        answers.append(
            {
                "mass": sum(np.exp(_log_probability(model, context, way)) for way in ways),
                "tokenMass": float(first[starts].sum()),
                "rank": 1 + int((first > first[starts].max()).sum()),
                "truthRatio": _truth_ratio(model, context, row),
                "continuation": _continuation(model, context, max(TOKENS, max(map(len, ways)) + 1)),
            }
        )
    return answers


def write_golden_probe() -> None:
    rows = read_jsonl(paths.FORGET)[FACTS]
    models = {role: Scorer(paths.MODELS / role) for role in paths.ROLES}
    lines = [
        as_line({"fact": row["id"], **{role: probe(model, row) for role, model in models.items()}}) for row in rows
    ]
    paths.GOLDEN_PROBE.write_text(f'{{"tokens":{json.dumps(TOKENS)},"facts":[\n' + ",\n".join(lines) + "\n]}\n", "utf-8")


if __name__ == "__main__":
    write_golden_probe()
