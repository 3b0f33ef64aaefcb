"""How far two distributions are apart, over the whole vocabulary and over a few tokens with one bucket for all others."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .scorer import Array


def bucketed(p: Array, tokens: Iterable[int]) -> Array:
    """Probabilities of `tokens`, each once, and of all others together."""
    listed = np.array(sorted(set(tokens)), dtype=np.int64)
    return np.append(p[listed], np.delete(p, listed).sum())


def likeliest(p: Array, count: int) -> list[int]:
    return np.argsort(-p, kind="stable")[:count].tolist()


def kl_bits(p: Array, q: Array) -> float:
    held = p > 0
    return float((p[held] * np.log2(p[held] / q[held])).sum())


def js_bits(p: Array, q: Array) -> float:
    middle = (p + q) / 2
    return (kl_bits(p, middle) + kl_bits(q, middle)) / 2


def forget_bits(p: float, r: float) -> float:
    """Between two coins; 0 where the teacher's does not fall more often."""
    return kl_bits(np.array([p, 1 - p]), np.array([r, 1 - r])) if p > r else 0.0


def forget_bits_slope(p: float, r: float) -> float:
    """How fast the bits change with the reference's probability."""
    return abs(p / r - (1 - p) / (1 - r)) / np.log(2) if p > r else 0.0
