"""GPT-2 in Hugging Face transformers on PyTorch, doing what bench/peers/peerWork.ts describes.

Reads a line per round from stdin and answers with one; the first line it writes says that it is ready, or what is missing.
"""

import json
import sys
from pathlib import Path

try:
    import numpy
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel
except ImportError as error:
    print(json.dumps({"missing": f"{error} ({sys.executable})"}), flush=True)
    sys.exit(0)


def load(onnx: str) -> GPT2LMHeadModel:
    """The weights are read where weights.json says that they stand in the ONNX file."""
    folder = Path(onnx).parent
    model = GPT2LMHeadModel(GPT2Config.from_pretrained(folder)).eval()
    index = json.loads((folder / "weights.json").read_text())
    weights = {
        name: torch.from_numpy(
            numpy.fromfile(onnx, "<f4", int(numpy.prod(entry["dims"])), offset=entry["offset"]).reshape(entry["dims"])
        )
        for name, entry in index.items()
    }
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert set(missing) <= {"lm_head.weight"} and not unexpected, (missing, unexpected)
    return model


def run(model: GPT2LMHeadModel, batch: list[list[int]], ids: torch.Tensor, top: int) -> float:
    length = max(map(len, batch))
    inputs = torch.tensor([sequence + [0] * (length - len(sequence)) for sequence in batch])
    mask = torch.tensor([[1] * len(sequence) + [0] * (length - len(sequence)) for sequence in batch])
    logprobs = torch.log_softmax(model(input_ids=inputs, attention_mask=mask, use_cache=False).logits, -1)
    values, _ = logprobs.topk(top)
    picked = logprobs.index_select(-1, ids)
    rows = mask.bool()
    return float(values[rows].double().sum() + picked[rows].double().sum())


def main() -> None:
    work = json.loads(Path(sys.argv[1]).read_text())
    torch.set_num_threads(work["threads"])
    models = [load(path) for path in work["models"]]
    ids = torch.tensor(work["ids"])
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        with torch.inference_mode():
            total = sum(run(model, batch, ids, work["top"]) for model in models for batch in work["batches"])
        print(json.dumps({"total": total}), flush=True)


main()
