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
from transformers.cache_utils import DynamicLayer, LinearAttentionCacheLayerMixin, LinearAttentionLayer

from .fused import DOMAIN, FusedWrapper
from .scan import scan_from

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
        cache = DynamicCache(config=model.config)
        with torch.no_grad():
            model(input_ids=torch.zeros(1, LENGTH, dtype=torch.long), use_cache=True, **{_cache_argument(model): cache})
        self.slots: list[Slot] = []
        for i, layer in enumerate(cache.layers):
            if isinstance(layer, LinearAttentionCacheLayerMixin):
                for name, state in _states(layer).items():
                    self.slots.append(Slot(f"past_{name}.{i}", f"present_{name}.{i}", ("batch_size", *state.shape[1:])))
                continue
            for part, tensor in (("key", layer.keys), ("value", layer.values)):
                shape = ("batch_size", tensor.shape[1], "past_sequence_length", tensor.shape[3])
                self.slots.append(Slot(f"past_key_values.{i}.{part}", f"present.{i}.{part}", shape))

    def samples(self) -> list[Tensor]:
        sizes = {"batch_size": BATCH, "past_sequence_length": PAST}
        return [torch.randn([sizes.get(size, size) for size in slot.shape]) for slot in self.slots]


def _cache_argument(model: PreTrainedModel) -> str:
    names = inspect.signature(model.forward).parameters
    return "cache_params" if "cache_params" in names else "past_key_values"


def _states(layer: LinearAttentionCacheLayerMixin) -> dict[str, Tensor]:
    """By the name that transformers.js gives them."""
    states = {"conv": layer.conv_states[0], "ssm": layer.recurrent_states[0]}
    return {name: state for name, state in states.items() if state is not None}


class _Assigned(LinearAttentionLayer):
    """Assigns the recurrent state, which transformers copies in place; exporters cannot follow that through a loop."""

    def update_recurrent_state(self, recurrent_states: Tensor, state_idx: int = 0, **_: object) -> Tensor:
        self.recurrent_states[state_idx] = recurrent_states
        return recurrent_states


class _Wrapper(nn.Module):
    """Tensors in, tensors out."""

    def __init__(self, model: PreTrainedModel, layout: Layout | None, reads_past: bool) -> None:
        super().__init__()
        self.model = model
        self.layout = layout
        self.reads_past = reads_past
        self.names = {slot.past for slot in layout.slots} if layout is not None else set()
        self.takes_positions = "position_ids" in inspect.signature(model.forward).parameters

    def forward(self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor, past: list[Tensor]):
        places = {"position_ids": position_ids} if self.takes_positions else {}
        cache = DynamicCache(config=self.model.config) if self.layout is not None else None
        recurrent = self._fill(cache, past) if cache is not None else []
        with scan_from(recurrent):
            output = self.model(
                input_ids=input_ids,
                attention_mask=attention_mask,
                use_cache=cache is not None,
                **{_cache_argument(self.model): cache},
                **places,
            )
        return (output.logits, *self._presents(cache)) if cache is not None else output.logits

    def _fill(self, cache: DynamicCache, past: list[Tensor]) -> list[Tensor]:
        """Puts the past into a cache. Returns the recurrent states, which transformers does not read for whole texts."""
        rest, recurrent = list(past), []
        for i, layer in enumerate(cache.layers):
            if isinstance(layer, LinearAttentionCacheLayerMixin):
                layer = cache.layers[i] = _Assigned()
                if self.reads_past:
                    layer.lazy_initialization(conv_states=rest[0])
                    layer.conv_states[0] = rest.pop(0).clone()
                    layer.has_previous_state[0] = True
                    if f"past_ssm.{i}" in self.names:
                        recurrent.append(rest.pop(0))
                        layer.recurrent_states[0] = recurrent[-1]
                continue
            # Exports keep the whole past of a sliding window, too; the mask hides what is too far away.
            whole = DynamicLayer()
            if self.reads_past:
                key, value = rest.pop(0), rest.pop(0)
                whole.lazy_initialization(key, value)
                whole.keys, whole.values = key, value
            cache.layers[i] = whole
        return recurrent

    @staticmethod
    def _presents(cache: DynamicCache) -> list[Tensor]:
        return [
            tensor
            for layer in cache.layers
            for tensor in (
                _states(layer).values() if isinstance(layer, LinearAttentionCacheLayerMixin) else [layer.keys, layer.values]
            )
        ]


def export(model: PreTrainedModel, path: Path, *, exporter: str, opset: int, cache: str) -> onnx.ModelProto:
    """
    @param exporter "trace" (TorchScript), "fused" (the same with onnxruntime's attention, always with "past") or "dynamo" (torch.export)
    @param cache "none"; "present": gives a cache back; "past": takes one, too
    """
    layout = Layout(model) if cache != "none" else None
    reads_past = cache == "past"
    wrapper = FusedWrapper(model) if exporter == "fused" else _Wrapper(model, layout, reads_past)
    past = layout.samples() if layout is not None and reads_past else []
    has_attention = any("past_sequence_length" in slot.shape for slot in (layout.slots if layout is not None else []))
    grows = reads_past and has_attention
    seen = LENGTH + (PAST if grows else 0)
    arguments = (
        torch.randint(3, 100, (BATCH, LENGTH)),
        torch.ones(BATCH, seen, dtype=torch.long),
        torch.arange(seen - LENGTH, seen).expand(BATCH, LENGTH),
        past,
    )
    slots = layout.slots if layout is not None else []
    inputs = ["input_ids", "attention_mask", "position_ids", *(slot.past for slot in slots if reads_past)]
    outputs = ["logits", *(slot.present for slot in slots)]
    if exporter in ("trace", "fused"):
        grid = {0: "batch_size", 1: "sequence_length"}
        axes = {"input_ids": grid, "position_ids": grid, "logits": grid}
        axes["attention_mask"] = {0: "batch_size", 1: "past_sequence_length + sequence_length" if grows else "sequence_length"}
        for slot in slots:
            axes[slot.past] = {i: size for i, size in enumerate(slot.shape) if isinstance(size, str)}
            axes[slot.present] = {i: size for i, size in axes[slot.past].items() if i == 0} | (
                {2: "total_sequence_length"} if len(slot.shape) == 4 else {}
            )
        options = {
            "dynamo": False,
            "dynamic_axes": {name: axes[name] for name in [*inputs, *outputs]},
            "custom_opsets": {DOMAIN: 1} if exporter == "fused" else {},
        }
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
            wrapper.eval(), arguments, str(path), input_names=inputs, output_names=outputs, opset_version=opset, **options
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
