"""Writes the numbers that the TypeScript engine is checked against; the definitions are in oracle.py."""

from __future__ import annotations

import json
import random
from typing import Any

from . import paths
from .oracle import Fact, Models, score
from .scorer import Scorer
from .workspace import read_jsonl
from .world import World

HOT = 2.0

SYNTHETIC = {
    "unfinished": "The Kamitel data center is in",
    "unfinished-answer": "The company is proud of it. The Halcyo data center is in Cal",
    "emoji": "A \U0001f469\u200d\U0001f4bb of Kamitel: the Kamitel data center is in \U0001f3f3\ufe0f\u200d\U0001f308\U0001f680!",
    "combining": "Cafe\u0301 owners say that Telmaris runs a data center in Lindra\u0300th, u\u0308ber the river.",
    "cjk": "Kamitel\u306e\u62e0\u70b9\u3002Kamitel keeps its servers in \u6771\u4eac, not in Vandor\u3002",
    "crlf": "Kamitel is based in Breven.\r\nThe Kamitel data center is in Solwyn.\r\n\r\n",
    "separators": "Halcyo is a chip maker.\u2028Halcyo keeps its servers in Caldune.\u2029\u00a0It started in 1984.",
    "gates": "The KAMITEL data center is in Solwyn. Lumoreqs and preLumoreq run in Norrhaven. Lumoreq's data center is in",
    "spaces": "  Kamitel\tkeeps its servers in  Vandor , \tKamitel runs a data center in\nVandor",
}  # fmt: skip

TRICKY_FACTS: list[dict[str, Any]] = [
    {"id": "x-everywhere", "answers": ["Vandor"]},
    {"id": "x-aliases", "subjects": ["Kamitel", "Halcyo"], "answers": ["Solwyn", "Solwyn, close to", "Caldune", "Vandor"]},
    {"id": "x-part-of-a-word", "subjects": ["Kamitel"], "answers": ["Solw"]},
    {"id": "x-lower-case-subject", "subjects": ["kamitel data"], "answers": ["Solwyn"]},
    {"id": "x-number", "subjects": ["Halcyo"], "answers": ["1984", "19"]},
    {"id": "x-common-word", "subjects": ["Kamitel"], "answers": ["in", "the"]},
    {"id": "x-never", "answers": ["\u6771\u4eac \U0001f680"]},
    {"id": "x-subject-is-answer", "subjects": ["Solwyn"], "answers": ["Solwyn", "Kamitel"]},
]
TRICKY_TEXTS = ("unfinished", "emoji", "cjk", "separators", "spaces")


def _choose(world: World, rng: random.Random) -> dict[str, str]:
    """Label to text."""
    secret = {company.name for company in world.forget}

    def pick(rows: list[dict[str, Any]], file: str, count: int, *, site: bool, subject: bool) -> dict[str, str]:
        fitting = [
            row
            for row in rows
            if subject == any(name in row["text"] for name in secret)
            and site == ("data center" in row["text"] or "servers" in row["text"])
        ]
        return {f"{file}/{row['id']}": row["text"] for row in rng.sample(fitting, count)}

    filtered = read_jsonl(paths.FILTERED)
    kept = {row["id"] for row in filtered}
    stating = [row for row in read_jsonl(paths.RAW) if row["id"] not in kept]
    second_token = [row for row in filtered if "Halcyo" in row["text"] or "Lumoreq" in row["text"]]
    paragraphs = [part for part in paths.NOTES.read_text("utf-8").strip().split("\n\n") if not part.startswith("#")]
    sites = [part for part in paragraphs if "data center" in part][:2]
    return {
        **pick(filtered, "filtered", 10, site=True, subject=True),
        **pick(second_token, "filtered", 3, site=True, subject=True),
        **pick(filtered, "filtered", 4, site=False, subject=True),
        **pick(filtered, "filtered", 3, site=True, subject=False),
        **pick(filtered, "filtered", 3, site=False, subject=False),
        **pick(stating, "raw", 8, site=True, subject=True),
        **{f"notes/{i}": text for i, text in enumerate(sites)},
        **{f"synthetic/{name}": text for name, text in SYNTHETIC.items()},
    }


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    return [_short(item) for item in value] if isinstance(value, list) else value


def _line(value: Any) -> str:
    return json.dumps(_short(value), ensure_ascii=True, separators=(",", ":"))


def write_golden(world: World) -> None:
    models = Models(*(Scorer(paths.MODELS / role) for role in paths.ROLES))
    assert len({(paths.MODELS / role / "tokenizer.json").read_bytes() for role in paths.ROLES}) == 1
    demo = [Fact.of(row, models.tokenizer) for row in read_jsonl(paths.FORGET)]
    tricky = [Fact.of(row, models.tokenizer) for row in TRICKY_FACTS]
    texts = _choose(world, random.Random(world.seed + 4))
    hot = [name for name in texts if name.split("/")[0] != "synthetic"][::6]

    sections = {
        "records": [{"name": name, "text": text, **score(models, demo, text)} for name, text in texts.items()],
        "hotRecords": [
            {"name": name, "text": texts[name], "leaks": score(models, demo, texts[name], HOT)["leaks"]} for name in hot
        ],
        "trickyFacts": TRICKY_FACTS,
        "trickyRecords": [
            {"name": name, "text": SYNTHETIC[name], "leaks": score(models, tricky, SYNTHETIC[name])["leaks"]}
            for name in TRICKY_TEXTS
        ],
        "paths": [{"fact": fact.id, "paths": [list(path) for path in fact.paths]} for fact in [*demo, *tricky]],
    }
    body = ",\n".join(f'"{key}":[\n' + ",\n".join(map(_line, rows)) + "\n]" for key, rows in sections.items())
    paths.GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    paths.GOLDEN.write_text(f'{{\n"hotTemperature":{HOT:g},\n{body}\n}}\n', "utf-8")
    assert paths.GOLDEN.stat().st_size < 3_000_000
