"""Reads one exported model folder: full logits from onnxruntime, softmax in float64."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

Array = NDArray[np.float64]


def log_softmax(logits: Array) -> Array:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


class Scorer:
    """Distributions of one model; whole sequences are remembered."""

    def __init__(self, folder: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._known: dict[tuple[int, ...], Array] = {}
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def logits(self, ids: tuple[int, ...]) -> Array:
        """[token, vocabulary]; row t predicts the token behind ids[t]."""
        if ids not in self._known:
            row = np.array([ids], dtype=np.int64)
            feeds = {"input_ids": row, "attention_mask": np.ones_like(row), "position_ids": np.arange(row.shape[1])[None]}
            self._known[ids] = self._session.run(["logits"], feeds)[0][0].astype(np.float64)
        return self._known[ids]

    def log_probabilities(self, ids: tuple[int, ...], temperature: float = 1.0) -> Array:
        return log_softmax(self.logits(ids) / temperature)

    def continuation(self, context: tuple[int, ...], path: tuple[int, ...], temperature: float = 1.0) -> Array:
        """Log-probability of each token of `path` behind `context`."""
        rows = self.log_probabilities(context + path[:-1], temperature)[len(context) - 1 :]
        return rows[np.arange(len(path)), list(path)]
