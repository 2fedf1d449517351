"""How long and how much memory VGG16 with its weights takes, in graft and in Keras. Prints two tables. Standard library only.

The files are the published form of Keras 1 and 2 (.h5) and that of Keras 3 (.weights.h5), 553 MB each, with generated
weights; those missing are written first (Conformance/weight_files.py). A round takes each file in turn: one process of
each side, the first of them alternating from round to round. The file is read just before each process, so that it is in
the page cache for both. graft reads the file and brings every tensor into the order of axes that it computes with;
Keras imports TensorFlow, builds the network, which draws random weights, and copies the file's over them.
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path

from compare import HERE, Run, processor, spread, stop

NETWORK = "vgg16.keras"
FORMATS = ["published.h5", "weights.h5"]
# The goals: half the time that Keras needs, and memory for less than 1.3 times the file.
SPEED, MEMORY = 2, 1.3
PARTS = {
    "whole process": lambda run: run.seconds,
    "build and load_weights": lambda run: run.result["seconds"]["build"] + run.result["seconds"]["load"],
    "load_weights alone": lambda run: run.result["seconds"]["load"],
}


def parse():
    root = HERE.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graft", type=Path, default=root / ".build" / "release" / "graft")
    parser.add_argument("--python", type=Path, required=True, help="the Python that has Keras")
    parser.add_argument("--files", type=Path, default=root / ".build" / "conformance" / "files", metavar="FOLDER")
    parser.add_argument("--runs", type=int, default=5, help="counted rounds, at least 5 (default: 5)")
    parser.add_argument("--output", type=Path, help="write the tables to this file too")
    arguments = parser.parse_args()
    if arguments.runs < 5:
        parser.error("at least 5 runs are needed")
    return arguments


def files(arguments):
    """The files, by format."""
    if not arguments.graft.is_file():
        stop(f"{arguments.graft} is missing: run make build.")
    found = {format: arguments.files / f"{NETWORK}.{format}" for format in FORMATS}
    if not all(path.is_file() for path in found.values()):
        print(f"bench: writing {NETWORK}'s files to {arguments.files} (4 GB)", file=sys.stderr)
        script = HERE.parent / "Conformance" / "weight_files.py"
        command = [arguments.python, "-W", "ignore", script, "--to", arguments.files, NETWORK]
        if subprocess.run(command, stdout=sys.stderr).returncode != 0:
            stop(f"{script.name} could not write the files (see above).")
    return found


def read(path):
    with path.open("rb", buffering=0) as file:
        buffer = bytearray(1 << 22)
        while file.readinto(buffer):
            pass


def one_round(arguments, path, number):
    """The runs of graft and of Keras on a file."""
    commands = {
        "graft": [arguments.graft, "weights", "inspect", path, "--network", NETWORK, "--json"],
        "keras": [arguments.python, "-W", "ignore", HERE / "keras_load.py", path],
    }
    runs = {}
    for side in sorted(commands, reverse=number % 2 == 1):
        read(path)
        runs[side] = Run(commands[side])
    ours = sum(math.prod(tensor["shape"]) for tensor in runs["graft"].result["tensors"])
    if ours != runs["keras"].result["numbers"]:
        stop(f"graft found {ours} numbers in {path.name}, Keras' network has {runs['keras'].result['numbers']}.")
    if runs["graft"].result.get("includesTop") is not True:
        stop(f"graft loaded {path.name} without its classifier.")
    return runs


def verdict(is_met):
    return "met" if is_met else "NOT met"


def times(format, rounds):
    """The lines about a file's times; graft's is that of its whole process in each of them."""
    graft = [runs["graft"].seconds for runs in rounds]
    for part, seconds in PARTS.items():
        keras = [seconds(runs["keras"]) for runs in rounds]
        ratios = [theirs / ours for ours, theirs in zip(graft, keras)]
        yield (
            f"| .{format} | {part} | {spread(graft)} | {spread(keras)} | {spread(ratios, 1, '×')} "
            f"| {SPEED}×: {verdict(statistics.median(ratios) >= SPEED)} |"
        )


def memory(format, path, rounds):
    size = path.stat().st_size / 1e6
    peaks = {side: max(runs[side].megabytes for runs in rounds) for side in ("graft", "keras")}
    return (
        f"| .{format} | {size:.0f} | {peaks['graft']:.0f} | {peaks['graft'] / size:.2f}× "
        f"| {MEMORY}×: {verdict(peaks['graft'] < MEMORY * size)} | {peaks['keras']:.0f} | {peaks['keras'] / size:.2f}× |"
    )


def versions(arguments):
    program = (
        "from importlib.metadata import version; import sys; print('Python', sys.version.split()[0]"
        " + ', Keras', version('keras') + ', TensorFlow', version('tensorflow-cpu') + ', h5py', version('h5py'))"
    )
    peers = subprocess.run([arguments.python, "-c", program], capture_output=True, text=True).stdout.strip()
    graft = subprocess.run([arguments.graft, "--version"], capture_output=True, text=True).stdout.strip() or "unknown"
    return f"graft {graft}; {peers or 'versions unknown'}"


def tables(arguments, found, rounds, loads):
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    steps = [
        f"{step} {statistics.median(runs['keras'].result['seconds'][step] for runs in rounds['published.h5']):.2f} s"
        for step in ("import", "build", "load")
    ]
    processors = {
        side: spread([runs[side].cpu for runs in rounds["published.h5"]]) for side in ("graft", "keras")
    }
    return "\n".join([
        "| file | of Keras | graft's whole process, s | Keras, s | ratio by pair | goal |",
        "| --- | --- | --- | --- | --- | --- |",
        *(line for format in FORMATS for line in times(format, rounds[format])),
        "",
        "| file | MB | graft, peak MB | of the file | goal | Keras, peak MB | of the file |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(memory(format, found[format], rounds[format]) for format in FORMATS),
        "",
        f"Median (least to most) of {arguments.runs} rounds, the first side alternating; peaks are the largest of all rounds.",
        f"Keras, .published.h5: {', '.join(steps)}. "
        f"CPU: graft {processors['graft']} s, Keras {processors['keras']} s.",
        f"{processor()}, {cores} cores; load before the start {loads[0]:.1f}, at the end {loads[1]:.1f}; "
        f"{versions(arguments)}.",
    ])


def main():
    arguments = parse()
    found = files(arguments)
    loads = [os.getloadavg()[0]]
    if loads[0] > 0.5:
        print(f"bench: the machine is busy (load {loads[0]:.1f}): the figures will be too high", file=sys.stderr)
    rounds = {format: [] for format in FORMATS}
    for number in range(arguments.runs + 1):
        for format, path in found.items():
            runs = one_round(arguments, path, number)
            print(f"bench: {f'round {number}' if number else 'not counted'}, .{format}: "
                  + ", ".join(f"{side} {run.seconds:.2f} s" for side, run in runs.items()), file=sys.stderr)
            if number:
                rounds[format].append(runs)
    loads.append(os.getloadavg()[0])
    result = tables(arguments, found, rounds, loads)
    if arguments.output:
        arguments.output.write_text(result + "\n")
    print(result)


if __name__ == "__main__":
    main()
