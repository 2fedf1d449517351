#!/usr/bin/env python3
"""Two builds of graft, in turn, at the jobs of `make bench` and `make bench-tutorial`: is the second one slower?

    python3 Benchmarks/before_after.py BEFORE AFTER [OPTIONS]

Prints a table: the medians of both, and the median of the ratios of neighbouring runs, below 1 where AFTER is faster.
Standard library only.
"""

import os
import tempfile
from pathlib import Path

import peers
from peers import HERE, SHARED, Cells, Run, ratios, spread, values

JOBS = {"cold": "train, cold", "cached": "train, cached", "predict": "predict one photo", "evaluate": "evaluate, cached"}


def parse():
    parser = peers.options(__doc__, runs=5, limit=600)
    peers.choice(parser, "--jobs", [*JOBS, "tutorial"])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "cats_and_dogs", help="train/ and validation/")
    parser.add_argument("--weights", type=Path, metavar="FILE.h5", help="MobileNetV2 with top, in Keras' names",
                        default=SHARED / "weights" / "mobilenet_v2_1.0_224_tfslim_folded.h5")
    parser.add_argument("--tutorial-runs", type=peers.positive, default=1, help="rounds of the tutorial (default: 1)")
    arguments = parser.parse_args()
    arguments.graft = arguments.after
    return arguments


def commands(arguments, folder, photo):
    """By job; the first one makes the model that the next ones need."""
    model = folder / "model.graft"
    train = ["train", arguments.data, "--recipe", "features", "-o", model]
    return {
        "cold": train, "cached": train, "predict": ["predict", model, photo], "evaluate": ["evaluate", model, arguments.data],
        "tutorial": [
            "train", arguments.data, "--base", "mobilenet_v2.keras", "--weights", arguments.weights, "--resize", "whole",
            "--recipe", HERE / "tutorial.yaml", "-o", folder / "tutorial.graft",
        ],
    }


def one_round(arguments, cells, photo, jobs):
    """Seconds by job and side."""
    seconds = {}
    for side in ("before", "after"):
        with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
            home = Path(folder) / "home"
            home.mkdir()
            own = Path(os.environ.get("GRAFT_HOME") or Path.home() / ".cache" / "graft")
            (home / "weights").symlink_to(own / "weights")
            for job, words in commands(arguments, Path(folder), photo).items():
                if job not in jobs or job in JOBS and job != "cold" and ("cold", side) in cells.words:
                    continue
                words = [getattr(arguments, side), *words]
                run = cells.take((job, side), lambda cell: Run(cell, words, {"GRAFT_HOME": str(home)}))
                seconds |= {(job, side): run.seconds} if run else {}
    return seconds


def main():
    arguments = parse()
    wanted = set(arguments.jobs)
    # The model that the others need.
    wanted |= {"cold"} if wanted & set(JOBS) else set()
    loads = [peers.begin(arguments, 2 * len(wanted))]
    peers.need(arguments.before, arguments.data / "validation", hint="see --help")
    photo = sorted((arguments.data / "validation").rglob("*.jpg"))[0]
    cells, rounds = Cells(arguments.limit), []
    for number in range(max(arguments.runs, arguments.tutorial_runs) + 1):
        jobs = [job for job in (*JOBS, "tutorial") if job in wanted]
        # The first round fills the system's caches for both.
        jobs = [job for job in jobs if (0 < number <= arguments.tutorial_runs if job == "tutorial" else number <= arguments.runs)]
        seconds = one_round(arguments, cells, photo, jobs)
        if number:
            rounds.append(seconds)
    loads.append(os.getloadavg()[0])
    rounds, lines = cells.measured(rounds), []
    for job in arguments.jobs:
        figures = [cells.show((job, side), values(rounds, (job, side), float)) for side in ("before", "after")]
        compared = ratios(rounds, (job, "after"), (job, "before"), float)
        lines.append(f"| {JOBS.get(job, job)} | {' | '.join(figures)} | {spread(compared)} | {len(compared)} |")
    peers.publish(
        arguments,
        "| job | before, s | after, s | after / before | runs |", "| --- | --- | --- | --- | --- |",
        *lines, "", peers.footer(arguments, loads),
    )


if __name__ == "__main__":
    main()
