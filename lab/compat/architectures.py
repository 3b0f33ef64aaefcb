"""The architectures: a small configuration of each, with the tokenizer family that its real models use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import transformers
from transformers import PreTrainedConfig

WIDTH, HEADS, CONTEXT = 16, 2, 128
SLIDING_WINDOW = 8
"""Shorter than most texts, so that it matters."""


@dataclass(frozen=True)
class Architecture:
    title: str
    tokenizer: str
    """Name of a file in test/fixtures/tokenizers."""
    config: Callable[[int], PreTrainedConfig]
    """From the size of the vocabulary."""


def _llama_like(kind: type[PreTrainedConfig], **more: object) -> Callable[[int], PreTrainedConfig]:
    return lambda vocabulary: kind(
        vocab_size=vocabulary,
        hidden_size=WIDTH,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=HEADS,
        max_position_embeddings=CONTEXT,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=None,
        **more,
    )


def _gpt2_like(kind: type[PreTrainedConfig], **more: object) -> Callable[[int], PreTrainedConfig]:
    return lambda vocabulary: kind(
        vocab_size=vocabulary, n_embd=WIDTH, n_layer=2, n_head=HEADS, n_positions=CONTEXT, bos_token_id=0, eos_token_id=0, **more
    )


SHARED_HEADS = {"num_key_value_heads": 1}
GEMMA = {**SHARED_HEADS, "head_dim": 8}
ALTERNATING = {
    "sliding_window": SLIDING_WINDOW,
    "query_pre_attn_scalar": 8,
    "layer_types": ["sliding_attention", "full_attention"],
}

ARCHITECTURES = {
    "gpt2": Architecture("GPT-2", "gpt2", _gpt2_like(transformers.GPT2Config)),
    "gpt-neox": Architecture("GPT-NeoX (Pythia)", "gpt2", _llama_like(transformers.GPTNeoXConfig)),
    "opt": Architecture(
        "OPT",
        "gpt2",
        lambda vocabulary: transformers.OPTConfig(
            vocab_size=vocabulary,
            hidden_size=WIDTH,
            word_embed_proj_dim=WIDTH,
            ffn_dim=24,
            num_hidden_layers=2,
            num_attention_heads=HEADS,
            max_position_embeddings=CONTEXT,
            bos_token_id=0,
            eos_token_id=0,
            pad_token_id=1,
        ),
    ),
    "bloom": Architecture(
        "BLOOM",
        "gpt2",
        lambda vocabulary: transformers.BloomConfig(vocab_size=vocabulary, hidden_size=WIDTH, n_layer=2, n_head=HEADS),
    ),
    "llama": Architecture("Llama", "llama2", _llama_like(transformers.LlamaConfig, **SHARED_HEADS)),
    "mistral": Architecture(
        "Mistral", "mistral", _llama_like(transformers.MistralConfig, **SHARED_HEADS, sliding_window=SLIDING_WINDOW)
    ),
    "qwen2": Architecture("Qwen2", "qwen", _llama_like(transformers.Qwen2Config, **SHARED_HEADS)),
    "qwen3": Architecture("Qwen3", "qwen", _llama_like(transformers.Qwen3Config, **SHARED_HEADS, head_dim=12)),
    "gemma": Architecture("Gemma", "gemma", _llama_like(transformers.GemmaConfig, **GEMMA)),
    "gemma2": Architecture("Gemma 2", "gemma", _llama_like(transformers.Gemma2Config, **GEMMA, **ALTERNATING)),
    "gemma3": Architecture("Gemma 3", "gemma", _llama_like(transformers.Gemma3TextConfig, **GEMMA, **ALTERNATING)),
    "phi": Architecture("Phi", "gpt2", _llama_like(transformers.PhiConfig)),
    "phi3": Architecture("Phi-3", "llama2", _llama_like(transformers.Phi3Config, **SHARED_HEADS)),
    "lfm2": Architecture(
        "LFM2 (convolutions and attention)",
        "qwen",
        _llama_like(
            transformers.Lfm2Config, **SHARED_HEADS, layer_types=["conv", "full_attention"], block_auto_adjust_ff_dim=False
        ),
    ),
    "mamba": Architecture(
        "Mamba",
        "gpt2",
        lambda vocabulary: transformers.MambaConfig(
            vocab_size=vocabulary, hidden_size=WIDTH, state_size=4, num_hidden_layers=2, time_step_rank=2, bos_token_id=0, eos_token_id=0
        ),
    ),
}
