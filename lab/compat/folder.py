"""Model folders as people have them: configuration and tokenizer files of transformers beside the ONNX file."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
import transformers
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from .. import paths
from .architectures import Architecture

TOKENIZERS = Path(paths.GOLDEN).parent.parent / "tokenizers"
SEED = 20
SPREAD = 0.4
"""Standard deviation of the random weights: large enough that a model attends to something."""


def make_model(architecture: Architecture, padding: int) -> PreTrainedModel:
    """Random weights. @param padding logits that no token has"""
    transformers.set_seed(SEED)
    config = architecture.config(len(load_tokenizer(architecture)) + padding)
    config.architectures = None
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() >= 2:
                parameter.normal_(std=SPREAD)
            elif name.endswith("bias"):
                parameter.normal_(std=0.1)
    model.config.architectures = [type(model).__name__]
    return model


def load_tokenizer(architecture: Architecture) -> PreTrainedTokenizerFast:
    path = TOKENIZERS / f"{architecture.tokenizer}.json"
    special = {"bos_token": "<|eos|>", "eos_token": "<|eos|>"} if architecture.tokenizer in ("gpt2", "qwen") else {
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"
    }
    return PreTrainedTokenizerFast(tokenizer_file=str(path), model_max_length=128, **special)


def start_folder(folder: Path, architecture: Architecture, model: PreTrainedModel) -> None:
    """Everything but the ONNX file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model.config.save_pretrained(folder)
    load_tokenizer(architecture).save_pretrained(folder)
