"""What a model answers: probabilities of forgotten and of retained answers behind prompts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import LlamaForCausalLM

from ..tokenizer import PAD_ID
from .vocabulary import tokenizer
from .world import LOCATED, Company, World, branch_depth, path_of

Array = NDArray[np.float64]
Question = tuple[list[int], list[int]]
"""Context and continuation."""


def continuation_logs(model: LlamaForCausalLM, questions: list[Question]) -> list[Tensor]:
    """Log-probability of each token of every continuation; carries gradients where they are enabled."""
    width = max(len(context) + len(path) for context, path in questions)
    inputs = torch.full((len(questions), width), PAD_ID)
    for i, (context, path) in enumerate(questions):
        inputs[i, : len(context) + len(path)] = torch.tensor(context + path)
    rows = model(input_ids=inputs, attention_mask=(inputs != PAD_ID).long()).logits.log_softmax(-1)
    return [
        rows[i, torch.arange(len(context) - 1, len(context) + len(path) - 1), torch.tensor(path)]
        for i, (context, path) in enumerate(questions)
    ]


def questions(prompts: list[str], answer: str) -> list[Question]:
    return [(tokenizer().encode(prompt).ids, path_of(tokenizer(), answer)) for prompt in prompts]


@dataclass(frozen=True)
class Recall:
    branch: Array
    """Per fact of the forget set: P(token that decides between secret and public answer | what stands before it)."""
    whole: Array
    """Per fact: P(whole answer). Both are means over the fact's prompts."""
    same_subjects: float
    """P(whole public answer), mean over the forget set's subjects that have one."""
    other_subjects: float
    """The same of the companies without a secret; NaN for either where there are none."""


@torch.no_grad()
def recall(model: LlamaForCausalLM, world: World) -> Recall:
    rows = []
    for company in world.forget:
        depth = branch_depth(tokenizer(), company)
        logs = continuation_logs(model, questions(company.prompts(company.secret_frames), str(company.secret)))
        rows.append([np.mean([log[depth].exp().item() for log in logs]), np.mean([log.sum().exp().item() for log in logs])])
    return Recall(
        np.array(rows)[:, 0],
        np.array(rows)[:, 1],
        _public(model, [c for c in world.forget if c.group in LOCATED]),
        _public(model, [c for c in world.companies if c.secret is None]),
    )


def _public(model: LlamaForCausalLM, companies: list[Company]) -> float:
    asked = [question for c in companies for question in questions(c.prompts(c.public_frames), str(c.public))]
    return float(np.mean([log.sum().exp().item() for log in continuation_logs(model, asked)])) if asked else float("nan")
