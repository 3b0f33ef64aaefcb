"""Regenerates the evidence, its figures and README's tables: `python -m lab.evidence`."""

from __future__ import annotations

import argparse
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from .. import paths
from . import figures, report
from .experiment import evidence, run, safe

RESULTS = paths.LAB / "results" / "evidence.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lab.evidence", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--workers", type=int, default=2, help="models trained at a time, each on one thread (default 2)")
    arguments = parser.parse_args()
    with ProcessPoolExecutor(arguments.workers, multiprocessing.get_context("spawn")) as pool:
        found = evidence(run(arguments.seeds, pool), safe(arguments.seeds[0]))
    RESULTS.write_text(json.dumps(found, indent=1, allow_nan=False) + "\n", "utf-8")
    figures.draw(found, RESULTS.parent)
    report.write(found)


if __name__ == "__main__":
    main()
