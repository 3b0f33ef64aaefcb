"""The figures of README.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from .report import GROUP_WORDS

Values = dict[str, Any]

COLOURS = ["#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#7F7F7F"]
"""Okabe and Ito's, told apart by colour-blind people too."""
OURS, THEIRS = "#0072B2", "#B0B0B0"
MARKS = ["o", "s", "^", "D", "v", "P", "X"]


def draw(found: Values, folder: Path) -> None:
    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "seep"})
    _facts(found, folder / "facts.png")
    _auc(found["facts"], folder / "auc.png")
    _interventions(found["interventions"], folder / "interventions.png")
    _temperatures(found["temperatures"], folder / "temperature.png")


def _save(path: Path) -> None:
    plt.tight_layout()
    plt.savefig(path, dpi=110, metadata={"Software": None})
    plt.close()


def _facts(found: Values, path: Path) -> None:
    _, axes = plt.subplots(1, 2, figsize=(9, 4))
    for axis, score, gained, word in zip(
        axes, ("lift", "exposure"), ("branch", "whole"), ("branch token", "whole answer"), strict=True
    ):
        for group, colour, mark in zip(GROUP_WORDS, COLOURS, MARKS, strict=True):
            points = [p for p in found["points"] if p["group"] == group]
            axis.scatter(
                [p[score] for p in points],
                [p[gained] for p in points],
                s=18,
                c=colour,
                marker=mark,
                alpha=0.75,
                linewidths=0,
                label=GROUP_WORDS[group],
            )
        axis.axhline(found["settings"]["leaked"], color="#999999", linewidth=0.8, linestyle=":")
        axis.set_xlabel(f"Seep {score}, before the student is trained")
        axis.set_ylabel(f"what the student gained\n(P of {word} beyond the control's)")
    axes[0].legend(frameon=False, fontsize=8)
    _save(path)


def _auc(scores: Values, path: Path) -> None:
    _, axes = plt.subplots(1, 2, figsize=(9, 4.4), sharey=True)
    names = list(scores)[::-1]
    for axis, key, word in zip(axes, ("branchAuc", "wholeAuc"), ("branch token", "whole answer"), strict=True):
        means = [scores[name][key]["mean"] for name in names]
        spread = [
            [m - scores[n][key]["min"] for n, m in zip(names, means, strict=True)],
            [scores[n][key]["max"] - m for n, m in zip(names, means, strict=True)],
        ]
        axis.barh(
            names,
            means,
            xerr=spread,
            color=[OURS if name.startswith("Seep") else THEIRS for name in names],
            error_kw={"linewidth": 0.8},
        )
        axis.axvline(0.5, color="#555555", linewidth=0.8, linestyle=":")
        axis.set_xlim(0.2, 1.02)
        axis.set_xlabel(f"AUC: does the {word} leak?\n(lines: lowest to highest seed)")
    _save(path)


def _bars(axis: Axes, rows: Values, columns: dict[str, str]) -> None:
    width = 0.8 / len(columns)
    for i, (key, word) in enumerate(columns.items()):
        means = [row[key]["mean"] for row in rows.values()]
        spread = [
            [m - row[key]["min"] for row, m in zip(rows.values(), means, strict=True)],
            [row[key]["max"] - m for row, m in zip(rows.values(), means, strict=True)],
        ]
        axis.bar(
            [x + i * width for x in range(len(rows))],
            means,
            width,
            yerr=spread,
            color=COLOURS[(4, 0, 2)[i]],
            label=word,
            error_kw={"linewidth": 0.8},
        )
    axis.set_xticks([x + width * (len(columns) - 1) / 2 for x in range(len(rows))], [name.replace(", ", ",\n") for name in rows])
    axis.set_ylabel("P(answer)")
    axis.set_ylim(0, 1.05)


def _interventions(rows: Values, path: Path) -> None:
    _, axis = plt.subplots(figsize=(9, 3.6))
    _bars(
        axis,
        rows,
        {
            "forgetBranch": "forgotten facts, branch token",
            "retainedSameSubjects": "retained facts of the same subjects",
            "retainedOthers": "retained facts of other subjects",
        },
    )
    axis.legend(frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.16), fontsize=8)
    _save(path)


def _temperatures(rows: Values, path: Path) -> None:
    _, axis = plt.subplots(figsize=(6.4, 3.6))
    for (edit, word), colour in zip(
        {"untouched": "untouched", "redactions": "with Seep's redactions"}.items(), (COLOURS[4], COLOURS[0]), strict=True
    ):
        for key, style, part in (("forgetBranch", "-", "facts that can leak"), ("silentBranch", "--", "facts that cannot at 1")):
            taus = sorted(float(name.split(", ")[1]) for name in rows if name.startswith(edit))
            cells = [rows[f"{edit}, {tau:g}"][key] for tau in taus]
            axis.plot(taus, [c["mean"] for c in cells], style, color=colour, marker="o", markersize=4, label=f"{word}, {part}")
            axis.fill_between(taus, [c["min"] for c in cells], [c["max"] for c in cells], color=colour, alpha=0.12, linewidth=0)
    axis.set_xticks(taus)
    axis.set_xlabel("distillation temperature")
    axis.set_ylabel("student's P(branch token)")
    axis.set_ylim(0, 0.62)
    axis.legend(frameon=False, fontsize=7.5, loc="upper right", ncols=2)
    _save(path)
