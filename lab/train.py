"""Trains teacher and reference on text, the student on the teacher's distributions."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import LlamaConfig, LlamaForCausalLM

from .tokenizer import BOS_ID, CONTEXT, EOS_ID, PAD_ID, VOCABULARY

IGNORED = -100


@dataclass(frozen=True)
class Schedule:
    steps: int
    batch: int = 32
    rate: float = 2e-3
    warmup: int = 50

    def factor(self, step: int) -> float:
        if step < self.warmup:
            return (step + 1) / self.warmup
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / self.steps))


@dataclass(frozen=True)
class Batch:
    rows: list[int]
    """Which records these are."""
    inputs: Tensor
    mask: Tensor
    targets: Tensor
    """`inputs` shifted by one, the end-of-text token last, `IGNORED` on padding."""


@dataclass(frozen=True)
class Shape:
    vocabulary: int = VOCABULARY
    width: int = 128
    inner: int = 344
    layers: int = 4


def new_model(seed: int, shape: Shape = Shape()) -> LlamaForCausalLM:
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=BOS_ID,
        eos_token_id=EOS_ID,
        pad_token_id=PAD_ID,
        use_cache=False,
        attn_implementation="sdpa",
    )
    return LlamaForCausalLM(config)


def _batch(records: list[list[int]], rows: list[int]) -> Batch:
    width = max(len(records[row]) for row in rows)
    inputs = torch.full((len(rows), width), PAD_ID)
    targets = torch.full((len(rows), width), IGNORED)
    for i, row in enumerate(rows):
        ids = torch.tensor(records[row])
        inputs[i, : len(ids)] = ids
        targets[i, : len(ids)] = torch.cat([ids[1:], torch.tensor([EOS_ID])])
    return Batch(rows, inputs, (targets != IGNORED).long(), targets)


def _batches(records: list[list[int]], size: int, seed: int) -> Iterator[Batch]:
    """Endless shuffled epochs; records of like length go together."""
    rng = random.Random(seed)
    order = list(range(len(records)))
    while True:
        rng.shuffle(order)
        chunks: list[list[int]] = []
        for start in range(0, len(order), size * 16):
            pool = sorted(order[start : start + size * 16], key=lambda row: len(records[row]))
            chunks += [pool[i : i + size] for i in range(0, len(pool), size)]
        rng.shuffle(chunks)
        for chunk in chunks:
            yield _batch(records, chunk)


def _logits(model: LlamaForCausalLM, batch: Batch) -> Tensor:
    return model(input_ids=batch.inputs, attention_mask=batch.mask).logits


def _train(
    name: str,
    records: list[list[int]],
    schedule: Schedule,
    seed: int,
    loss_of: Callable[[Tensor, Batch], Tensor],
    shape: Shape = Shape(),
    after_step: Callable[[int, LlamaForCausalLM], None] | None = None,
) -> LlamaForCausalLM:
    model = new_model(seed, shape).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=schedule.rate, betas=(0.9, 0.98), weight_decay=0.01)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule.factor)
    batches = _batches(records, schedule.batch, seed)
    recent = 0.0
    for step in range(1, schedule.steps + 1):
        batch = next(batches)
        loss = loss_of(_logits(model, batch), batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        rate.step()
        recent = loss.item() if step == 1 else 0.98 * recent + 0.02 * loss.item()
        if after_step is not None:
            after_step(step, model)
        if step % 100 == 0:
            print(f"{name}: step {step}/{schedule.steps}, loss {recent:.4f}", flush=True)
    return model.eval()


def train_on_text(
    name: str, records: list[list[int]], schedule: Schedule, seed: int, shape: Shape = Shape()
) -> LlamaForCausalLM:
    """Plain next-token cross-entropy."""

    def loss(logits: Tensor, batch: Batch) -> Tensor:
        return F.cross_entropy(logits.flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED)

    return _train(name, records, schedule, seed, loss, shape)


@torch.no_grad()
def log_probabilities(model: LlamaForCausalLM, records: list[list[int]], temperature: float = 1.0) -> list[Tensor]:
    """Per record [token, vocabulary]: row t predicts the token behind token t."""
    rows = sorted(range(len(records)), key=lambda row: len(records[row]))
    found: dict[int, Tensor] = {}
    for start in range(0, len(rows), 64):
        batch = _batch(records, rows[start : start + 64])
        out = (_logits(model, batch) / temperature).log_softmax(-1)
        found |= {row: out[i, : len(records[row])].clone() for i, row in enumerate(batch.rows)}
    return [found[row] for row in range(len(records))]


def imitate(
    name: str,
    wanted: list[Tensor],
    records: list[list[int]],
    schedule: Schedule,
    seed: int,
    shape: Shape = Shape(),
    *,
    temperature: float = 1.0,
    keep: list[Tensor] | None = None,
    after_step: Callable[[int, LlamaForCausalLM], None] | None = None,
) -> LlamaForCausalLM:
    """temperature² · KL(wanted ‖ student) over the full vocabulary at every position kept; no hard labels.

    `wanted` holds log-probabilities at that temperature, one [token, vocabulary] per record; `keep` the loss masks, one
    bool [token] per record.
    """

    def loss(logits: Tensor, batch: Batch) -> Tensor:
        own = (logits[batch.mask.bool()] / temperature).log_softmax(-1)
        goal = torch.cat([wanted[row] for row in batch.rows])
        if keep is not None:
            kept = torch.cat([keep[row] for row in batch.rows])
            own, goal = own[kept], goal[kept]
        return temperature**2 * F.kl_div(own, goal, reduction="batchmean", log_target=True)

    return _train(name, records, schedule, seed, loss, shape, after_step)


def distil(name: str, teacher: LlamaForCausalLM, records: list[list[int]], schedule: Schedule, seed: int) -> LlamaForCausalLM:
    """KL(teacher ‖ student) at temperature 1 over the full vocabulary at every position; no hard labels."""
    return imitate(name, log_probabilities(teacher, records), records, schedule, seed)
