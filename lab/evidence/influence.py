"""Which positions of the filtered text teach the forgotten answers, by gradient: a truth that knows nothing of Seep's formulas."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import LlamaForCausalLM

from ..train import log_probabilities
from .recall import Question, continuation_logs

STEP = 1e-3
"""Length of the step along the direction, in parameter space; both sides are computed in float64."""


def influence(student: LlamaForCausalLM, targets: list[Tensor], ids: list[list[int]], asked: list[Question]) -> list[Tensor]:
    """Per record [token]: -grad KL(teacher ‖ student) at that position · v / |v|, v = grad of the answers' summed log-probability.

    That is how much a small step of gradient descent on this one position raises log P(answer) behind the prompts. The inner
    products of all positions come from two passes: they are the slope of each position's loss along v.
    """
    model = student.double()
    direction = _direction(model, asked)
    losses = []
    for sign in (1, -1):
        _move(model, direction, sign * STEP)
        with torch.no_grad():
            losses.append(
                [
                    F.kl_div(own, goal.double(), reduction="none", log_target=True).sum(-1)
                    for own, goal in zip(log_probabilities(model, ids), targets, strict=True)
                ]
            )
        _move(model, direction, -sign * STEP)
    return [(below - above) / (2 * STEP) for above, below in zip(*losses, strict=True)]


def _direction(model: LlamaForCausalLM, asked: list[Question]) -> list[Tensor]:
    total = torch.stack([log.sum() for log in continuation_logs(model, asked)]).sum()
    gradient = torch.autograd.grad(total, list(model.parameters()))
    norm = torch.sqrt(sum((g**2).sum() for g in gradient))
    return [g / norm for g in gradient]


@torch.no_grad()
def _move(model: LlamaForCausalLM, direction: list[Tensor], step: float) -> None:
    for parameter, along in zip(model.parameters(), direction, strict=True):
        parameter += step * along
