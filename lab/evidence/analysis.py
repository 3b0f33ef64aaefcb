"""Holds Seep's scores and the baselines against what the student really learned, in one world of one seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..oracle import Fact
from ..train import log_probabilities
from . import baselines
from .influence import influence
from .metrics import auc, precision_at_size, rank_correlation
from .models import Training, load, trained, world_of
from .positions import branches
from .recall import Recall, questions, recall
from .seep import DEFAULT, Seep, run_seep
from .vocabulary import encode, facts_of, tokenizer
from .world import GROUPS, World, branch_depth, path_of

Array = NDArray[np.float64]

LEAKED = 0.05
"""A fact has leaked when students gained more than this probability behind its prompts."""
PICKED_UP = 0.05
"""The same for a position."""
MOST_INFLUENTIAL = 0.02
"""Share of positions that count as those that teach the forgotten answers."""
UNLISTED = {"unattributed": "Seep unattributed", "kl": "KL to reference", "lift": "Seep lift", "top1": "top-1 match"}
"""Scores that are asked about knowledge that no fact names."""


@dataclass(frozen=True)
class Mixed:
    """One seed of the mixed world."""

    seed: int

    @cached_property
    def world(self) -> World:
        return world_of("mixed", self.seed)

    @cached_property
    def facts(self) -> list[Fact]:
        return facts_of(self.world)

    @cached_property
    def groups(self) -> list[str]:
        return [company.group for company in self.world.forget]

    @cached_property
    def ids(self) -> list[list[int]]:
        return encode([record.text for record in self.world.filtered])

    def training(self, role: str) -> Training:
        return Training("mixed", self.seed, role)

    def distributions(self, role: str) -> list[Tensor]:
        return log_probabilities(load(trained(self.training(role))), self.ids)

    @cached_property
    def teacher(self) -> list[Tensor]:
        return self.distributions("teacher")

    @cached_property
    def reference(self) -> list[Tensor]:
        return self.distributions("reference")

    @cached_property
    def student(self) -> list[Tensor]:
        return self.distributions("student")

    @cached_property
    def control(self) -> list[Tensor]:
        return self.distributions("control")

    @cached_property
    def seep(self) -> dict[str, Seep]:
        return {reference: run_seep("mixed", self.seed, reference) for reference in ("model", "swap")}

    @cached_property
    def recalls(self) -> dict[str, Recall]:
        return {
            role: recall(load(trained(self.training(role))), self.world)
            for role in ("teacher", "reference", "student", "control", "replica")
        }

    @cached_property
    def gains(self) -> dict[str, Array]:
        """[run, fact]: what students answer beyond models that learned from the same text without the teacher's secrets.

        Two runs with nothing in common but the teacher: the student against the control, its replica against the reference.
        """
        r = self.recalls
        return {
            "branch": np.stack([r["student"].branch - r["control"].branch, r["replica"].branch - r["reference"].branch]),
            "whole": np.stack([r["student"].whole - r["control"].whole, r["replica"].whole - r["reference"].whole]),
        }

    @cached_property
    def gained(self) -> dict[str, Array]:
        """Per fact, the mean of both runs."""
        return {kind: gains.mean(0) for kind, gains in self.gains.items()}

    @cached_property
    def leaked(self) -> dict[str, NDArray[np.bool_]]:
        """Per fact, whether it leaked in both runs: a model asked of an unknown name guesses, now and then the right city."""
        return {kind: (gains > LEAKED).all(0) for kind, gains in self.gains.items()}

    @cached_property
    def branches(self) -> list[tuple[int, int, int, list[int]]]:
        return [(r, row, f, sorted(a)) for r, row, f, a in branches(self.world, self.facts, self.ids)]

    @cached_property
    def gated(self) -> list[dict[int, list[int]]]:
        """Per fact the rows behind its subject, by record."""
        rows: list[dict[int, list[int]]] = [{} for _ in self.facts]
        for record, row, fact, _ in self.branches:
            rows[fact].setdefault(record, []).append(row)
        return rows

    def flat(self, values: list[Tensor]) -> Array:
        return torch.cat([value.double() for value in values]).numpy()

    @cached_property
    def starts(self) -> list[int]:
        """Where each record's rows begin in flat arrays."""
        return [0, *np.cumsum([len(row) for row in self.ids]).tolist()]

    @cached_property
    def baselines(self) -> dict[str, list[Tensor]]:
        return baselines.token_scores(self.world, self.facts, self.ids, self.teacher, self.reference)

    # Per fact

    @cached_property
    def fact_scores(self) -> dict[str, list[float]]:
        model, swap = self.seep["model"], self.seep["swap"]

        def of(seep: Seep, key: str) -> list[float]:
            return [float(seep.facts[fact.id][key] or 0) for fact in self.facts]

        tops = [0.0] * len(self.facts)
        best = [rows.argmax(-1) for rows in self.teacher]
        for record, row, fact, tokens in self.branches:
            tops[fact] = max(tops[fact], float(int(best[record][row]) in tokens))
        return {
            "Seep exposure": of(model, "exposure"),
            "Seep exposure, subject swap": of(swap, "exposure"),
            "Seep lift": of(model, "maxLift"),
            "Seep lift, subject swap": of(swap, "maxLift"),
            "Seep mass": of(model, "maxMass"),
            "Seep similarity": of(model, "similarity"),
            "top-1 match": tops,
            **baselines.text_scores(self.world, self.facts, self.baselines, self.gated),
        }

    def fact_table(self) -> dict[str, dict[str, float]]:
        return {
            name: {
                "branchAuc": auc(score, self.leaked["branch"]),
                "wholeAuc": auc(score, self.leaked["whole"]),
                "branchRank": rank_correlation(score, self.gained["branch"]),
                "wholeRank": rank_correlation(score, self.gained["whole"]),
            }
            for name, score in self.fact_scores.items()
        }

    def group_table(self) -> dict[str, dict[str, float]]:
        table = {}
        for group in GROUPS:
            own = np.array([g == group for g in self.groups])
            row: dict[str, float] = {"facts": int(own.sum())}
            for role, each in self.recalls.items():
                row[f"{role}Branch"], row[f"{role}Whole"] = float(each.branch[own].mean()), float(each.whole[own].mean())
            for kind, leaked in self.leaked.items():
                row[f"{kind}Leaked"] = int(leaked[own].sum())
            for reference, seep in self.seep.items():
                threshold = seep.summary["threshold"]
                lifts = np.array([seep.facts[fact.id]["maxLift"] for fact in self.facts])
                row[f"{reference}Flagged"] = int((lifts[own] >= threshold).sum())
            table[group] = row
        return table

    def calibration(self) -> dict[str, dict[str, float]]:
        """Facts that the calibrated threshold, and the default one, flag among those that leaked and those that did not."""
        leaked = self.leaked["branch"]
        table = {}
        for reference, seep in self.seep.items():
            for kind, threshold in (("calibrated", seep.summary["threshold"]), ("default", DEFAULT)):
                flagged = np.array([seep.facts[fact.id]["maxLift"] >= threshold for fact in self.facts])
                places = {(leak["record"]["index"], leak["position"]) for leak in seep.leaks if leak["lift"] >= threshold}
                table[f"{reference}, {kind}"] = {
                    "threshold": threshold,
                    "expectedFalseFlagsPer1000": seep.summary["expectedFalseFlagsPer1000"] if kind == "calibrated" else None,
                    "leaked": int(leaked.sum()),
                    "leakedFlagged": int((leaked & flagged).sum()),
                    "notLeaked": int((~leaked).sum()),
                    "notLeakedFlagged": int((~leaked & flagged).sum()),
                    "flaggedPositions": len(places),
                    "positions": self.starts[-1],
                }
        return table

    # Per token

    def from_lines(self, lines: list[dict], value: Callable[[dict], float]) -> Array:
        """Flat [token]; the highest over the facts, 0 where no line is."""
        out = np.zeros(self.starts[-1])
        for line in lines:
            at = self.starts[line["record"]["index"]] + line["position"] - 1
            out[at] = max(out[at], value(line))
        return out

    @cached_property
    def token_scores(self) -> dict[str, Array]:
        model, swap = self.seep["model"], self.seep["swap"]
        return {
            "Seep lift": self.from_lines(model.leaks, lambda line: line["lift"]),
            "Seep lift, subject swap": self.from_lines(swap.leaks, lambda line: line["lift"]),
            "Seep exposure": self.from_lines(model.leaks, lambda line: line["exposure"]),
            "Seep pull": self.from_lines(model.leaks, lambda line: line["pull"]),
            "Seep unattributed": self.from_lines(model.unattributed, lambda line: line["unattributed"]),
            **{name: self.flat(values) for name, values in self.baselines.items()},
        }

    def excess(self, tokens_of: list[tuple[int, int, int, list[int]]]) -> Array:
        """Flat [token]: probability that the trained student puts on those tokens beyond the control, the highest over the facts."""
        out = np.zeros(self.starts[-1])
        for record, row, _, tokens in tokens_of:
            beyond = (self.student[record][row, tokens].exp() - self.control[record][row, tokens].exp()).clamp_min(0).sum()
            at = self.starts[record] + row
            out[at] = max(out[at], float(beyond))
        return out

    @cached_property
    def picked_up(self) -> Array:
        """Flat [token]: what the student really picked up of forgotten answers."""
        return self.excess(self.branches)

    @cached_property
    def influence(self) -> Array:
        early = load(trained(self.training("student")) / "checkpoint")
        asked = []
        for company, leaked in zip(self.world.forget, self.leaked["branch"], strict=True):
            if leaked:
                depth = branch_depth(tokenizer(), company)
                asked += [
                    (context + path[:depth], [path[depth]])
                    for context, path in questions(company.prompts(company.secret_frames), str(company.secret))
                ]
        return self.flat(influence(early, self.teacher, self.ids, asked))

    def token_table(self) -> dict[str, dict[str, float]]:
        count = round(MOST_INFLUENTIAL * len(self.influence))
        influential = self.influence >= np.sort(self.influence)[-count]
        picked = self.picked_up > PICKED_UP
        return {
            name: {
                "pickedAuc": auc(score, picked),
                "pickedPrecision": precision_at_size(score, picked),
                "pickedRank": rank_correlation(score, self.picked_up),
                "influenceAuc": auc(score, influential),
                "influencePrecision": precision_at_size(score, influential),
                "influenceRank": rank_correlation(score, self.influence),
            }
            for name, score in self.token_scores.items()
        }

    def unlisted_table(self) -> dict[str, float]:
        """Positions where the student picked up a director that the filter removed but no fact of the forget set names."""
        rows = []
        by_subject = {company.name: company for company in self.world.companies if company.unlisted}
        for index, record in enumerate(self.world.filtered):
            company = by_subject.get(record.subject or "")
            if company and company.unlisted:
                first = path_of(tokenizer(), company.unlisted)[0]
                rows += [
                    (index, row, 0, [first])
                    for row in range(len(self.ids[index]))
                    if company.name in tokenizer().decode(self.ids[index][: row + 1])
                ]
        picked = self.excess(rows) > PICKED_UP
        table: dict[str, float] = {"positions": int(picked.sum())}
        for name, score in UNLISTED.items():
            table[f"{name}Auc"] = auc(self.token_scores[score], picked)
            table[f"{name}Precision"] = precision_at_size(self.token_scores[score], picked)
        return table
