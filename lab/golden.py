"""Writes the numbers that the TypeScript engine is checked against; the definitions are in oracle.py.

`python -m lab.golden` does so with the models that are there already.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

from . import paths
from .golden_cases import CASES, RULE_FACTS, RULE_TEXTS, SWAP_TEXTS, SYNTHETIC, TRICKY_FACTS, TRICKY_TEXTS, Case
from .oracle import LIFT_FLOOR, Fact, Models, divergence, pulls, score, similarities, swap_bits
from .scorer import Scorer
from .workspace import read_jsonl
from .world import SEED, World, build_world

HOT = 2.0
BITS_FLOOR = 1e-4
KL_FLOOR = 0.1
"""In bits; both well below what the engine lists."""
NOT_PLAIN = ("reference", "computed", "tokens", "teacher", "others")
Row = dict[str, Any]


def _choose(world: World, rng: random.Random) -> dict[str, str]:
    """Label to text."""
    secret = {company.name for company in world.forget}

    def pick(rows: list[Row], file: str, count: int, *, site: bool, subject: bool) -> dict[str, str]:
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


def _texts_of_cases(rng: random.Random, texts: dict[str, str]) -> Callable[[Case], dict[str, str]]:
    """Which texts a case scores, by label."""
    rows = read_jsonl(paths.FILTERED)

    def pick(count: int, pattern: str) -> dict[str, str]:
        fitting = [row for row in rows if re.search(pattern, row["text"])]
        return {f"filtered/{row['id']}": row["text"] for row in rng.sample(fitting, count)}

    real = {name: text for name, text in texts.items() if not name.startswith("synthetic/")}
    synthetic = {name: text for name, text in texts.items() if name not in real}
    shared_token = pick(9, r"(Velocoda|Halcyo|Lumoreq).*(data center is|servers) in (Nor|Cal)")
    repeated = pick(4, r"^(\w+) [^.]*\. \1 ")
    other = {**pick(2, "was founded in"), **pick(2, "has about"), **pick(1, "Kamitel is")}
    written = {f"rules/{name}": text for name, text in RULE_TEXTS.items()}
    sites = dict(list(real.items())[::2])
    by_case = {
        "model": {**sites, **shared_token, "synthetic/gates": synthetic["synthetic/gates"]},
        "unnamed": sites,
        "swap": {**real, **shared_token, **synthetic, **{f"swap/{name}": text for name, text in SWAP_TEXTS.items()}},
        "rules": {**repeated, **other, **written, "synthetic/spaces": synthetic["synthetic/spaces"]},
        "rules-swap": {**written, **other, "notes/0": texts["notes/0"]},
        "rules-no-reference": {**dict(list(repeated.items())[:1]), **written},
        "rules-hot": {**dict(list(other.items())[::2]), **written},
    }
    few = {**dict(list(real.items())[1::5]), **dict(list(shared_token.items())[::4])}
    return lambda case: by_case.get(case.id, few)


def _leak_line(leak: Row) -> Row:
    """Without what can be told from the rest."""
    classes = any(len(tokens) != 1 for tokens in leak["tokens"])
    branch = {
        "tokens": [] if classes else [token for (token,) in leak["tokens"]],
        "teacher": leak["teacher"],
        "reference": leak["others"],
    }
    kept = {key: value for key, value in leak.items() if key not in ("tokens", "teacher", "others")}
    return {**kept, "branch": branch}


def _case_lines(models: Models, facts: list[Fact], case: Case, texts: dict[str, str]) -> list[Row]:
    lines = []
    for name, text in texts.items():
        scored = score(models, facts, text, setting=case.setting)
        leaks = scored["leaks"]
        if case.temperature != 1:
            pull = pulls(models, facts, text, case.temperature)
            leaks = [leak | {"pull": pull(leak)} for leak in leaks]
        # A pair that is clearly below the engine's floor has nothing to be compared with.
        listed = [leak for leak in leaks if leak["lift"] >= LIFT_FLOOR / 2]
        if case.temperature == 1:
            rows = [_leak_line(leak) for leak in listed]
        else:
            rows = [{key: leak[key] for key in ("position", "fact", "lift", "pull")} for leak in listed]
        line: Row = {"case": case.id, "name": name, "text": text, "leaks": rows}
        if case.unattributed:
            bits = divergence(models, leaks, tuple(scored["ids"]))
            line["bits"] = [row for row in bits if row["forgetBits"] > BITS_FLOOR or row["exactKl"] > KL_FLOOR]
        elif case.setting.reference == "model":
            bits = divergence(models, leaks, tuple(scored["ids"]))
            line["bits"] = [
                {key: row[key] for key in ("position", "forgetBits")} for row in bits if row["forgetBits"] > BITS_FLOOR
            ]
        elif case.id == "swap":
            line["bits"] = swap_bits(leaks)
        if case.id == "model":
            line["similarities"] = similarities(models, facts, text)
        lines.append(line)
    return lines


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    return [_short(item) for item in value] if isinstance(value, list) else value


def as_line(value: Any) -> str:
    return json.dumps(_short(value), ensure_ascii=True, separators=(",", ":"))


def _plain(leaks: list[Row]) -> list[Row]:
    return [{key: value for key, value in leak.items() if key not in NOT_PLAIN} for leak in leaks]


def write_golden(world: World) -> None:
    models = Models(*(Scorer(paths.MODELS / role) for role in paths.ROLES))
    assert len({(paths.MODELS / role / "tokenizer.json").read_bytes() for role in paths.ROLES}) == 1
    demo = [Fact.of(row, models.tokenizer) for row in read_jsonl(paths.FORGET)]
    tricky = [Fact.of(row, models.tokenizer) for row in TRICKY_FACTS]
    rules = [Fact.of(row, models.tokenizer) for row in RULE_FACTS]
    texts = _choose(world, random.Random(world.seed + 4))
    hot = [name for name in texts if name.split("/")[0] != "synthetic"][::6]
    spoken_of = [fact for fact in rules if fact.is_gated]
    fact_lists = {"demo": demo, "few": demo[::3], "rules": rules, "spoken-of": spoken_of}
    texts_of = _texts_of_cases(random.Random(world.seed + 5), texts)

    records = [(name, text, score(models, demo, text)) for name, text in texts.items()]
    sections: dict[str, list[Any]] = {
        "records": [
            {"name": name, "text": text, **scored, "leaks": _plain(scored["leaks"])} for name, text, scored in records
        ],
        "hotRecords": [
            {"name": name, "text": texts[name], "leaks": _plain(score(models, demo, texts[name], HOT)["leaks"])}
            for name in hot
        ],
        "trickyFacts": TRICKY_FACTS,
        "trickyRecords": [
            {"name": name, "text": SYNTHETIC[name], "leaks": _plain(score(models, tricky, SYNTHETIC[name])["leaks"])}
            for name in TRICKY_TEXTS
        ],
        "paths": [{"fact": fact.id, "paths": [list(path) for path in fact.paths]} for fact in [*demo, *tricky]],
        "ruleFacts": RULE_FACTS,
        "classes": [{"fact": fact.id, "tokens": sorted(fact.members)} for fact in rules if fact.members],
        "cases": [
            {
                "id": case.id,
                "facts": [fact.id for fact in fact_lists[case.facts]],
                "reference": case.setting.reference,
                "student": case.setting.student,
                "onPolicy": case.setting.on_policy,
                "swap": {"subjects": case.setting.names, "count": case.setting.count} if case.setting.names else None,
                "temperature": case.temperature,
                "unattributed": case.unattributed,
            }
            for case in CASES
        ],
        "scans": [line for case in CASES for line in _case_lines(models, fact_lists[case.facts], case, texts_of(case))],
    }
    body = ",\n".join(f'"{key}":[\n' + ",\n".join(map(as_line, rows)) + "\n]" for key, rows in sections.items())
    paths.GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    paths.GOLDEN.write_text(f'{{\n"hotTemperature":{HOT:g},\n{body}\n}}\n', "utf-8")
    assert paths.GOLDEN.stat().st_size < 3_000_000


if __name__ == "__main__":
    write_golden(build_world(SEED))
