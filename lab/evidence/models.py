"""Trains the experiment's models; every one is a job of its own that runs on one thread."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import torch
from torch import Tensor
from transformers import LlamaForCausalLM

from .. import train
from ..export import export_model
from ..seep_export import SeepExport, file_hash
from ..train import Schedule, Shape
from .positions import branches
from .stages import digest, source, stage
from .vocabulary import encode, facts_of, tokenizer
from .workspace import CORPUS, FORGET
from .world import MIXED, SAFE, VOCABULARY, World, build_world

SHAPE = Shape(VOCABULARY, width=64, inner=128, layers=2)
SCHEDULE = Schedule(steps=1200, batch=32, rate=5e-3)
CHECKPOINT = SCHEDULE.steps // 4
"""Step after which a student is looked at while it is still learning."""
COUNTS = {"mixed": MIXED, "safe": SAFE}


@dataclass(frozen=True)
class Training:
    """One model. Students learn from the teacher of the same world alone."""

    world: str
    seed: int
    role: str
    """teacher, reference, student, replica (a student with another start), or control (the reference teaches it, not the teacher)"""
    temperature: float = 1.0
    edit: str = "none"
    """none, redactions, masks, clean (what Seep exports), random (as many other positions as masks), top1"""
    export: Path | None = None
    """The workspace's file that holds the edit."""

    @property
    def teacher(self) -> Training | None:
        """Who teaches it; None for models that learn from text."""
        roles = {"student": "teacher", "replica": "teacher", "control": "reference"}
        return Training(self.world, self.seed, roles[self.role]) if self.role in roles else None

    @property
    def name(self) -> str:
        how = f"-{self.edit}-{self.temperature:g}" if self.role == "student" else ""
        return f"{self.world}{self.seed}-{self.role}{how}"


@cache
def world_of(name: str, seed: int) -> World:
    return build_world(seed, COUNTS[name], tokenizer())


def trained(job: Training) -> Path:
    """The folder of the model: weights.pt, an ONNX export, and for untouched students the checkpoint's under checkpoint/."""
    return stage(job.name, _inputs(job), lambda folder: _train(job, folder))


def _inputs(job: Training) -> dict[str, object]:
    world = world_of(job.world, job.seed)
    return {
        "job": asdict(replace(job, export=None)),
        "export": job.export and file_hash(job.export),
        "teacher": job.teacher and _inputs(job.teacher),
        "records": digest([record.text for record in (world.records if job.role == "teacher" else world.filtered)]),
        "tokenizer": digest(tokenizer().to_str()),
        "shape": asdict(SHAPE),
        "schedule": asdict(SCHEDULE),
        "checkpoint": CHECKPOINT,
        "source": source(Path(train.__file__)),
        "torch": torch.__version__,
    }


def load(folder: Path) -> LlamaForCausalLM:
    model = train.new_model(0, SHAPE)
    model.load_state_dict(torch.load(folder / "weights.pt", weights_only=True))
    return model.eval()


def seed_of(job: Training) -> int:
    """Students and control start alike and read in the same order, so that they differ by what they are taught only."""
    return 100 * job.seed + {"teacher": 1, "reference": 2, "student": 3, "control": 3, "replica": 4}[job.role]


def _train(job: Training, folder: Path) -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    world = world_of(job.world, job.seed)
    seed = seed_of(job)
    if job.teacher is None:
        ids = encode([record.text for record in (world.records if job.role == "teacher" else world.filtered)])
        model = train.train_on_text(job.name, ids, SCHEDULE, seed, SHAPE)
    else:
        teacher = trained(job.teacher)
        texts = _texts(job, world)
        ids = encode(texts)
        targets = train.log_probabilities(load(teacher), ids)
        wanted, keep = _edited(job, world, teacher, texts, ids, targets)

        def after_step(step: int, model: LlamaForCausalLM) -> None:
            if step == CHECKPOINT and job.role == "student" and job.edit == "none":
                _save(model, folder / "checkpoint")

        model = train.imitate(
            job.name, wanted, ids, SCHEDULE, seed, SHAPE, temperature=job.temperature, keep=keep, after_step=after_step
        )
    _save(model, folder)


def _save(model: LlamaForCausalLM, folder: Path) -> None:
    training = model.training
    export_model(model.eval(), tokenizer(), folder)
    torch.save(model.state_dict(), folder / "weights.pt")
    model.train(training)


def _texts(job: Training, world: World) -> list[str]:
    if job.edit == "clean":
        assert job.export is not None
        return [json.loads(line)["text"] for line in job.export.read_text("utf-8").splitlines()]
    return [record.text for record in world.filtered]


def _edited(
    job: Training, world: World, teacher: Path, texts: list[str], ids: list[list[int]], targets: list[Tensor]
) -> tuple[list[Tensor], list[Tensor] | None]:
    """Targets at the job's temperature, and the loss masks."""
    hot = [(rows / job.temperature).log_softmax(-1) for rows in targets]
    if job.edit in ("none", "clean"):
        return hot, None
    if job.edit == "top1":
        return hot, [~match for match in top1_match(world, ids, targets)]
    assert job.export is not None
    export = SeepExport.read(job.export, teacher=teacher, forget_set=job.export.parent / FORGET)
    entries = [export.entry(CORPUS, i, text, len(ids[i])) for i, text in enumerate(texts)]
    assert sum(entry is not None for entry in entries) == len(export.entries)
    if job.edit == "redactions":
        return [export.redact(rows, entry, job.temperature) for rows, entry in zip(targets, entries, strict=True)], None
    masks = [export.loss_mask(entry, len(row)) for entry, row in zip(entries, ids, strict=True)]
    return hot, masks if job.edit == "masks" else random_masks(masks, random.Random(job.seed))


def random_masks(masks: list[Tensor], rng: random.Random) -> list[Tensor]:
    """As many positions of the same records, none of them flagged; of other records where these have not enough."""
    drawn = [torch.ones_like(mask) for mask in masks]
    missing = 0
    for mask, other in zip(masks, drawn, strict=True):
        free = mask.nonzero().flatten().tolist()
        count = min(len(free), int((~mask).sum()))
        missing += int((~mask).sum()) - count
        other[rng.sample(free, count)] = False
    assert missing == 0
    return drawn


def top1_match(world: World, ids: list[list[int]], targets: list[Tensor]) -> list[Tensor]:
    """Per record bool [token]: the teacher's likeliest next token would continue towards an answer of a subject named before."""
    found = [torch.zeros(len(row), dtype=torch.bool) for row in ids]
    best = [rows.argmax(-1).tolist() for rows in targets]
    for record, row, _, branch in branches(world, facts_of(world), ids):
        if best[record][row] in branch:
            found[record][row] = True
    return found
