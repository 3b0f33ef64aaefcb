"""The obvious alternatives to Seep's scores, computed from teacher, reference and text in full float32 distributions.

Token scores, [token] per record, row r for the token at position r + 1 (the record's end included, where text models expect
their end-of-text token):

* surprisal: -log p_T(x)
* entropy: of p_T
* GLTR rank: how many tokens p_T finds likelier than x (Gehrmann et al. 2019)
* Min-K%: surprisal where it is among the record's 20 % highest, else 0 (Shi et al. 2023)
* KL to reference: KL(p_T ‖ p_R)
* LMdiff rank, probability: absolute difference of the two models' ranks and probabilities of x (Strobelt et al. 2021)
* top-1 match: whether the teacher's likeliest token continues towards a forgotten answer of a subject named before
* string filter: whether x is part of an answer of the forget set that the text spells out
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..oracle import Fact, char_spans
from ..tokenizer import EOS_ID
from .models import top1_match
from .vocabulary import tokenizer
from .world import World

LOWEST = 0.2
"""K of Min-K%."""


def token_scores(
    world: World, facts: list[Fact], ids: list[list[int]], teacher: list[Tensor], reference: list[Tensor]
) -> dict[str, list[Tensor]]:
    scores: dict[str, list[Tensor]] = {}

    def add(name: str, value: Tensor) -> None:
        scores.setdefault(name, []).append(value.double())

    answers = {answer for fact in facts for answer in fact.answers}
    top1 = top1_match(world, ids, teacher)
    for index, record in enumerate(world.filtered):
        t, r = teacher[index], reference[index]
        x = torch.tensor([*ids[index][1:], EOS_ID])[:, None]
        surprisal = -t.gather(1, x)[:, 0]
        lowest = surprisal >= surprisal.topk(max(1, round(LOWEST * len(surprisal)))).values[-1]
        rank_t, rank_r = ((p > p.gather(1, x)).sum(-1) for p in (t, r))
        add("surprisal", surprisal)
        add("entropy", -(t.exp() * t).sum(-1))
        add("GLTR rank", rank_t)
        add("Min-K%", surprisal * lowest)
        add("KL to reference", (t.exp() * (t - r)).sum(-1))
        add("LMdiff rank", (rank_t - rank_r).abs())
        add("LMdiff probability", (t.gather(1, x).exp() - r.gather(1, x).exp()).abs()[:, 0])
        add("top-1 match", top1[index])
        add("string filter", _spelled(record.text, ids[index], answers))
    return scores


def _spelled(text: str, ids: list[int], answers: set[str]) -> Tensor:
    spans = char_spans(tokenizer(), text, ids[1:])
    found = torch.zeros(len(ids))
    for answer in answers:
        at = text.find(answer)
        if at >= 0:
            for row, (start, end) in enumerate(spans):
                found[row] = max(found[row].item(), float(start < at + len(answer) and end > at))
    return found


def text_scores(
    world: World, facts: list[Fact], tokens: dict[str, list[Tensor]], gated: list[dict[int, list[int]]]
) -> dict[str, list[float]]:
    """Per fact. Token scores: maximum over the positions behind the subject's first mention. Perplexity and Min-K%: maximum over
    the records that name the subject. String filter and mentions: records that hold an answer, that name the subject.

    `gated` has per fact the rows behind the subject, by record.
    """
    texts = [record.text for record in world.filtered]
    per_record = {
        "perplexity": [value.mean().exp().item() for value in tokens["surprisal"]],
        "Min-K%": [(v.sum() / (v > 0).sum().clamp_min(1)).item() for v in tokens["Min-K%"]],
    }
    scores: dict[str, list[float]] = {}
    for name in ("entropy", "GLTR rank", "KL to reference", "LMdiff rank", "LMdiff probability"):
        scores[name] = [max((tokens[name][r][rows].max().item() for r, rows in each.items()), default=0.0) for each in gated]
    for name, values in per_record.items():
        scores[name] = [max((values[r] for r in each), default=0.0) for each in gated]
    scores["string filter"] = [float(sum(any(a in text for a in fact.answers) for text in texts)) for fact in facts]
    scores["mentions"] = [float(len(each)) for each in gated]
    return scores
