"""The workspace that Seep is run in: corpus, forget set, models and settings of one world."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import names
from .world import World

CORPUS = "corpus/filtered.jsonl"
FORGET = "forget.jsonl"


def forget_rows(world: World) -> list[dict[str, Any]]:
    rng = random.Random(world.seed)
    return [
        {
            "id": f"{company.group}-{company.name}",
            "subjects": [company.name],
            "answers": [company.secret],
            "prompts": company.prompts(company.secret_frames),
            "distractors": rng.sample([c for c in names.CITIES if c not in (company.secret, company.public, company.base)], 4),
            "tags": [company.group],
        }
        for company in world.forget
    ]


def write_workspace(folder: Path, world: World, models: dict[str, Path]) -> None:
    """Models are linked, not copied; the reference is one of them, for scans that ask for it."""
    _write_jsonl(folder / CORPUS, ({"id": record.id, "text": record.text} for record in world.filtered))
    _write_jsonl(folder / FORGET, forget_rows(world))
    for role, path in models.items():
        (folder / "models").mkdir(exist_ok=True)
        (folder / "models" / role).symlink_to(path)
    config = {"teacher": "models/teacher", "forgetSet": FORGET, "corpus": {"include": [CORPUS], "textField": "text"}}
    (folder / "seep.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")


def _write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
