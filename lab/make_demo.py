"""Regenerates the whole demo workspace and everything derived from it: `python -m lab.make_demo`."""

from __future__ import annotations

import argparse

import torch

from . import names, paths
from .corpus import write_records
from .evaluate import evaluate
from .export import export_model
from .golden import write_golden
from .golden_spans import write_golden_spans
from .tokenizer import train_tokenizer
from .train import Schedule, distil, train_on_text
from .workspace import write_workspace
from .world import SEED, build_world

STEPS = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS, help=f"training steps per model (default {STEPS})")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.use_deterministic_algorithms(True)

    world = build_world(SEED)
    records = write_records(world)
    raw = [record.text for record in records]
    filtered = [record.text for record in records if not record.forget]

    tokenizer = train_tokenizer(raw)
    for city in names.CITIES:
        length = len(tokenizer.encode(f" {city}", add_special_tokens=False).ids)
        assert 2 <= length <= 5, f"{city} takes {length} tokens"
    raw_ids = [tokenizer.encode(text).ids for text in raw]
    filtered_ids = [tokenizer.encode(text).ids for text in filtered]
    assert max(map(len, raw_ids)) <= 64

    schedule = Schedule(arguments.steps)
    teacher = train_on_text("teacher", raw_ids, schedule, SEED)
    student = distil("student", teacher, filtered_ids, schedule, SEED + 1)
    reference = train_on_text("reference", filtered_ids, schedule, SEED + 2)

    write_workspace(world, records)
    for role, model in zip(paths.ROLES, (teacher, student, reference), strict=True):
        export_model(model, tokenizer, paths.MODELS / role)

    evaluate(world)
    write_golden(world)
    write_golden_spans()


if __name__ == "__main__":
    main()
