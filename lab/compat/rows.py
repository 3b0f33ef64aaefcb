"""The rows of the matrix: which architecture, exported how."""

from __future__ import annotations

from dataclasses import dataclass

CACHE = {"none": "none", "past": "past and present", "merged": "merged decoder"}
WEIGHTS = {"float32": "float32", "float16": "float16", "int8": "8 bits", "int4": "4 bits"}
EXPORTER = {"trace": "TorchScript", "dynamo": "torch.export", "fused": "GroupQueryAttention"}


@dataclass(frozen=True)
class Row:
    architecture: str
    exporter: str = "trace"
    opset: int = 17
    cache: str = "past"
    weights: str = "float32"
    external: bool = False
    """Weights in a file of their own."""
    padding: int = 0
    """Logits that no token has."""
    symmetric: bool = True
    """4 bits: without a zero point for each block."""
    keep_io: bool = False
    """float16: inputs and outputs stay float32."""

    @property
    def folder(self) -> str:
        more = ["external"] * self.external + ["padded"] * (self.padding > 0) + ["io32"] * self.keep_io
        exporter = [] if self.exporter == "trace" else [self.exporter]
        return "-".join([self.architecture, self.cache, self.weights, *exporter, *more])


ROWS = [
    Row("gpt2", opset=14, cache="none"),
    Row("gpt2"),
    Row("gpt2", cache="merged"),
    Row("gpt2", exporter="dynamo", opset=18, cache="none"),
    Row("gpt2", weights="float16"),
    Row("gpt2", opset=14, cache="none", weights="int8"),
    Row("gpt2", cache="none", external=True),
    Row("gpt2", cache="none", padding=12),
    Row("gpt-neox", opset=14, cache="none"),
    Row("gpt-neox", weights="float16", keep_io=True),
    Row("opt", opset=14),
    Row("opt", cache="merged"),
    Row("bloom", opset=14, cache="none"),
    Row("bloom"),
    Row("llama", opset=14, cache="none"),
    Row("llama"),
    Row("llama", cache="merged"),
    Row("llama", exporter="dynamo", opset=20),
    Row("llama", weights="float16"),
    Row("llama", weights="int8"),
    Row("llama", weights="int4"),
    Row("llama", external=True),
    Row("llama", padding=20),
    Row("llama", exporter="fused"),
    Row("llama", exporter="fused", weights="int4"),
    Row("mistral", opset=14, cache="none"),
    Row("mistral", exporter="dynamo", opset=21),
    Row("mistral", exporter="fused"),
    Row("qwen2", opset=14),
    Row("qwen2", weights="int4", symmetric=False),
    Row("qwen3"),
    Row("qwen3", weights="float16", keep_io=True),
    Row("gemma", opset=14, cache="none"),
    Row("gemma", weights="float16"),
    Row("gemma2"),
    Row("gemma2", exporter="dynamo", opset=18, cache="none"),
    Row("gemma3"),
    Row("gemma3", weights="int8"),
    Row("phi", cache="none"),
    Row("phi", weights="int4", external=True),
    Row("phi3"),
    Row("phi3", exporter="dynamo", opset=23, cache="none"),
    Row("lfm2"),
    Row("lfm2", exporter="dynamo", opset=18, cache="none"),
    Row("mamba"),
    Row("mamba", opset=14, cache="none"),
]
