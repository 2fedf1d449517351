"""How long and how much memory VGG16 with its weights takes, in graft and in Keras. Prints two tables. Standard library only.

The files are the published form of Keras 1 and 2 (.h5) and that of Keras 3 (.weights.h5), 553 MB each, with generated
weights; those missing are written first (Conformance/weight_files.py). A round takes each file in turn: one process of
each side, the first of them alternating from round to round. The file is read just before each process, so that it is in
the page cache for both. graft reads the file and brings every tensor into the order of axes that it computes with;
Keras imports TensorFlow, builds the network, which draws random weights, and copies the file's over them.
"""

import math
import os
from pathlib import Path

import machine
import peers
from peers import HERE, Cell, Cells, Run, command, met, note, read, spread, stop, values, verdict

NETWORK = "vgg16.keras"
FORMATS = ["published.h5", "weights.h5"]
MODULES = {"keras": "keras, tensorflow, h5py"}
# The goals: half the time that Keras needs, and memory for less than 1.3 times the file.
SPEED, MEMORY = 2, 1.3
PARTS = {
    "whole process": lambda run: run.seconds,
    "build and load_weights": lambda run: run.result["seconds"]["build"] + run.result["seconds"]["load"],
    "load_weights alone": lambda run: run.result["seconds"]["load"],
}


def parse():
    parser = peers.options(__doc__, runs=5, limit=300, python="the Python that has Keras")
    peers.choice(parser, "--peers", MODULES)
    peers.choice(parser, "--formats", FORMATS)
    parser.add_argument("--threads", type=peers.positive, default=machine.cores(), help="cores of every side (default: all)")
    parser.add_argument("--files", type=Path, default=HERE.parent / ".build" / "conformance" / "files", metavar="FOLDER",
                        help="where the files are, or are written to")
    return parser.parse_args()


def files(arguments):
    """The files, by format."""
    found = {form: arguments.files / f"{NETWORK}.{form}" for form in arguments.formats}
    if not all(path.is_file() for path in found.values()):
        note(f"writing {NETWORK}'s files to {arguments.files} (4 GB)")
        script = HERE.parent / "Conformance" / "weight_files.py"
        Run(Cell(arguments.limit), [arguments.python, "-W", "ignore", script, "--to", arguments.files, NETWORK])
    return found


def one_round(arguments, cells, path, number):
    """The runs of graft and of Keras on a file."""
    commands = {"graft": [arguments.graft, "weights", "inspect", path, "--network", NETWORK, "--json"]}
    if arguments.peers:
        commands["keras"] = command(arguments.python, "keras_load.py", path)

    def job(words):
        def work(cell):
            read(path)
            return Run(cell, words)

        return work

    runs = cells.in_turn({side: job(commands[side]) for side in sorted(commands, reverse=number % 2 == 1)})
    if "graft" in runs and runs["graft"].result.get("includesTop") is not True:
        stop(f"graft loaded {path.name} without its classifier.")
    if {"graft", "keras"} <= set(runs):
        ours = sum(math.prod(tensor["shape"]) for tensor in runs["graft"].result["tensors"])
        if ours != runs["keras"].result["numbers"]:
            stop(f"graft found {ours} numbers in {path.name}, Keras' network has {runs['keras'].result['numbers']}.")
    return runs


def times(form, cells, rounds):
    """The lines about a file's times; graft's is that of its whole process in each of them."""
    graft = cells.show("graft", values(rounds, "graft", lambda run: run.seconds))
    for part, seconds in PARTS.items():
        keras = cells.show("keras", values(rounds, "keras", seconds))
        # Of graft's run, the seconds of the whole process.
        pairs = [(runs["graft"].seconds, seconds(runs["keras"])) for runs in rounds if {"graft", "keras"} <= set(runs)]
        yield f"| .{form} | {part} | {graft} | {keras} | {verdict([theirs / ours for ours, theirs in pairs], SPEED)} |"


def memory(form, path, rounds):
    size = path.stat().st_size / 1e6
    cells = []
    for side in ("graft", "keras"):
        peak = max(values(rounds, side, lambda run: run.megabytes), default=None)
        cells += [f"{peak:.0f}", f"{peak / size:.2f}×"] if peak else ["–", "–"]
        if side == "graft":
            cells.append(f"{MEMORY}×: {met(peak < MEMORY * size)}" if peak else "–")
    return f"| .{form} | {size:.0f} | {' | '.join(cells)} |"


def versions(arguments):
    if not arguments.peers:
        return ""
    program = (
        "from importlib.metadata import version; import sys; print('Python', sys.version.split()[0]"
        " + ', Keras', version('keras') + ', TensorFlow', version('tensorflow-cpu') + ', h5py', version('h5py'))"
    )
    return Run(Cell(arguments.limit), [arguments.python, "-c", program]).lines[-1]


def details(form, rounds):
    """Keras' steps, and the CPU time of both sides."""
    cpu = {side: values(rounds, side, lambda run: run.cpu) for side in ("graft", "keras")}
    words = ", ".join(f"{side} {spread(found)} s" for side, found in cpu.items() if found)
    steps = f"Keras, .{form}: {peers.shares(rounds, 'keras')}. " if cpu["keras"] else ""
    return f"{steps}CPU, .{form}: {words}."


def main():
    arguments = parse()
    # graft and the peers with each file; the files and the versions.
    count = (1 + len(arguments.peers)) * len(arguments.formats) + 2
    loads = [peers.begin(arguments, count, *(MODULES[name] for name in arguments.peers))]
    found = files(arguments)
    cases = {form: (Cells(arguments.limit), []) for form in found}
    with machine.only(arguments.threads):
        for number in range(arguments.runs + 1):
            for form, (cells, rounds) in cases.items():
                runs = one_round(arguments, cells, found[form], number)
                note(f"{f'round {number}' if number else 'not counted'}, .{form}: "
                     + ", ".join(f"{side} {run.seconds:.2f} s" for side, run in runs.items()))
                if number:
                    rounds.append(runs)
    cases = {form: (cells, cells.measured(rounds)) for form, (cells, rounds) in cases.items()}
    loads.append(os.getloadavg()[0])
    peers.publish(
        arguments,
        "| file | of Keras | graft's whole process, s | Keras, s | ratio by pair | goal |",
        "| --- | --- | --- | --- | --- | --- |",
        *(line for form, (cells, rounds) in cases.items() for line in times(form, cells, rounds)),
        "",
        "| file | MB | graft, peak MB | of the file | goal | Keras, peak MB | of the file |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(memory(form, found[form], rounds) for form, (_, rounds) in cases.items()),
        "",
        f"Median (least to most) of {arguments.runs} rounds, the first side alternating; peaks are the largest of all rounds.",
        *(details(form, rounds) for form, (_, rounds) in list(cases.items())[:1]),
        peers.footer(arguments, loads, versions(arguments)),
    )


if __name__ == "__main__":
    main()
