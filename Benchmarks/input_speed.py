"""Photos a second from files to a network's input, in graft, PyTorch and Keras. Prints one table. Standard library only.

Photos are read, decoded, scaled and cut to 224 pixels, once as they are and once with a random crop and a flip, with one
thread or worker process and with two; on Linux all sides have as many cores as threads. The peers go over all photos again
and again, in a process each that waits for its turn. graft's seconds are those that `graft train` counts as decoding, apart
from the network, which is a small one.
"""

import os
import statistics
import tempfile
from pathlib import Path

import machine
import peers
from peers import SHARED, Cells, Peer, Run, command, met, note, spread, stop

NETWORK = "mobilenet_v1_025.pytorch"
PEERS = {
    "pytorch-pillow": "PyTorch, Pillow", "pytorch-torchvision": "PyTorch, torchvision.io", "keras-pillow": "Keras",
}
MODULES = {"pytorch": "torch, torchvision, PIL", "keras": "keras, tensorflow"}
KINDS = {"plain": "scaled, centre", "changed": "random crop, flip"}
# graft's augmentation, torchvision's RandomResizedCrop and flip.
AUGMENTATION = "flip,crop=0.08"
# The goal: photos a second on two cores.
GOAL, GOAL_THREADS = 600, 2


def parse():
    parser = peers.options(__doc__, runs=5, limit=300, python="the Python that has Keras, TensorFlow and PyTorch")
    peers.choice(parser, "--peers", PEERS)
    peers.choice(parser, "--kinds", KINDS)
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "cats_and_dogs", help="train/ and validation/")
    parser.add_argument("--weights", type=Path, help=f"weights of {NETWORK}",
                        default=SHARED / "weights" / "mobilenetV1X0.25_pretrain.pth.tar")
    parser.add_argument("--threads", type=peers.positive, nargs="+", default=[1, 2], help="of every side (default: 1 2)")
    parser.add_argument("--seconds", type=float, default=5, help="least time of each measurement of a peer (default: 5)")
    return parser.parse_args()


def train(arguments, cell, folder, threads, augmentation=None):
    """A run of `graft train` of a head for one epoch, which caches nothing."""
    recipe = folder / "recipe.yaml"
    changes = f", augment: '{augmentation}', variants: 1" if augmentation else ""
    recipe.write_text(f"name: input\nstages:\n  - {{name: head, train: head, epochs: 1{changes}}}\n")
    return Run(cell, [
        arguments.graft, "train", arguments.data, "--base", NETWORK, "--weights", arguments.weights, "--recipe", recipe,
        "--threads", threads, "--no-cache", "--no-checkpoint", "--json", "-o", folder / "model.graft",
    ])


def graft(arguments, cell, threads):
    """Photos a second as they are and changed; and decoded alone, in a process from its start."""
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        plain = train(arguments, cell, Path(folder), threads)
        varied = train(arguments, cell, Path(folder), threads, AUGMENTATION)
    doctor = Run(cell, [arguments.graft, "doctor", arguments.data, "--threads", threads, "--json"])
    pictures, training = plain.events("features")[-1]["total"], varied.events("features")[0]["total"]
    decoding = plain.result["seconds"]["decode"]
    # The second run reads the photos to validate on as they are, too. Seconds are those of a thread, of which all are at work.
    changed = varied.result["seconds"]["decode"] - decoding * (pictures - training) / pictures
    if changed <= 0:
        stop("changed photos took graft no time: the machine is too busy to measure.")
    return {
        "plain": pictures / decoding, "changed": training / changed, "doctor": pictures / doctor.seconds, "pictures": pictures,
    }


def case(arguments, threads):
    """The cells with so many threads; the rounds, each of them rates by side and kind; what the peers said of themselves."""
    cells, started = Cells(arguments.limit), {}
    with tempfile.TemporaryFile("w+") as errors:
        try:
            for side in ((name, kind) for name in arguments.peers for kind in arguments.kinds):
                (framework, reader), flags = side[0].split("-"), ["--changed"] if side[1] == "changed" else []
                words = command(arguments.python, f"{framework}_input.py", arguments.data, "--threads", threads,
                                "--reader", reader, *flags)
                peer = cells.take(side, lambda cell: Peer(cell, words, errors))
                started |= {side: peer} if peer else {}
            work = {"graft": lambda cell: graft(arguments, cell, threads)}
            work |= {side: lambda cell, peer=peer: peer.measure(arguments.seconds)["rate"] for side, peer in started.items()}
            rounds = [one_round(cells, work, started, threads, number) for number in range(arguments.runs)]
        finally:
            for peer in started.values():
                peer.end()
    return cells, cells.measured(rounds), {name: peer.ready for (name, _), peer in started.items()}


def one_round(cells, work, started, threads, number):
    """The peers' rates by side and kind, and what graft has measured."""
    runs = cells.in_turn(work)
    for (name, _), peer in started.items():
        if "graft" in runs and peer.ready["pictures"] != runs["graft"]["pictures"]:
            stop(f"{name} reads {peer.ready['pictures']} photos, graft {runs['graft']['pictures']}: not the same job.")
    words = [f"{' '.join(side)} {rate:.0f}" for side, rate in runs.items() if side != "graft"]
    words += [f"graft {kind} {runs['graft'][kind]:.0f}" for kind in KINDS if "graft" in runs]
    note(f"{threads} threads, round {number + 1}: {', '.join(words)}")
    return runs


def ours(rounds, key):
    return peers.values(rounds, "graft", lambda run: run[key])


def row(threads, kind, cells, rounds):
    figures = [cells.show("graft", ours(rounds, kind), 0)]
    figures += [cells.show((name, kind), peers.values(rounds, (name, kind), float), 0) for name in PEERS]
    best = [max((runs[name, kind] for name in PEERS if (name, kind) in runs), default=0) for runs in rounds]
    compared = [runs["graft"][kind] / fastest for runs, fastest in zip(rounds, best) if fastest and "graft" in runs]
    goal = "–"
    if threads == GOAL_THREADS and ours(rounds, kind):
        goal = f"{GOAL}: {met(statistics.median(ours(rounds, kind)) >= GOAL)}"
    return f"| {threads} | {KINDS[kind]} | {' | '.join(figures)} | {spread(compared, 1, '×')} | {goal} |"


def table(arguments, cases, loads):
    ready = {name: found for _, _, said in cases.values() for name, found in said.items()}
    sizes = [f"{width:.0f} x {height:.0f} pixels on average" for width, height in (
        found["size"] for found in ready.values() if "size" in found)]
    counts = [count for _, rounds, _ in cases.values() for count in ours(rounds, "pictures")]
    data = " ".join([*(f"{count:.0f} photos of" for count in counts[:1]), arguments.data.name])
    return [
        "| threads | photos | graft, photos/s | " + " | ".join(PEERS.values()) + " | graft of the fastest peer | goal |",
        "| --- " * (5 + len(PEERS)) + "|",
        *(row(threads, kind, cells, rounds) for threads, (cells, rounds, _) in cases.items() for kind in arguments.kinds),
        "",
        f"Median (least to most) of {arguments.runs} rounds, ratios within a round; {', '.join([data, *sizes[:1]])}, "
        "to 224 x 224.",
        *(f"graft doctor with {threads} threads, the whole process, which decodes and does not scale: "
          f"{spread(ours(rounds, 'doctor'), 0)} photos/s." for threads, (_, rounds, _) in cases.items()),
        peers.footer(arguments, loads, *(found["versions"] for found in ready.values())),
    ]


def main():
    arguments = parse()
    modules = dict.fromkeys(MODULES[name.split("-")[0]] for name in arguments.peers)
    loads = [peers.begin(arguments, len(arguments.threads) * (1 + len(arguments.peers) * len(arguments.kinds)), *modules)]
    peers.need(arguments.data / "train", arguments.data / "validation", arguments.weights, hint="see --data and --weights")
    cases = {}
    for threads in arguments.threads:
        with machine.only(threads):
            cases[threads] = case(arguments, threads)
    loads.append(os.getloadavg()[0])
    peers.publish(arguments, *table(arguments, cases, loads))


if __name__ == "__main__":
    main()
