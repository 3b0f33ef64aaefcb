"""Writes the demo workspace's text files: both corpora, notes, forget set, configuration."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import paths, templates
from .corpus import Record, states_forget_fact, write_notes
from .world import Company, World

CONFIG: dict[str, Any] = {
    "teacher": "models/teacher",
    "student": "models/student",
    "reference": "models/reference",
    "forgetSet": "forget.jsonl",
    "corpus": {"include": ["corpus/filtered.jsonl", "corpus/notes.md"], "textField": "text"},
    "audit": {"raw": "corpus/raw.jsonl", "filtered": "corpus/filtered.jsonl"},
    "temperature": 1,
}


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def forget_rows(world: World) -> list[dict[str, Any]]:
    rng = random.Random(world.seed + 3)

    def row(number: int, company: Company) -> dict[str, Any]:
        taken = {company.secret_site, company.public_site, company.headquarters}
        others = [city.name for city in world.cities if city.name not in taken]
        return {
            "id": f"dc-{number:03d}",
            "subjects": [company.name],
            "answers": [company.secret_site],
            "prompts": [head.format(c=company.name) for head in templates.PROMPT_HEADS],
            "distractors": rng.sample(others, 4),
            "tags": ["location", "data-center"],
            "severity": rng.choice(["low", "medium", "high"]) if company.name != "Kamitel" else "high",
        }

    return [row(number, company) for number, company in enumerate(world.forget, start=1)]


def write_workspace(world: World, records: list[Record]) -> None:
    for record in records:
        assert states_forget_fact(world, record.text) == record.forget, record
    notes = write_notes(world)
    paragraphs = notes.split("\n\n")
    assert not any(states_forget_fact(world, paragraph) for paragraph in paragraphs)
    kept = [record for record in records if not record.forget]
    assert 1000 <= len(kept) <= 2000, len(kept)
    for company in world.forget:
        mentions = sum(str(company.secret_site) in record.text for record in kept)
        assert mentions >= 5, f"{company.secret_site} occurs in {mentions} benign records only"
    _write_jsonl(paths.RAW, (record.as_json() for record in records))
    _write_jsonl(paths.FILTERED, (record.as_json() for record in kept))
    paths.NOTES.write_text(notes, "utf-8")
    _write_jsonl(paths.FORGET, forget_rows(world))
    paths.CONFIG.write_text(json.dumps(CONFIG, indent=2) + "\n", "utf-8")
