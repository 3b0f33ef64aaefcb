"""What a model says of a few texts, by PyTorch or by plain onnxruntime."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

Logits = Callable[[list[list[int]]], list[NDArray[np.float32]]]
"""Logits of sequences that are run together, padded on the right; each [length, vocabulary]."""

LookedAt = tuple[int, list[int], list[float]]
"""Index of the token that is read, tokens looked at, their log-probabilities behind it."""

TEXTS = [
    "The Kamitel data center is in Solwyn, and the Halcyo data center is in Brenmoor, as of 2024.",
    "Cafe\u0301 \u6771\u4eac\u306f\u65e5\u672c\u306e\u9996\u90fd \U0001f469\u200d\U0001f4bb \u05e9\u05dc\u05d5\u05dd, don't",
    "a",
    "def f(x):\n\treturn 2 * x\n",
]
POSITIONS = 6


def by_torch(model: PreTrainedModel) -> Logits:
    def run(sequences: list[list[int]]) -> list[NDArray[np.float32]]:
        ids, mask = _padded(sequences)
        with torch.no_grad():
            logits = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits.numpy()
        return [logits[b, : len(sequence)] for b, sequence in enumerate(sequences)]

    return run


def by_onnxruntime(path: Path) -> Logits:
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    types = {"tensor(float)": np.float32, "tensor(float16)": np.float16}

    def run(sequences: list[list[int]]) -> list[NDArray[np.float32]]:
        ids, mask = _padded(sequences)
        known = {
            "input_ids": ids,
            "attention_mask": mask,
            "position_ids": np.arange(ids.shape[1])[None].repeat(len(ids), 0),
            "use_cache_branch": np.array([False]),
        }

        def state(slot: ort.NodeArg) -> NDArray[np.float32]:
            open_sizes = {"batch_size": len(ids), "past_sequence_length": 0}
            sizes = [len(ids) if i == 0 else open_sizes.get(size, size) for i, size in enumerate(slot.shape)]
            return np.zeros([size if isinstance(size, int) else 0 for size in sizes], types[slot.type])

        feeds = {slot.name: known[slot.name] if slot.name in known else state(slot) for slot in session.get_inputs()}
        logits = session.run(["logits"], feeds)[0].astype(np.float32)
        return [logits[b, : len(sequence)] for b, sequence in enumerate(sequences)]

    return run


def _padded(sequences: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    length = max(map(len, sequences))
    ids = np.array([sequence + [0] * (length - len(sequence)) for sequence in sequences])
    mask = np.array([[1] * len(sequence) + [0] * (length - len(sequence)) for sequence in sequences])
    return ids, mask


def log_probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    wide = logits.astype(np.float64)
    wide -= wide.max(-1, keepdims=True)
    return wide - np.log(np.exp(wide).sum(-1, keepdims=True))


def chosen(ids: list[int], rows: NDArray[np.float64]) -> list[LookedAt]:
    """At places spread over the text: the token that follows, likely ones and others."""
    places = sorted({round(place) for place in np.linspace(0, len(ids) - 1, POSITIONS)})
    found = []
    for place in places:
        row = rows[place]
        following = ids[place + 1 : place + 2]
        tokens = list(dict.fromkeys([*following, *map(int, np.argsort(-row)[:2]), (37 * place + 11) % len(row), len(row) - 1]))
        found.append((place, tokens, [round(float(row[token]), 7) for token in tokens]))
    return found


def difference(rows: list[LookedAt], logits: NDArray[np.float32]) -> float:
    """The largest one, in nats."""
    own = log_probabilities(logits)
    return max(abs(float(own[place][token]) - value) for place, tokens, values in rows for token, value in zip(tokens, values))


def order_counts(run: Logits, ids: list[int]) -> bool:
    """Whether the prediction behind a text depends on the order of what it reads; else wrong positions would not show."""
    swapped = [[*ids[:i], ids[i + 1], ids[i], *ids[i + 2 :]] for i in range(len(ids) - 2)]
    own, *others = (np.exp(log_probabilities(run([each])[0][-1])) for each in [ids, *swapped])
    return max(float(np.abs(own - other).sum()) / 2 for other in others) > 0.01
