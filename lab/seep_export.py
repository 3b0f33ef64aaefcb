"""Reads what `seep export redactions` and `seep export masks` write, for training code in PyTorch.

    export = SeepExport.read("redactions.jsonl", teacher="models/teacher", forget_set="forget.jsonl")
    for index, (text, ids) in enumerate(records):          # ids: what the model reads, BOS first
        entry = export.entry("corpus/filtered.jsonl", index, text, len(ids))
        targets = teacher(ids).log_softmax(-1)             # [token, vocabulary]; row t predicts token t + 1
        targets = export.redact(targets, entry, temperature=1.0)   # of redactions
        kept = export.loss_mask(entry, len(ids))                   # of masks: bool [token], same rows

Everything is refused (`ExportMismatch`) that was made for another teacher, tokenizer, forget set or text, or is cut off.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

SCHEMA, END = "seep.export/1", "seep.export-end/1"


class ExportMismatch(ValueError):
    """The export was made for something else than what is being trained on."""


def file_hash(path: Path | str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def model_hash(folder: Path | str) -> str:
    """As Seep computes it for a model that is one file: the ONNX file, then name, size and bytes of the files beside it."""
    model = hashlib.sha256((Path(folder) / "model.onnx").read_bytes())
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        path = Path(folder) / name
        content = path.read_bytes() if path.exists() else b""
        model.update(f"{name} {len(content) if path.exists() else -1}\n".encode() + content)
    return model.hexdigest()


@dataclass(frozen=True)
class SeepExport:
    header: dict[str, Any]
    entries: dict[tuple[str, int], dict[str, Any]]
    """By file and index of the record; records without an entry are trained on as they are."""

    @staticmethod
    def read(path: Path | str, *, teacher: Path | str, forget_set: Path | str) -> SeepExport:
        header, *rows = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]
        if header.get("schema") != SCHEMA:
            raise ExportMismatch(f"{path}: the first line is no {SCHEMA} header; write it with seep export")
        if not rows or rows[-1].get("schema") != END or rows[-1]["records"] != len(rows) - 1:
            raise ExportMismatch(f"{path}: cut off; export again")
        if rows[-1].get("incomplete"):
            warnings.warn(
                f"{path}: {rows[-1]['incomplete']} records or facts could not be scored and are trained on as they are",
                stacklevel=2,
            )
        expected = {
            "tokenizer": file_hash(Path(teacher) / "tokenizer.json"),
            "teacher": model_hash(teacher),
            "forgetSet": file_hash(forget_set),
        }
        for name, value in expected.items():
            if header[name] != value:
                raise ExportMismatch(f"{path}: made for another {name} ({header[name][:12]}, not {value[:12]}); export again")
        return SeepExport(header, {(row["file"], row["record"]["index"]): row for row in rows[:-1]})

    def entry(self, file: str, index: int, text: str, length: int) -> dict[str, Any] | None:
        """What to change in a record of `length` model-input tokens; None: nothing."""
        found = self.entries.get((file, index))
        if found and (found["length"] != length or found["sha256"] != hashlib.sha256(text.encode()).hexdigest()):
            raise ExportMismatch(f"{file}, record {index}: the text or its tokens are not those of the export; export again")
        return found

    def redact(self, targets: Tensor, entry: dict[str, Any] | None, temperature: float = 1.0) -> Tensor:
        """The teacher's log-probabilities at temperature 1, [token, vocabulary], redacted and brought to `temperature`."""
        rows = targets.double().clone()
        for redaction in entry["redactions"] if entry else []:
            row = rows[redaction["position"] - 1].exp()
            wanted = torch.zeros_like(row)
            for each in redaction.get("classes", []):
                members = self.header["classes"][each["class"]]
                wanted[members] = row[members] * each["probability"] / row[members].sum().clamp_min(1e-30)
            wanted[redaction["tokens"]] = torch.tensor(redaction["probabilities"], dtype=wanted.dtype)
            fixed = torch.zeros_like(row, dtype=torch.bool)
            for ids in [redaction["tokens"], *(self.header["classes"][c["class"]] for c in redaction.get("classes", []))]:
                fixed[ids] = True
            free = row.masked_fill(fixed, 0)
            wanted += free * (1 - wanted.sum()) / free.sum()
            rows[redaction["position"] - 1] = wanted.clamp_min(1e-30).log()
        return (rows / temperature).log_softmax(-1).to(targets.dtype)

    @staticmethod
    def loss_mask(entry: dict[str, Any] | None, length: int) -> Tensor:
        """Which rows count in the loss: targets are `ids[1:] + [EOS]`, so position p is row p - 1."""
        kept = torch.ones(length, dtype=torch.bool)
        if entry:
            kept[torch.tensor(entry["mask"]) - 1] = False
        return kept
