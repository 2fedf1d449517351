"""The MobileNetV2 tutorial in graft and in Keras, from process start to saved model. Prints one table. Standard library only.

Ten epochs of a new head on the frozen network, with flips and rotations, then ten with all from layer 100 on, at a tenth of
the rate; the same weights, pictures and settings. A round is `graft train` with a new GRAFT_HOME, then Keras in f32 and with
mixed_bfloat16, each a process of its own, with the round's number as seed. The pictures are read just before each process,
so that they are in the page cache for all. It fails where a peer is missing or graft's validation accuracy is below.
"""

import argparse
import os
import re
import statistics
import tempfile
from pathlib import Path

from compare import HERE, Run, processor, shares, spread, stop
from peers import check, command, graft_version, load, note, verdict
from weight_loading import read

SHARED = HERE.parents[1] / "shared"
NETWORK = "mobilenet_v2.keras"
PEERS = {"Keras f32": "f32", "Keras mixed_bfloat16": "bf16"}
# The goals: a tenth of the time, half of the memory. And how far probabilities of one photo may lie apart.
SPEED, MEMORY, TOLERANCE = 10, 0.5, 1e-3


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graft", type=Path, default=HERE.parent / ".build" / "release" / "graft")
    parser.add_argument("--python", type=Path, required=True, help="the Python that has Keras and TensorFlow")
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "cats_and_dogs", help="train/ and validation/")
    parser.add_argument("--weights", type=Path, metavar="FILE.h5", help="MobileNetV2 with top, in Keras' names",
                        default=SHARED / "weights" / "mobilenet_v2_1.0_224_tfslim_folded.h5")
    parser.add_argument("--runs", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--epochs", type=int, default=10, help="of each of the two parts (default: 10)")
    parser.add_argument("--variants", default="4",
                        help="how many variants of a picture graft caches, or recompute (default: 4)")
    parser.add_argument("--output", type=Path, help="write the table to this file too")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("at least 1 round is needed")
    return arguments


def pictures(arguments):
    """The files of the data, or an end that says what is missing."""
    for path in (arguments.data / "train", arguments.data / "validation", arguments.weights):
        if not path.exists():
            stop(f"{path} is missing: see --data and --weights.")
    return sorted(path for path in arguments.data.rglob("*") if path.is_file())


def agree(arguments, photo, folder):
    """Both must compute the same with the file's weights; the greatest difference between probabilities."""
    picture = folder / "centre.png"
    words = command(arguments.python, "keras_tutorial.py", photo, picture, "--weights", arguments.weights, "--check")
    theirs = Run(words).result
    ours = Run([
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


def one_round(arguments, files, number):
    """The runs by side; graft's with the megabytes of its cache."""
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        folder = Path(folder)
        home = folder / "home"
        peer = [
            arguments.data, folder / "model.keras", "--weights", arguments.weights, "--epochs", arguments.epochs, "--seed", number,
        ]
        commands = {
            "graft": [
                arguments.graft, "train", arguments.data, "--base", NETWORK, "--weights", arguments.weights, "--resize", "whole",
                "--recipe", recipe(arguments, folder), "--seed", number, "--json", "-o", folder / "model.graft",
            ],
            **{name: [*command(arguments.python, "keras_tutorial.py", *peer), "--precision", precision]
               for name, precision in PEERS.items()},
        }
        runs = {}
        for side, words in commands.items():
            for path in (*files, arguments.weights):
                read(path)
            runs[side] = Run(words, {"GRAFT_HOME": str(home)})
            note(f"round {number}, {side}: {runs[side].seconds:.1f} s, top-1 {top1(runs[side]):.4f}")
        runs["graft"].cache = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6
    ours = runs["graft"].events("stage")[-1]["parameters"]
    for side in PEERS:
        if runs[side].result["trained"] != ours:
            stop(f"graft trains {ours} parameters, {side} {runs[side].result['trained']}: not the same job.")
    return runs


def top1(run):
    """Of the epoch with the lowest validation loss."""
    return run.result["best"] if "best" in run.result else run.result["validation"]["top1"]


def row(side, rounds):
    ratios = [runs[side].seconds / runs["graft"].seconds for runs in rounds]
    memory = {name: max(runs[name].megabytes for runs in rounds) for name in ("graft", side)}
    share = memory["graft"] / memory[side]
    seconds = [spread([runs[name].seconds for runs in rounds], 1) for name in ("graft", side)]
    accuracies = [spread([top1(runs[name]) for runs in rounds], 4) for name in ("graft", side)]
    return (f"| {side} | {' | '.join(seconds)} | {verdict(ratios, SPEED)} | {memory['graft']:.0f} | {memory[side]:.0f} "
            f"| {share:.2f}× | {MEMORY}×: {'met' if share <= MEMORY else 'NOT met'} | {' | '.join(accuracies)} |")


def table(arguments, rounds, loads, difference, versions):
    variants = {
        "recompute": "new random pictures at each epoch", "1": "one random variant of each picture, the same at each epoch",
    }.get(arguments.variants, f"{arguments.variants} random variants of each picture, in turn")
    last = {side: [runs[side].result["top1"] for runs in rounds] for side in PEERS}
    last["graft"] = [runs["graft"].events("epoch")[-1]["validation"]["top1"] for runs in rounds]
    cpu = {side: spread([runs[side].cpu for runs in rounds], 1) for side in rounds[0]}
    return "\n".join([
        "| against | graft, s | Keras, s | ratio by pair | goal | graft, peak MB | Keras, peak MB | share | goal "
        "| graft, top-1 | Keras, top-1 |",
        "| --- " * 11 + "|",
        *(row(side, rounds) for side in PEERS),
        "",
        f"MobileNetV2, 224 pixels, {arguments.epochs} + {arguments.epochs} epochs on {arguments.data.name}, from process start to "
        f"saved model. Median (least to most) of {len(rounds)} rounds, ratios within a round. The faster of the two is what counts.",
        f"graft: {variants}, cold; its cache takes {max(runs['graft'].cache for runs in rounds):.0f} MB of disk. "
        "Keras: new random pictures at each epoch.",
        "Validation top-1 in the table: of the epoch with the lowest validation loss. Of the last epoch: "
        + ", ".join(f"{side} {spread(values, 4)}" for side, values in last.items()) + ".",
        *(f"{side}: {shares(rounds, side)}; CPU {cpu[side]} s." for side in rounds[0]),
        f"With the same weights, probabilities of one photo differ by {difference:.0e} between the two in f32.",
        f"{processor()}, {os.cpu_count()} cores; load before the start {loads[0]:.1f}, at the end {loads[1]:.1f}; "
        f"graft {graft_version(arguments)}; {versions}.",
    ])


def main():
    arguments = parse()
    files = pictures(arguments)
    check(arguments, "keras, tensorflow, h5py, PIL")
    loads = [load()]
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        difference = agree(arguments, files[0], Path(folder))
    rounds = [one_round(arguments, files, number) for number in range(arguments.runs)]
    loads.append(os.getloadavg()[0])
    result = table(arguments, rounds, loads, difference, rounds[0]["Keras f32"].result["versions"])
    print(result)
    if arguments.output:
        arguments.output.write_text(result + "\n")
    ours = statistics.median(top1(runs["graft"]) for runs in rounds)
    # Keras divides in 32 bits: the same share can be off by less than a picture of a million.
    below = [side for side in PEERS if statistics.median(top1(runs[side]) for runs in rounds) > ours + 1e-6]
    if below:
        stop(f"graft's validation top-1 ({ours:.4f}) is below that of {' and '.join(below)}: the times do not count.")


if __name__ == "__main__":
    main()
