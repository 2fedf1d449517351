"""The MobileNetV2 tutorial in graft and in Keras, from process start to saved model. Prints one table. Standard library only.

Ten epochs of a new head on the frozen network, with flips and rotations, then ten with all from layer 100 on, at a tenth of
the rate; the same weights, pictures and settings. A round is `graft train` with a new GRAFT_HOME, then Keras in f32 and with
mixed_bfloat16, each a process of its own, with the round's number as seed. The pictures are read just before each process,
so that they are in the page cache for all. It fails where a peer is missing or graft's validation accuracy is below.
"""

import os
import re
import statistics
import tempfile
from pathlib import Path

import machine
import peers
from peers import HERE, SHARED, Cell, Cells, Run, command, met, note, ratios, read, shares, spread, stop, values, verdict

NETWORK = "mobilenet_v2.keras"
PEERS = {"f32": "Keras f32", "bf16": "Keras mixed_bfloat16"}
# The goals: a tenth of the time, half of the memory. And how far probabilities of one photo may lie apart.
SPEED, MEMORY, TOLERANCE = 10, 0.5, 1e-3


def parse():
    parser = peers.options(__doc__, runs=3, limit=3600, python="the Python that has Keras and TensorFlow")
    peers.choice(parser, "--precisions", PEERS)
    parser.add_argument("--threads", type=peers.positive, default=machine.cores(), help="cores of every side (default: all)")
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "cats_and_dogs", help="train/ and validation/")
    parser.add_argument("--weights", type=Path, metavar="FILE.h5", help="MobileNetV2 with top, in Keras' names",
                        default=SHARED / "weights" / "mobilenet_v2_1.0_224_tfslim_folded.h5")
    parser.add_argument("--epochs", type=peers.positive, default=10, help="of each of the two parts (default: 10)")
    parser.add_argument("--variants", default="4",
                        help="how many variants of a picture graft caches, or recompute (default: 4)")
    return parser.parse_args()


def agree(arguments, photo, folder):
    """Both must compute the same with the file's weights; the greatest difference between probabilities."""
    picture, cell = folder / "centre.png", Cell(arguments.limit)
    words = command(arguments.python, "keras_tutorial.py", photo, picture, "--weights", arguments.weights, "--check")
    theirs = Run(cell, words).result
    ours = Run(cell, [
        arguments.graft, "predict", "--pretrained", NETWORK, "--weights", arguments.weights, picture,
        "--precision", "f32", "--json",
    ]).result["predictions"]
    difference = max(
        abs(mine["probability"] - probability) for mine, probability in zip(ours, theirs["probabilities"], strict=True)
    )
    if difference > TOLERANCE:
        stop(f"graft and Keras disagree on {photo} with {arguments.weights.name}: probabilities differ by {difference:.4f}.")
    return difference


def recipe(arguments, folder):
    """The recipe with as many epochs and variants as were asked for."""
    text = (HERE / "tutorial.yaml").read_text()
    text = re.sub(r"epochs: \d+", f"epochs: {arguments.epochs}", text)
    path = folder / "tutorial.yaml"
    path.write_text(re.sub(r"variants: \d+", f"variants: {arguments.variants}", text))
    return path


def one_round(arguments, cells, files, number):
    """The runs by side; graft's with the megabytes of its cache."""
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        folder = Path(folder)
        home = folder / "home"
        peer = [
            arguments.data, folder / "model.keras", "--weights", arguments.weights, "--epochs", arguments.epochs,
            "--seed", number,
        ]
        commands = {
            "graft": [
                arguments.graft, "train", arguments.data, "--base", NETWORK, "--weights", arguments.weights, "--resize", "whole",
                "--recipe", recipe(arguments, folder), "--seed", number, "--json", "-o", folder / "model.graft",
            ],
            **{precision: [*command(arguments.python, "keras_tutorial.py", *peer), "--precision", precision]
               for precision in arguments.precisions},
        }

        def job(words):
            def work(cell):
                read(*files, arguments.weights)
                return Run(cell, words, {"GRAFT_HOME": str(home)})

            return work

        runs = cells.in_turn({side: job(words) for side, words in commands.items()})
        for side, run in runs.items():
            note(f"round {number}, {PEERS.get(side, side)}: {run.seconds:.1f} s, top-1 {top1(run):.4f}")
        if "graft" in runs:
            runs["graft"].cache = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6
            ours = runs["graft"].events("stage")[-1]["parameters"]
            for side in set(runs) - {"graft"}:
                if runs[side].result["trained"] != ours:
                    stop(f"graft trains {ours} parameters, {PEERS[side]} {runs[side].result['trained']}: not the same job.")
        return runs


def top1(run):
    """Of the epoch with the lowest validation loss."""
    return run.result["best"] if "best" in run.result else run.result["validation"]["top1"]


def row(cells, side, rounds):
    sides = ("graft", side)
    seconds = [cells.show(name, values(rounds, name, lambda run: run.seconds), 1) for name in sides]
    peaks = [max(values(rounds, name, lambda run: run.megabytes), default=None) for name in sides]
    memory, share = [f"{megabytes:.0f}" if megabytes else "–" for megabytes in peaks], "– | –"
    if all(peaks):
        share = f"{peaks[0] / peaks[1]:.2f}× | {MEMORY}×: {met(peaks[0] / peaks[1] <= MEMORY)}"
    accuracies = [spread(values(rounds, name, top1), 4) for name in sides]
    speed = verdict(ratios(rounds, side, "graft", lambda run: run.seconds), SPEED)
    return f"| {PEERS[side]} | {' | '.join(seconds)} | {speed} | {' | '.join(memory)} | {share} | {' | '.join(accuracies)} |"


def table(arguments, cells, rounds, loads, difference):
    variants = {
        "recompute": "new random pictures at each epoch", "1": "one random variant of each picture, the same at each epoch",
    }.get(arguments.variants, f"{arguments.variants} random variants of each picture, in turn")
    last = {side: lambda run: run.result["top1"] for side in arguments.precisions}
    last["graft"] = lambda run: run.events("epoch")[-1]["validation"]["top1"]
    accuracies = {side: values(rounds, side, key) for side, key in last.items()}
    cache = max(values(rounds, "graft", lambda run: run.cache), default=0)
    return [
        "| against | graft, s | Keras, s | ratio by pair | goal | graft, peak MB | Keras, peak MB | share | goal "
        "| graft, top-1 | Keras, top-1 |",
        "| --- " * 11 + "|",
        *(row(cells, side, rounds) for side in arguments.precisions),
        "",
        f"MobileNetV2, 224 pixels, {arguments.epochs} + {arguments.epochs} epochs on {arguments.data.name}, from process start "
        f"to saved model, {arguments.threads} cores. Median (least to most) of {len(rounds)} rounds, ratios within a round. "
        "The faster of the two is what counts.",
        f"graft: {variants}, cold; its cache takes {cache:.0f} MB of disk. Keras: new random pictures at each epoch.",
        "Validation top-1 in the table: of the epoch with the lowest validation loss. Of the last epoch: "
        + ", ".join(f"{PEERS.get(side, side)} {spread(found, 4)}" for side, found in accuracies.items() if found) + ".",
        *(f"{PEERS.get(side, side)}: {shares(rounds, side)}; CPU {spread(values(rounds, side, lambda run: run.cpu), 1)} s."
          for side, found in accuracies.items() if found),
        f"With the same weights, probabilities of one photo differ by {difference:.0e} between the two in f32.",
        peers.footer(arguments, loads, *(run.result.get("versions") for runs in rounds for run in runs.values())),
    ]


def main():
    arguments = parse()
    cells = Cells(arguments.limit)
    measured = [precision for precision in arguments.precisions if not cells.leave_out(precision, precision)]
    loads = [peers.begin(arguments, 2 + len(measured), "keras, tensorflow, h5py, PIL")]
    folders = arguments.data / "train", arguments.data / "validation"
    peers.need(*folders, arguments.weights, hint="see --data and --weights")
    files = sorted(path for path in arguments.data.rglob("*") if path.is_file())
    with machine.only(arguments.threads):
        with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
            difference = agree(arguments, files[0], Path(folder))
        rounds = cells.measured([one_round(arguments, cells, files, number) for number in range(arguments.runs)])
    loads.append(os.getloadavg()[0])
    peers.publish(arguments, *table(arguments, cells, rounds, loads, difference))
    found = {side: values(rounds, side, top1) for side in ("graft", *measured)}
    medians = {side: statistics.median(accuracies) for side, accuracies in found.items() if accuracies}
    ours = medians.get("graft", 1)
    # Keras divides in 32 bits: the same share can be off by less than a picture of a million.
    below = [PEERS[side] for side in medians if medians[side] > ours + 1e-6]
    if below:
        stop(f"graft's validation top-1 ({ours:.4f}) is below that of {' and '.join(below)}: the times do not count.")


if __name__ == "__main__":
    main()
