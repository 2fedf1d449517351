"""Photos a second from files to a network's input, in graft, PyTorch and Keras. Prints one table. Standard library only.

Photos are read, decoded, scaled and cut to 224 pixels, once as they are and once with a random crop and a flip, with one
thread or worker process and with two; on Linux all sides have as many cores as threads. The peers go over all photos again
and again, in a process each that waits for its turn. graft's seconds are those that `graft train` counts as decoding, apart
from the network, which is a small one.
"""

import argparse
import contextlib
import os
import statistics
import tempfile
from pathlib import Path

from compare import HERE, Run, processor, spread, stop
from peers import Peer, check, command, graft_version, load, note

SHARED = HERE.parents[1] / "shared"
NETWORK = "mobilenet_v1_025.pytorch"
PEERS = {
    "PyTorch, Pillow": ("pytorch_input.py", "pillow"), "PyTorch, torchvision.io": ("pytorch_input.py", "torchvision"),
    "Keras": ("keras_input.py", "pillow"),
}
# graft's augmentation, torchvision's RandomResizedCrop and flip.
AUGMENTATION = "flip,crop=0.08"
# The goal: photos a second on two cores.
GOAL, GOAL_THREADS = 600, 2


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graft", type=Path, default=HERE.parent / ".build" / "release" / "graft")
    parser.add_argument("--python", type=Path, required=True, help="the Python that has Keras, TensorFlow and PyTorch")
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "cats_and_dogs", help="train/ and validation/")
    parser.add_argument("--weights", type=Path, help=f"weights of {NETWORK}",
                        default=SHARED / "weights" / "mobilenetV1X0.25_pretrain.pth.tar")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="of every side (default: 1 2)")
    parser.add_argument("--runs", type=int, default=5, help="rounds (default: 5)")
    parser.add_argument("--seconds", type=float, default=5, help="least time of each measurement of a peer (default: 5)")
    parser.add_argument("--output", type=Path, help="write the table to this file too")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("at least 1 round is needed")
    for path in (arguments.data / "train", arguments.data / "validation", arguments.weights):
        if not path.exists():
            stop(f"{path} is missing: see --data and --weights.")
    return arguments


def train(arguments, folder, threads, augmentation=None):
    """A run of `graft train` of a head for one epoch, which caches nothing."""
    recipe = folder / "recipe.yaml"
    changes = f", augment: '{augmentation}', variants: 1" if augmentation else ""
    recipe.write_text(f"name: input\nstages:\n  - {{name: head, train: head, epochs: 1{changes}}}\n")
    return Run([
        arguments.graft, "train", arguments.data, "--base", NETWORK, "--weights", arguments.weights, "--recipe", recipe,
        "--threads", threads, "--no-cache", "--no-checkpoint", "--json", "-o", folder / "model.graft",
    ])


def graft(arguments, threads):
    """Photos a second as they are and changed; and decoded alone, in a process from its start."""
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        plain = train(arguments, Path(folder), threads)
        varied = train(arguments, Path(folder), threads, AUGMENTATION)
    doctor = Run([arguments.graft, "doctor", arguments.data, "--threads", threads, "--json"])
    pictures, training = plain.events("features")[-1]["total"], varied.events("features")[0]["total"]
    decoding = plain.result["seconds"]["decode"]
    # The second run reads the photos to validate on as they are, too. Seconds are those of a thread, of which all are at work.
    changed = varied.result["seconds"]["decode"] - decoding * (pictures - training) / pictures
    if changed <= 0:
        stop("changed photos took graft no time: the machine is too busy to measure.")
    return {
        ("graft", "plain"): pictures / decoding, ("graft", "changed"): training / changed,
        "doctor": pictures / doctor.seconds, "pictures": pictures,
    }


def case(arguments, threads):
    """The rounds with so many threads, each of them rates by side and kind; and what the peers said of themselves."""
    peers, rounds = {}, []
    with tempfile.TemporaryFile("w+") as errors:
        try:
            for name, (script, reader) in PEERS.items():
                for kind, flags in (("plain", []), ("changed", ["--changed"])):
                    words = command(arguments.python, script, arguments.data, "--threads", threads, "--reader", reader, *flags)
                    peers[name, kind] = Peer(words, errors)
            for number in range(arguments.runs):
                runs = graft(arguments, threads)
                for side, peer in peers.items():
                    if peer.ready["pictures"] != runs["pictures"]:
                        stop(f"{side[0]} reads {peer.ready['pictures']} photos, graft {runs['pictures']}: not the same job.")
                    runs[side] = peer.measure(arguments.seconds)["rate"]
                note(f"{threads} threads, round {number + 1}: "
                     + ", ".join(f"{' '.join(side)} {rate:.0f}" for side, rate in runs.items() if isinstance(side, tuple)))
                rounds.append(runs)
        finally:
            for peer in peers.values():
                peer.end()
    return rounds, {name: peers[name, "plain"].ready for name in PEERS}


def row(threads, kind, rounds):
    rates = {name: [runs[name, kind] for runs in rounds] for name in ("graft", *PEERS)}
    ratios = [runs["graft", kind] / max(runs[name, kind] for name in PEERS) for runs in rounds]
    goal = "–"
    if threads == GOAL_THREADS:
        goal = f"{GOAL}: {'met' if statistics.median(rates['graft']) >= GOAL else 'NOT met'}"
    words = {"plain": "scaled, centre", "changed": "random crop, flip"}[kind]
    return (f"| {threads} | {words} | {' | '.join(spread(values, 0) for values in rates.values())} "
            f"| {spread(ratios, 1, '×')} | {goal} |")


def table(arguments, cases, loads, ready):
    width, height = ready["PyTorch, Pillow"]["size"]
    versions = {found["versions"]: None for found in ready.values()}
    pictures = next(iter(cases.values()))[0]["pictures"]
    return "\n".join([
        "| threads | photos | graft, photos/s | " + " | ".join(PEERS) + " | graft of the fastest peer | goal |",
        "| --- " * (5 + len(PEERS)) + "|",
        *(row(threads, kind, rounds) for threads, rounds in cases.items() for kind in ("plain", "changed")),
        "",
        f"Median (least to most) of {arguments.runs} rounds, ratios within a round; {pictures} photos of {arguments.data.name}, "
        f"{width:.0f} x {height:.0f} pixels on average, to 224 x 224.",
        *(f"graft doctor with {threads} threads, the whole process, which decodes and does not scale: "
          f"{spread([runs['doctor'] for runs in rounds], 0)} photos/s." for threads, rounds in cases.items()),
        f"{processor()}, {os.cpu_count()} cores; load before the start {loads[0]:.1f}, at the end {loads[1]:.1f}; "
        f"graft {graft_version(arguments)}; {'; '.join(versions)}.",
    ])


@contextlib.contextmanager
def cores(count):
    """Keeps what is started within to so many cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_cores)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_cores)


def main():
    arguments = parse()
    # Processes of their own: the two do not load into one.
    check(arguments, "keras, tensorflow", "torch, torchvision, PIL")
    loads, cases = [load()], {}
    for threads in arguments.threads:
        with cores(threads):
            cases[threads], ready = case(arguments, threads)
    loads.append(os.getloadavg()[0])
    result = table(arguments, cases, loads, ready)
    print(result)
    if arguments.output:
        arguments.output.write_text(result + "\n")


if __name__ == "__main__":
    main()
