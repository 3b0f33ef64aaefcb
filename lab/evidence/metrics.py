"""How well a score agrees with what really happened."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score


def auc(score: ArrayLike, truth: ArrayLike) -> float:
    """P(a random positive scores higher than a random negative), ties counting half."""
    return float(roc_auc_score(np.asarray(truth, dtype=bool), np.asarray(score, dtype=float)))


def rank_correlation(score: ArrayLike, truth: ArrayLike) -> float:
    """Spearman's; 0 for a score that is the same everywhere."""
    score = np.asarray(score, dtype=float)
    return 0.0 if np.ptp(score) == 0 else float(spearmanr(score, truth).statistic)


def precision_at_size(score: ArrayLike, truth: ArrayLike) -> float:
    """Share of positives among as many top-scored items as there are positives; items tied at the edge count by their mean."""
    score, truth = np.asarray(score, dtype=float), np.asarray(truth, dtype=bool)
    size = int(truth.sum())
    edge = np.sort(score)[-size]
    above, tied = score > edge, score == edge
    hits = truth[above].sum() + (size - above.sum()) * truth[tied].mean()
    return float(hits / size)
