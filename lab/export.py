"""Writes a model folder as Hugging Face exports look: model.onnx, config.json, tokenizer files."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import LlamaForCausalLM

from .tokenizer import save_tokenizer

OPSET = 18


class _Exportable(nn.Module):
    """The same model in plain operations, with the three inputs of a Hugging Face export."""

    def __init__(self, model: LlamaForCausalLM) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor) -> Tensor:
        inner = self.model.model
        heads, width = self.model.config.num_attention_heads, self.model.config.hidden_size
        size = width // heads
        batch, length = input_ids.shape[0], input_ids.shape[1]

        angles = position_ids[:, :, None].float() * inner.rotary_emb.inv_freq[None, None, :]
        angles = torch.cat([angles, angles], dim=-1)[:, None]
        cosine, sine = angles.cos(), angles.sin()

        def rotate(x: Tensor) -> Tensor:
            half = torch.cat([-x[..., size // 2 :], x[..., : size // 2]], dim=-1)
            return x * cosine + half * sine

        order = torch.cumsum(torch.ones_like(input_ids[:1]), dim=1)[0]
        visible = (order[None, :] <= order[:, None])[None, None] & attention_mask[:, None, None, :].bool()
        bias = torch.where(visible, 0.0, -1e9)

        x = inner.embed_tokens(input_ids)
        for layer in inner.layers:
            attention = layer.self_attn
            h = layer.input_layernorm(x)
            q, k, v = (
                project(h).reshape(batch, length, heads, size).transpose(1, 2)
                for project in (attention.q_proj, attention.k_proj, attention.v_proj)
            )
            weights = (rotate(q) @ rotate(k).transpose(-1, -2)) * size**-0.5 + bias
            h = (weights.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
            x = x + attention.o_proj(h)
            x = x + layer.mlp(layer.post_attention_layernorm(x))
        return self.model.lm_head(inner.norm(x))


def export_model(model: LlamaForCausalLM, tokenizer: Tokenizer, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_tokenizer(tokenizer, folder)
    model.config.architectures = ["LlamaForCausalLM"]
    model.config.save_pretrained(folder)
    path = folder / "model.onnx"
    axes = {0: "batch", 1: "sequence"}
    sample = torch.ones(2, 7, dtype=torch.long)
    names = ["input_ids", "attention_mask", "position_ids"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Exportable(model).eval(),
            (sample, sample, torch.arange(7).expand(2, 7)),
            str(path),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: axes for name in [*names, "logits"]},
            opset_version=OPSET,
            dynamo=False,
        )
    onnx.checker.check_model(str(path), full_check=True)
    _check_same(model, path)
    total = sum(file.stat().st_size for file in folder.iterdir())
    assert total <= 4 * 2**20, f"{folder.name} takes {total} bytes"


def _check_same(model: LlamaForCausalLM, path: Path) -> None:
    """The export must agree with PyTorch, and padding on the right must not matter."""
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(3, model.config.vocab_size, (3, 21), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 9:] = 0
    ids[1, 9:] = model.config.pad_token_id
    places = torch.arange(21).expand(3, 21)

    def run(i: Tensor, m: Tensor, p: Tensor) -> NDArray[np.float32]:
        feeds = {"input_ids": i, "attention_mask": m, "position_ids": p}
        return session.run(None, {name: np.ascontiguousarray(value.numpy()) for name, value in feeds.items()})[0]

    out = run(ids, mask, places)
    with torch.no_grad():
        own = model(input_ids=ids, attention_mask=mask, position_ids=places).logits.numpy()
    short = run(ids[1:2, :9], mask[1:2, :9], places[1:2, :9])
    gaps = {"PyTorch": np.abs(out - own)[mask.bool().numpy()].max(), "the unpadded run": np.abs(out[1, :9] - short[0]).max()}
    assert max(gaps.values()) < 1e-3, f"{path}: logits differ: {gaps}"
