"""Runs Seep's own command line on a world's workspace, and reads its reports."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .. import paths
from ..seep_export import file_hash
from .models import Training, trained, world_of
from .stages import source, stage
from .workspace import CORPUS, write_workspace

DIST = paths.ROOT / "dist"
DEFAULT = 0.02
"""Seep's threshold without a calibration."""
FLOOR = 0.001
"""Lowest threshold that Seep takes: scans at it list every row that has a lift at all."""


@dataclass(frozen=True)
class Seep:
    """What Seep wrote for one world with one kind of reference."""

    folder: Path

    @property
    def redactions(self) -> Path:
        return self.folder / "redactions.jsonl"

    @property
    def masks(self) -> Path:
        return self.folder / "masks.jsonl"

    @property
    def clean(self) -> Path:
        return self.folder / "clean.jsonl"

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """The scan at `FLOOR`: leaks, unattributed divergence, and the summary."""
        return _read(self.folder / "all.jsonl")

    @property
    def leaks(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["schema"] == "seep.leak/1"]

    @property
    def unattributed(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["schema"] == "seep.unattributed/1"]

    @cached_property
    def facts(self) -> dict[str, dict[str, Any]]:
        """Per fact what the summary says: maxLift, maxMass, exposure, similarity ..."""
        return {fact["fact"]: fact for fact in self.lines[-1]["facts"]}

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Of the scan at the calibrated threshold."""
        return _read(self.folder / "calibrated.jsonl")[-1]


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def run_seep(world: str, seed: int, reference: str) -> Seep:
    """`reference`: model, or swap, which is Seep's default: its exports are at the calibrated threshold, the model's at `DEFAULT`.

    The student is the plain one of temperature 1, a quarter of the way through its training.
    """
    cli = DIST / "cli.js"
    if not cli.exists():
        raise SystemExit(f"{cli} is missing: run npm run build first")
    models = {
        "teacher": trained(Training(world, seed, "teacher")),
        "reference": trained(Training(world, seed, "reference")),
        "student": trained(Training(world, seed, "student")) / "checkpoint",
    }
    inputs = {
        "models": {role: str(path.relative_to(path.parents[1])) for role, path in models.items()},
        "reference": reference,
        "seep": [file_hash(cli), file_hash(DIST / "engine.js")],
        "source": source(Path(__file__), Path(__file__).parent / "workspace.py"),
    }

    def make(folder: Path) -> None:
        write_workspace(folder, world_of(world, seed), models)
        given = ["--reference", "models/reference" if reference == "model" else reference]
        scan = ["scan", CORPUS, *given, "--format", "jsonl", "--fail-on", "none"]
        _call(folder, "calibrate", *given)
        _call(folder, *scan, "--output", "calibrated.jsonl")
        if reference == "model":
            student = ["--student", "models/student", "--unattributed"]
            _call(folder, *scan, *student, "--threshold", str(FLOOR), "--output", "all.jsonl")
            _call(folder, "export", "redactions", CORPUS, *given, "--threshold", str(DEFAULT), "--output", "redactions.jsonl")
        else:
            _call(folder, *scan, "--threshold", str(FLOOR), "--output", "all.jsonl")
            for kind in ("redactions", "masks", "clean"):
                _call(folder, "export", kind, CORPUS, *given, "--output", f"{kind}.jsonl")

    return Seep(stage(f"seep-{world}{seed}-{reference}", inputs, make))


def _call(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["node", str(DIST / "cli.js"), *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"seep {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
