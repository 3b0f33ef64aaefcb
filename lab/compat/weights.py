"""Weights in fewer bits, in a file of their own, and nothing in the model file that the runtime does not need."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers.float16 import convert_float_to_float16
from torch import nn
from transformers import PreTrainedModel

BLOCK = 16
EXTERNAL = "model.onnx_data"


def to_float16(model: onnx.ModelProto, keep_io: bool) -> onnx.ModelProto:
    """@param keep_io inputs and outputs stay float32, as some exports on the hub have them"""
    logging.getLogger("onnxruntime.transformers.float16").setLevel(logging.ERROR)
    return convert_float_to_float16(model, keep_io_types=keep_io)


def round_to_float16(model: PreTrainedModel) -> PreTrainedModel:
    rounded = copy.deepcopy(model)
    with torch.no_grad():
        for tensor in [*rounded.parameters(), *rounded.buffers()]:
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().float())
    return rounded


def to_int8(model: onnx.ModelProto, path: Path) -> onnx.ModelProto:
    """Weights in 8 bits; activations are rounded to 8 bits at run time, all of a run by one scale."""
    onnx.save(model, path)
    logging.disable(logging.WARNING)
    try:
        # In the reduced range products do not overflow on processors without VNNI, which would then say something else.
        quantize_dynamic(path, path, weight_type=QuantType.QInt8, reduce_range=True)
    finally:
        logging.disable(logging.NOTSET)
    quantised = onnx.load(path)
    path.unlink()
    return quantised


def to_int4(model: onnx.ModelProto, symmetric: bool) -> onnx.ModelProto:
    """Weights of the matrix products in 4 bits, a scale for each block; activations stay as they are."""
    quantiser = MatMulNBitsQuantizer(copy.deepcopy(model), bits=4, block_size=BLOCK, is_symmetric=symmetric)
    logging.disable(logging.INFO)
    try:
        quantiser.process()
    finally:
        logging.disable(logging.NOTSET)
    return quantiser.model.model


def with_int4_weights(model: PreTrainedModel, plain: onnx.ModelProto, quantised: onnx.ModelProto) -> PreTrainedModel:
    """The PyTorch model with the weights that the 4 bits stand for. Its matrices are found in the plain export by their values."""
    values = {tensor.name: tensor for tensor in quantised.graph.initializer}
    matrices = {tensor.name: numpy_helper.to_array(tensor) for tensor in plain.graph.initializer if len(tensor.dims) == 2}
    factor = {node.output[0]: matrices[node.input[1]] for node in plain.graph.node if node.op_type == "MatMul" and node.input[1] in matrices}
    changed = copy.deepcopy(model)
    count = 0
    for node in quantised.graph.node:
        if node.op_type != "MatMulNBits":
            continue
        exact, coarse = factor[node.output[0]].T, _dequantise(node, values)
        modules = [m for m in changed.modules() if isinstance(m, nn.Linear) and np.array_equal(m.weight.detach().numpy(), exact)]
        assert modules, f"{node.output[0]} is no matrix of the model"
        for module in modules:
            module.weight = nn.Parameter(torch.from_numpy(coarse))
        count += 1
    assert count > 0, "nothing was quantised"
    return changed


def _dequantise(node: onnx.NodeProto, values: dict[str, onnx.TensorProto]) -> NDArray[np.float32]:
    """[N, K] of a MatMulNBits node: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md"""
    width = next(attribute.i for attribute in node.attribute if attribute.name == "K")
    codes, scales, *zeros = [numpy_helper.to_array(values[name]) for name in node.input[1:] if name]
    rows, blocks = codes.shape[:2]

    def nibbles(packed: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.stack([packed & 15, packed >> 4], axis=-1).reshape(*packed.shape[:-1], -1).astype(np.float32)

    zero = nibbles(zeros[0].reshape(rows, -1))[:, :blocks] if zeros else np.full((rows, blocks), 8, np.float32)
    whole = (nibbles(codes) - zero[:, :, None]) * scales.reshape(rows, blocks, 1)
    return np.ascontiguousarray(whole.reshape(rows, -1)[:, :width])


def save(model: onnx.ModelProto, folder: Path, external: bool) -> None:
    _strip(model)
    options = {"save_as_external_data": True, "location": EXTERNAL, "size_threshold": 0} if external else {}
    onnx.save(model, folder / "model.onnx", **options)


def _strip(model: onnx.ModelProto) -> None:
    """Names and descriptions are most of what a small model takes on disk; those of inputs, outputs and weights stay."""
    del model.metadata_props[:]
    model.doc_string = ""
    graph = model.graph
    kept = [value.name for value in [*graph.input, *graph.output, *graph.initializer]]
    _strip_graph(graph, {name: name for name in ["", *kept]})


def _strip_graph(graph: onnx.GraphProto, names: dict[str, str]) -> None:
    """@param names by old name the new one; filled on the way"""

    def renamed(old: Iterable[str]) -> list[str]:
        return [names.setdefault(name, f"v{len(names)}") for name in old]

    del graph.value_info[:], graph.metadata_props[:]
    for value in [*graph.input, *graph.initializer, *graph.output]:
        (value.name,) = renamed([value.name])
    for node in graph.node:
        node.doc_string = node.name = ""
        del node.metadata_props[:]
        node.input[:] = renamed(node.input)
        for attribute in node.attribute:
            if attribute.HasField("g"):
                _strip_graph(attribute.g, names)
        node.output[:] = renamed(node.output)
