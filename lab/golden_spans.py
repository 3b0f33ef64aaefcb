"""Writes what models with tokenizers of their own are checked against; the definitions are in character_spans.py.

`python -m lab.golden_spans` does so with the models that are there already. Tokenizers of their own are the demo's with two signs' ids
exchanged and the last merges left out, so that words fall into smaller tokens.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from . import paths
from .character_spans import OwnModel, compare
from .golden import as_line
from .golden_cases import SYNTHETIC
from .oracle import Fact
from .scorer import Scorer
from .workspace import read_jsonl

EXCHANGED = ("~", "^")
MERGES = 205
TEXTS = 12


def _cut(role: str, folder: Path) -> OwnModel:
    tokenizer: dict[str, Any] = json.loads((paths.MODELS / role / "tokenizer.json").read_text("utf-8"))
    vocabulary, merges = tokenizer["model"]["vocab"], tokenizer["model"]["merges"]
    a, b = EXCHANGED
    vocabulary[a], vocabulary[b] = vocabulary[b], vocabulary[a]
    tokenizer["model"]["merges"] = merges[:MERGES]
    folder.mkdir()
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    (folder / "model.onnx").symlink_to(paths.MODELS / role / "model.onnx")
    return OwnModel(Scorer(folder))


def write_golden_spans() -> None:
    teacher = Scorer(paths.MODELS / "teacher")
    facts = [Fact.of(row, teacher.tokenizer) for row in read_jsonl(paths.FORGET)]
    speaking = [row["text"] for row in read_jsonl(paths.FILTERED) if any(fact.opens(row["text"]) is not None for fact in facts)]
    shared = [text for text in speaking if "Halcyo" in text or "Lumoreq" in text]
    texts = [*speaking[:: len(speaking) // TEXTS], *shared[:: len(shared) // 4], SYNTHETIC["emoji"], SYNTHETIC["unfinished-answer"]]
    with tempfile.TemporaryDirectory() as folder:
        # The student's weights know the facts, so that there is something to compare.
        reference, student = _cut("student", Path(folder, "reference")), _cut("teacher", Path(folder, "student"))
        rows = [{"text": text, "leaks": compare(teacher, reference, student, facts, text)} for text in texts]
    head = json.dumps({"exchanged": EXCHANGED, "merges": MERGES})[1:-1]
    body = ",\n".join(map(as_line, rows))
    paths.GOLDEN_SPANS.write_text(f'{{{head},\n"records":[\n{body}\n]}}\n', "utf-8")


if __name__ == "__main__":
    write_golden_spans()
