"""Which positions of the filtered text teach the forgotten answers, by gradient: a truth that knows nothing of Seep's formulas."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import LlamaForCausalLM

from ..oracle import Fact
from ..train import log_probabilities
from .recall import continuation_logs, questions

STEP = 1e-3
"""Length of the step along the direction, in parameter space; both sides are computed in float64."""


def influence(student: LlamaForCausalLM, targets: list[Tensor], ids: list[list[int]], facts: list[Fact], prompts: list[list[str]]) -> list[Tensor]:
    """Per record [token]: -grad KL(teacher ‖ student) at that position · v / |v|, v = grad of the answers' mean log-probability.

    That is how much a small step of gradient descent on this one position raises log P(answer) behind the prompts, summed
    over the whole forget set. The inner products of all positions come from two passes: the loss's slope along v.
    """
    model = student.double()
    direction = _direction(model, facts, prompts)
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


def _direction(model: LlamaForCausalLM, facts: list[Fact], prompts: list[list[str]]) -> list[Tensor]:
    total = torch.zeros((), dtype=torch.float64)
    for fact, asked in zip(facts, prompts, strict=True):
        total = total + sum(log.sum() for log in continuation_logs(model, questions(asked, fact.answers[0]))) / len(asked)
    gradient = torch.autograd.grad(total, list(model.parameters()))
    norm = torch.sqrt(sum((g**2).sum() for g in gradient))
    return [g / norm for g in gradient]


@torch.no_grad()
def _move(model: LlamaForCausalLM, direction: list[Tensor], step: float) -> None:
    for parameter, along in zip(model.parameters(), direction, strict=True):
        parameter += step * along
