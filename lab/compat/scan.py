"""Mamba's recurrence as a loop in the graph. Traced as it is, it would be unrolled to the length of the example."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from unittest import mock

import torch
from torch import Tensor
from torch.nn import functional
from transformers.models.mamba import modeling_mamba


@torch.jit.script
def _recur(decay: Tensor, gain: Tensor, readout: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
    """@param decay, gain [batch, width, length, state]; @param readout [batch, state, length]"""
    outputs: list[Tensor] = []
    for i in range(decay.size(2)):
        state = decay[:, :, i] * state + gain[:, :, i]
        outputs.append(torch.matmul(state, readout[:, :, i : i + 1]))
    return torch.cat(outputs, dim=2), state


@contextlib.contextmanager
def scan_from(states: list[Tensor]) -> Iterator[None]:
    """@param states what each layer starts from; empty: zeros"""
    rest = list(states)

    def scan(u: Tensor, dt: Tensor, A: Tensor, B: Tensor, C: Tensor, **options: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        step = functional.softplus(dt + options["delta_bias"][..., None])
        decay = torch.exp(A[None, :, None, :] * step[..., None])
        gain = step[..., None] * B.transpose(1, 2)[:, None] * u[..., None]
        state = rest.pop(0) if rest else torch.zeros_like(decay[:, :, 0])
        output, last = _recur(decay, gain, C, state)
        output = (output + u * options["D"][:, None]) * functional.silu(options["z"])
        return (output, last) if options["return_last_state"] else output

    with mock.patch.object(modeling_mamba, "mamba_selective_scan", scan):
        yield
