"""Merged decoders: one file that reads a text from its start, or goes on behind a cache, as an input says."""

from __future__ import annotations

import onnx
from onnx import TensorProto, helper

SWITCH = "use_cache_branch"


def merge(first: onnx.ModelProto, following: onnx.ModelProto) -> onnx.ModelProto:
    """
    @param first reads no cache and gives one back
    @param following reads a cache; takes whatever the first takes. Weights that are in both are kept once, as Optimum does it
    """
    shared: dict[tuple[int, tuple[int, ...], bytes], onnx.TensorProto] = {}
    branches = [_branch(model.graph, prefix, shared) for model, prefix in ((first, "first_"), (following, "following_"))]
    outputs = [output.name for output in following.graph.output]
    switch = helper.make_node("If", [SWITCH], outputs, then_branch=branches[1], else_branch=branches[0])
    graph = helper.make_graph(
        [switch],
        "merged",
        [*following.graph.input, helper.make_tensor_value_info(SWITCH, TensorProto.BOOL, [1])],
        list(following.graph.output),
        list(shared.values()),
    )
    return helper.make_model(graph, opset_imports=following.opset_import, ir_version=following.ir_version)


def _branch(
    graph: onnx.GraphProto, prefix: str, shared: dict[tuple[int, tuple[int, ...], bytes], onnx.TensorProto]
) -> onnx.GraphProto:
    """The graph without inputs and weights: it sees those around it. What it computes has names of its own."""
    names = {name: name for name in ["", *(value.name for value in graph.input)]}
    for tensor in graph.initializer:
        key = (tensor.data_type, tuple(tensor.dims), tensor.raw_data)
        if key not in shared:
            shared[key] = onnx.TensorProto(name=f"shared_{len(shared)}", data_type=key[0], dims=key[1], raw_data=key[2])
        names[tensor.name] = shared[key].name
    nodes = []
    for node in graph.node:
        assert not any(attribute.g.node for attribute in node.attribute), "branches inside branches"
        renamed = onnx.NodeProto()
        renamed.CopyFrom(node)
        renamed.name = prefix + node.name
        renamed.input[:] = [names.get(name, prefix + name) for name in node.input]
        renamed.output[:] = [names.get(name, prefix + name) for name in node.output]
        nodes.append(renamed)
    outputs = []
    for value in graph.output:
        output = onnx.ValueInfoProto()
        output.CopyFrom(value)
        output.name = prefix + value.name
        outputs.append(output)
    return helper.make_graph(nodes, prefix.rstrip("_"), [], outputs)
