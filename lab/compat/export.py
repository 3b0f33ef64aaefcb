"""Exports with the signature that Hugging Face Optimum gives them."""

from __future__ import annotations

import contextlib
import inspect
import io
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer, LinearAttentionCacheLayerMixin

BATCH, LENGTH, PAST = 2, 7, 3


@dataclass(frozen=True)
class Slot:
    """A tensor of the cache: what a layer remembers of the tokens before."""

    past: str
    present: str
    shape: tuple[int | str, ...]


class Layout:
    """The cache of a model as inputs and outputs."""

    def __init__(self, model: PreTrainedModel) -> None:
        with torch.no_grad():
            cache = model(input_ids=torch.zeros(1, LENGTH, dtype=torch.long), use_cache=True).past_key_values
        self.slots: list[Slot] = []
        for i, layer in enumerate(cache.layers):
            if isinstance(layer, LinearAttentionCacheLayerMixin):
                shape = ("batch_size", *layer.conv_states[0].shape[1:])
                self.slots.append(Slot(f"past_conv.{i}", f"present_conv.{i}", shape))
                continue
            for part, tensor in (("key", layer.keys), ("value", layer.values)):
                shape = ("batch_size", tensor.shape[1], "past_sequence_length", tensor.shape[3])
                self.slots.append(Slot(f"past_key_values.{i}.{part}", f"present.{i}.{part}", shape))

    def samples(self) -> list[Tensor]:
        sizes = {"batch_size": BATCH, "past_sequence_length": PAST}
        return [torch.randn([sizes.get(size, size) for size in slot.shape]) for slot in self.slots]


class _Wrapper(nn.Module):
    """Tensors in, tensors out."""

    def __init__(self, model: PreTrainedModel, layout: Layout | None, reads_past: bool) -> None:
        super().__init__()
        self.model = model
        self.layout = layout
        self.reads_past = reads_past
        self.takes_positions = "position_ids" in inspect.signature(model.forward).parameters

    def forward(self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor, past: list[Tensor]):
        places = {"position_ids": position_ids} if self.takes_positions else {}
        cache = self._cache(past) if self.layout is not None else None
        output = self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            past_key_values=cache,
            use_cache=cache is not None,
            **places,
        )
        return (output.logits, *self._presents(cache)) if cache is not None else output.logits

    def _cache(self, past: list[Tensor]) -> DynamicCache:
        cache = DynamicCache(config=self.model.config)
        rest = list(past)
        for i, layer in enumerate(cache.layers):
            if isinstance(layer, LinearAttentionCacheLayerMixin):
                if self.reads_past:
                    state = rest.pop(0)
                    layer.lazy_initialization(conv_states=state)
                    layer.conv_states[0] = state.clone()
                    layer.has_previous_state[0] = True
                continue
            # Exports keep the whole past of a sliding window, too; the mask hides what is too far away.
            whole = DynamicLayer()
            if self.reads_past:
                key, value = rest.pop(0), rest.pop(0)
                whole.lazy_initialization(key, value)
                whole.keys, whole.values = key, value
            cache.layers[i] = whole
        return cache

    @staticmethod
    def _presents(cache: DynamicCache) -> list[Tensor]:
        return [
            tensor
            for layer in cache.layers
            for tensor in (
                [layer.conv_states[0]] if isinstance(layer, LinearAttentionCacheLayerMixin) else [layer.keys, layer.values]
            )
        ]


def export(model: PreTrainedModel, path: Path, *, exporter: str, opset: int, cache: str) -> onnx.ModelProto:
    """
    @param exporter "trace" (TorchScript) or "dynamo" (torch.export)
    @param cache "none"; "present": gives a cache back; "past": takes one, too
    """
    layout = Layout(model) if cache != "none" else None
    reads_past = cache == "past"
    wrapper = _Wrapper(model, layout, reads_past).eval()
    past = layout.samples() if layout is not None and reads_past else []
    seen = LENGTH + (PAST if reads_past else 0)
    arguments = (
        torch.randint(3, 100, (BATCH, LENGTH)),
        torch.ones(BATCH, seen, dtype=torch.long),
        torch.arange(seen - LENGTH, seen).expand(BATCH, LENGTH),
        past,
    )
    slots = layout.slots if layout is not None else []
    inputs = ["input_ids", "attention_mask", "position_ids", *(slot.past for slot in slots if reads_past)]
    outputs = ["logits", *(slot.present for slot in slots)]
    if exporter == "trace":
        grid = {0: "batch_size", 1: "sequence_length"}
        axes = {"input_ids": grid, "position_ids": grid, "logits": grid}
        axes["attention_mask"] = {0: "batch_size", 1: "past_sequence_length + sequence_length" if reads_past else "sequence_length"}
        for slot in slots:
            axes[slot.past] = {i: size for i, size in enumerate(slot.shape) if isinstance(size, str)}
            axes[slot.present] = {i: size for i, size in axes[slot.past].items() if i == 0} | (
                {2: "total_sequence_length"} if len(slot.shape) == 4 else {}
            )
        options = {"dynamo": False, "dynamic_axes": {name: axes[name] for name in [*inputs, *outputs]}}
    else:
        any_size = torch.export.Dim.DYNAMIC
        grid = {0: any_size, 1: any_size}
        shapes = [{i: any_size for i, size in enumerate(slot.shape) if isinstance(size, str)} for slot in slots]
        options = {
            "dynamo": True,
            "verbose": False,
            "external_data": False,
            "dynamic_shapes": (grid, grid, grid, shapes if reads_past else []),
        }
    with _quiet(), torch.no_grad():
        torch.onnx.export(
            wrapper, arguments, str(path), input_names=inputs, output_names=outputs, opset_version=opset, **options
        )
    exported = onnx.load(path)
    path.unlink()
    return exported


@contextlib.contextmanager
def _quiet():
    """The exporters warn about every size that they take for a constant; that the result is right is checked instead."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
