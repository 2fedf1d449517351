#!/usr/bin/env python3
"""Two builds of graft, in turn, at the jobs of `make bench` and `make bench-tutorial`: is the second one slower?

    python3 Benchmarks/before_after.py BEFORE AFTER [--data FOLDER] [--weights FILE.h5] [--runs 5] [--tutorial-runs 1]

Prints a table: the medians of both, and the median of the ratios of neighbouring runs, below 1 where AFTER is faster.
Standard library only.
"""
import argparse, os, pathlib, statistics, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared"


def run(graft, home, arguments):
    start = time.monotonic()
    outcome = subprocess.run([graft, *map(str, arguments)], env={**os.environ, "GRAFT_HOME": str(home)}, capture_output=True, text=True)
    if outcome.returncode:
        sys.exit(f"{graft} {arguments[0]} failed: {outcome.stderr}")
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--data", type=pathlib.Path, default=SHARED / "data" / "cats_and_dogs")
    parser.add_argument("--weights", type=pathlib.Path, default=SHARED / "weights" / "mobilenet_v2_1.0_224_tfslim_folded.h5")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tutorial-runs", type=int, default=1)
    options = parser.parse_args()
    photo = sorted((options.data / "validation").rglob("*.jpg"))[0]
    own = pathlib.Path(os.environ.get("GRAFT_HOME") or pathlib.Path.home() / ".cache" / "graft")
    jobs = {"train, cold": [], "train, cached": [], "predict one photo": [], "evaluate, cached": [], "tutorial": []}
    sides = (options.before, options.after)
    for number in range(max(options.runs, options.tutorial_runs) + 1):
        seconds = {name: [] for name in jobs}
        for graft in sides:
            with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
                folder = pathlib.Path(folder)
                (folder / "home").mkdir()
                (folder / "home" / "weights").symlink_to(own / "weights")
                home, model = folder / "home", folder / "model.graft"
                if number <= options.runs:
                    train = ["train", options.data, "--recipe", "features", "-o", model]
                    seconds["train, cold"].append(run(graft, home, train))
                    seconds["train, cached"].append(run(graft, home, train))
                    seconds["predict one photo"].append(run(graft, home, ["predict", model, photo]))
                    seconds["evaluate, cached"].append(run(graft, home, ["evaluate", model, options.data]))
                if 0 < number <= options.tutorial_runs:
                    seconds["tutorial"].append(run(graft, home, [
                        "train", options.data, "--base", "mobilenet_v2.keras", "--weights", options.weights, "--resize", "whole",
                        "--recipe", HERE / "tutorial.yaml", "-o", folder / "tutorial.graft"]))
        # The first round fills the system's caches for both.
        if number > 0:
            for name, pair in seconds.items():
                if pair:
                    jobs[name].append(pair)
    print("| job | before | after | after / before | runs |\n|---|---|---|---|---|")
    for name, pairs in jobs.items():
        if not pairs:
            continue
        ratios = sorted(after / before for before, after in pairs)
        before, after = (statistics.median(p[i] for p in pairs) for i in (0, 1))
        print(f"| {name} | {before:.2f} s | {after:.2f} s | {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) | {len(pairs)} |")


main()
