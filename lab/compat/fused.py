"""Attention as one operator of onnxruntime that reads and extends the cache itself, as onnxruntime-genai exports have it."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel

NAME = "group_query_attention"
DOMAIN = "com.microsoft"


class FusedWrapper(nn.Module):
    """Tensors in, tensors out. The model itself knows of no cache."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = copy.deepcopy(model)
        self.model.set_attn_implementation(NAME)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor, past: list[Tensor]):
        presents: list[Tensor] = []
        step = {
            "past": list(zip(past[::2], past[1::2], strict=True)),
            "last": (attention_mask.sum(1, keepdim=True) - 1).int(),
            "total": torch._shape_as_tensor(attention_mask)[1].int(),
            "presents": presents,
        }
        logits = self.model(input_ids=input_ids, position_ids=position_ids, use_cache=False, fused=step).logits
        return (logits, *presents)


class _Operator(torch.autograd.Function):
    """https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md; in PyTorch it has the right shapes only."""

    @staticmethod
    def forward(
        _: Any, query: Tensor, key: Tensor, value: Tensor, past_key: Tensor, past_value: Tensor, *rest: Any
    ) -> tuple[Tensor, Tensor, Tensor]:
        heads, size = past_key.shape[1], past_key.shape[3]
        new = [tensor.unflatten(2, (heads, size)).transpose(1, 2) for tensor in (key, value)]
        return query.clone(), torch.cat([past_key, new[0]], 2), torch.cat([past_value, new[1]], 2)

    @staticmethod
    def symbolic(g: Any, *arguments: Any) -> Any:
        *tensors, heads, shared_heads, scale, window = arguments
        return g.op(
            f"{DOMAIN}::GroupQueryAttention",
            *tensors,
            num_heads_i=heads,
            kv_num_heads_i=shared_heads,
            scale_f=scale,
            local_window_size_i=window,
            outputs=3,
        )


def _attention(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, _mask: Tensor | None, *, scaling: float, fused: dict[str, Any], **more: Any
) -> tuple[Tensor, None]:
    flat = [tensor.transpose(1, 2).flatten(2) for tensor in (query, key, value)]
    # Plain numbers, which shapes are not while they are traced.
    heads, shared_heads = module.config.num_attention_heads, module.config.num_key_value_heads
    window = more.get("sliding_window") or -1
    result, *present = _Operator.apply(
        *flat, *fused["past"][module.layer_idx], fused["last"], fused["total"], heads, shared_heads, scaling, window
    )
    fused["presents"].extend(present)
    return result.unflatten(2, (heads, module.head_dim)), None


AttentionInterface.register(NAME, _attention)
AttentionMaskInterface.register(NAME, lambda *_, **__: None)
