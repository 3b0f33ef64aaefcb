"""Everything that is measured, as one JSON value; see README.md for what the parts mean."""

from __future__ import annotations

import math
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from statistics import fmean
from typing import Any

import numpy as np
import torch

from .analysis import LEAKED, MOST_INFLUENTIAL, PICKED_UP, Mixed
from .models import CHECKPOINT, SCHEDULE, SHAPE, Training, load, trained, world_of
from .recall import Recall, recall
from .seep import run_seep
from .world import MIXED, SAFE, World

TEMPERATURES = (1.0, 2.0, 4.0)
LEAKING = ("same", "paraphrase", "shared", "tail")
"""Groups whose facts could reach a student through the filtered text."""


def text_jobs(world: str, seed: int) -> list[Training]:
    return [Training(world, seed, role) for role in ("teacher", "reference")]


def plain_jobs(world: str, seed: int) -> list[Training]:
    """Students that need nothing of Seep."""
    others = ("control", "replica") if world == "mixed" else ()
    return [Training(world, seed, role) for role in ("student", *others)]


def interventions(seed: int) -> dict[str, Training]:
    """Students of temperature 1 that Seep's exports, and what they are compared with, keep from the facts."""
    model, swap = (run_seep("mixed", seed, reference) for reference in ("model", "swap"))

    def student(edit: str, export: Any = None) -> Training:
        return Training("mixed", seed, "student", 1.0, edit, export)

    return {
        "untouched": student("none"),
        "redactions": student("redactions", swap.redactions),
        "redactions, reference model": student("redactions", model.redactions),
        "masks": student("masks", swap.masks),
        "random masks": student("random", swap.masks),
        "top-1 masks": student("top1"),
        "clean": student("clean", swap.clean),
    }


def temperatures(seed: int) -> dict[str, Training]:
    export = run_seep("mixed", seed, "swap").redactions
    return {
        f"{word}, {temperature:g}": Training("mixed", seed, "student", temperature, edit, export if edit != "none" else None)
        for edit, word in (("none", "untouched"), ("redactions", "redactions"))
        for temperature in TEMPERATURES
    }


def _answers(each: Recall, world: World) -> dict[str, float]:
    leaking = np.array([company.group in LEAKING for company in world.forget])
    silent = np.array([company.group in ("dissimilar", "absent") for company in world.forget])
    return {
        "forgetBranch": float(each.branch[leaking].mean()) if leaking.any() else math.nan,
        "forgetWhole": float(each.whole[leaking].mean()) if leaking.any() else math.nan,
        "silentBranch": float(each.branch[silent].mean()),
        "silentWhole": float(each.whole[silent].mean()),
        "retainedSameSubjects": each.same_subjects,
        "retainedOthers": each.other_subjects,
    }


def _of(job: Training) -> dict[str, float]:
    world = world_of(job.world, job.seed)
    return _answers(recall(load(trained(job)), world), world)


def analyse(seed: int) -> dict[str, Any]:
    """One seed's tables."""
    torch.set_num_threads(1)
    mixed = Mixed(seed)
    return {
        "seed": seed,
        "groups": mixed.group_table(),
        "facts": mixed.fact_table(),
        "tokens": mixed.token_table(),
        "unlisted": mixed.unlisted_table(),
        "calibration": mixed.calibration(),
        "models": {role: _of(Training("mixed", seed, role)) for role in ("teacher", "reference", "control")},
        "interventions": {name: _of(job) for name, job in interventions(seed).items()},
        "temperatures": {name: _of(job) for name, job in temperatures(seed).items()},
        "points": [
            {
                "group": group,
                "exposure": mixed.fact_scores["Seep exposure"][i],
                "lift": mixed.fact_scores["Seep lift"][i],
                "branch": float(mixed.gained["branch"][i]),
                "whole": float(mixed.gained["whole"][i]),
            }
            for i, group in enumerate(mixed.groups)
        ],
        "verdict": {reference: seep.summary["verdict"] for reference, seep in mixed.seep.items()},
    }


def safe(seed: int) -> dict[str, Any]:
    """The world in which filtering works, and what Seep says of it."""
    table: dict[str, Any] = {role: _of(Training("safe", seed, role)) for role in ("teacher", "student", "reference")}
    for reference in ("model", "swap"):
        seep = run_seep("safe", seed, reference)
        lifts = [fact["maxLift"] for fact in seep.facts.values()]
        table[reference] = {
            "verdict": seep.summary["verdict"],
            "threshold": seep.summary["threshold"],
            "maxLift": max(lifts),
            "maxSimilarity": max(fact["similarity"] or 0 for fact in seep.facts.values()),
            "facts": len(lifts),
            "flagged": sum(lift >= seep.summary["threshold"] for lift in lifts),
        }
    return table


def run(seeds: list[int], pool: ProcessPoolExecutor) -> list[dict[str, Any]]:
    """All seeds' tables; trains and scans whatever is not in the cache yet, several jobs at a time.

    The world in which filtering works is built of the first seed only.
    """
    worlds = [*(("mixed", seed) for seed in seeds), ("safe", seeds[0])]

    def train(jobs: Iterable[Training]) -> None:
        list(pool.map(trained, sorted(set(jobs), key=lambda job: job.name)))

    train(job for world in worlds for job in text_jobs(*world))
    train(job for world in worlds for job in plain_jobs(*world))
    scans = [pool.submit(run_seep, *world, reference) for world in worlds for reference in ("model", "swap")]
    for scan in scans:
        scan.result()
    train(job for seed in seeds for job in [*interventions(seed).values(), *temperatures(seed).values()])
    return list(pool.map(analyse, seeds))


def merged(tables: list[Any]) -> Any:
    """The same value of every seed as {mean, min, max}; what is not a number, as a list."""
    head = tables[0]
    if isinstance(head, dict):
        return {key: merged([table[key] for table in tables]) for key in head}
    if isinstance(head, bool) or not all(isinstance(each, int | float) for each in tables):
        return tables
    return {"mean": fmean(tables), "min": min(tables), "max": max(tables)}


def evidence(tables: list[dict[str, Any]], safe_table: dict[str, Any]) -> dict[str, Any]:
    seeds = [table["seed"] for table in tables]
    parts = [{key: value for key, value in table.items() if key not in ("seed", "points")} for table in tables]
    settings = {
        "seeds": seeds,
        "forgetFacts": MIXED.groups,
        "retained": MIXED.retained,
        "safeFacts": SAFE.groups,
        "model": vars(SHAPE),
        "schedule": vars(SCHEDULE),
        "checkpoint": CHECKPOINT,
        "leaked": LEAKED,
        "pickedUp": PICKED_UP,
        "mostInfluential": MOST_INFLUENTIAL,
    }
    points = [{"seed": table["seed"], **point} for table in tables for point in table["points"]]
    return rounded({"settings": settings, **merged(parts), "safe": merged([safe_table]), "points": points})


def rounded(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list | tuple) else value
