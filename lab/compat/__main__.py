"""Writes test/fixtures/compat and the table of docs/models.md: `python -m lab.compat`, or with names of folders only these."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch

from .. import paths
from . import expected, merged, weights
from .architectures import ARCHITECTURES
from .export import export
from .folder import load_tokenizer, make_model, start_folder
from .rows import CACHE, EXPORTER, ROWS, WEIGHTS, Row
from .table import write_table

FOLDER = Path(paths.GOLDEN).parent.parent / "compat"
EXPECTED = FOLDER / "expected.json"

TOLERANCE = {"float32": 2e-5, "float16": 3e-2, "int8": 3e-2, "int4": 2e-5}
"""Nats. About three times what is measured here, for other processors; where activations are rounded, one step more or less."""


def build(row: Row) -> dict[str, object]:
    """Writes the row's folder and returns what is expected of it."""
    architecture = ARCHITECTURES[row.architecture]
    model = make_model(architecture, row.padding)
    folder = FOLDER / row.folder
    start_folder(folder, architecture, model)

    def exported(cache: str):
        return export(model, folder / "export.onnx", exporter=row.exporter, opset=row.opset, cache=cache)

    plain = merged.merge(exported("present"), exported("past")) if row.cache == "merged" else exported(row.cache)
    oracle, against, graph = model, "PyTorch", plain
    if row.weights == "float16":
        oracle, against = weights.round_to_float16(model), "PyTorch with the rounded weights"
        graph = weights.to_float16(plain, row.keep_io)
    elif row.weights == "int8":
        oracle, against = None, "plain onnxruntime"
        graph = weights.to_int8(plain, folder / "export.onnx")
    elif row.weights == "int4":
        graph = weights.to_int4(plain, row.symmetric)
        oracle, against = weights.with_int4_weights(model, plain, graph), "PyTorch with the rounded weights"
    weights.save(graph, folder, row.external)

    tokenizer = load_tokenizer(architecture)
    sequences = [tokenizer(text)["input_ids"] for text in expected.TEXTS]
    runtime = expected.by_onnxruntime(folder / "model.onnx")
    judge = expected.by_torch(oracle) if oracle is not None else runtime
    assert expected.order_counts(judge, sequences[0]), f"{row.folder}: predicts the same whatever it reads"
    own = [judge([sequence])[0] for sequence in sequences]
    alone = [runtime([sequence])[0] for sequence in sequences]
    together = runtime(sequences)
    looked_at = [expected.chosen(ids, expected.log_probabilities(logits)) for ids, logits in zip(sequences, own, strict=True)]
    difference = max(map(expected.difference, looked_at, alone))
    shift = max(map(expected.difference, looked_at, together))
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{row.folder:34} {size / 1000:5.0f} kB, onnxruntime off by {difference:.1e} alone, {shift:.1e} in a batch", flush=True)
    tolerance = TOLERANCE[row.weights]
    assert difference <= tolerance, f"{row.folder}: {difference} nats from {against}"
    return {
        "folder": row.folder,
        "architecture": architecture.title,
        "cache": CACHE[row.cache],
        "weights": ", ".join([WEIGHTS[row.weights], *["external data"] * row.external, *["padded vocabulary"] * (row.padding > 0)]),
        "exporter": f"{EXPORTER[row.exporter]}, {row.opset}",
        "against": against,
        "tolerance": tolerance,
        "padding": row.padding,
        "texts": [{"ids": ids, "rows": rows} for ids, rows in zip(sequences, looked_at, strict=True)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", help="write only these")
    wanted = parser.parse_args().folders
    torch.set_num_threads(1)
    before = {row["folder"]: row for row in json.loads(EXPECTED.read_text("utf-8"))["rows"]} if wanted else {}
    FOLDER.mkdir(parents=True, exist_ok=True)
    results = [
        before[row.folder] if wanted and row.folder not in wanted and row.folder in before else build(row)
        for row in ROWS
        if not wanted or row.folder in wanted or row.folder in before
    ]
    for folder in FOLDER.iterdir():
        if folder.is_dir() and folder.name not in {row["folder"] for row in results}:
            shutil.rmtree(folder)
    lines = [json.dumps(row, separators=(",", ":")) for row in results]
    texts = json.dumps(expected.TEXTS)
    EXPECTED.write_text('{"texts":' + texts + ',\n"rows":[\n' + ",\n".join(lines) + "\n]}\n", "utf-8")
    write_table(results)


if __name__ == "__main__":
    main()
