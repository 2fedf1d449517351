"""How long a step of fine-tuning takes, in graft, Keras and PyTorch, and what memory VGG16's head of 4096 takes.

One case is a network, what of it is frozen, and the arithmetic. For each, Keras and PyTorch build the network once and
wait; a round is then graft (`graft plan`, which measures with random features), Keras, PyTorch, one after the other.
Ratios are formed within a round, to the faster peer. The peers run the whole network at each step. graft is compared
twice: with the frozen part computed for each picture of the step, like for like; and without, as it is in every epoch
after the first, where what the frozen part gives is kept. Precisions that this processor emulates are left out.
Standard library only.
"""

import os
import struct
import tempfile
import zlib
from pathlib import Path

import machine
import peers
from peers import Cell, Cells, Peer, Run, command, met, note, stop, values, verdict

# Keras' number of layers to freeze (0: none), and the batch.
CASES = {
    "vgg16": ([(15, "block 5"), (0, "all layers")], 16),
    "vgg19": ([(17, "block 5"), (0, "all layers")], 16),
    "resnet50": ([(143, "conv5"), (0, "all layers")], 16),
    "mobilenet_v2": ([(100, "from layer 100"), (0, "all layers")], 32),
}
PEERS = {"keras": "Keras", "pytorch": "PyTorch"}
MODULES = {"keras": "keras, tensorflow", "pytorch": "torch, torchvision"}
# The goals: never slower, an epoch in an eighth of the time where the boundary is cached, and bytes for the head of 4096.
STEP, EPOCH, HEAD_MEGABYTES = 1, 8, 6000
RATE = 1e-4


def parse():
    parser = peers.options(__doc__, runs=3, limit=300, python="the Python that has Keras, TensorFlow and PyTorch")
    peers.choice(parser, "--networks", CASES)
    peers.choice(parser, "--peers", PEERS)
    peers.choice(parser, "--precisions", ["f32", "bf16"])
    parser.add_argument("--parts", nargs="+", choices=["last", "all"], default=["last", "all"], metavar="PART",
                        help="what is trained: the last part, all layers (default: last all)")
    parser.add_argument("--batch", type=peers.positive, help="pictures a step (default: 16; 32 for mobilenet_v2)")
    parser.add_argument("--threads", type=peers.positive, default=2, help="of every side (default: 2)")
    parser.add_argument("--seconds", type=float, default=1, help="least time of each measurement (default: 1)")
    parser.add_argument("--no-memory", action="store_true", help="leave VGG16's head of 4096 out")
    return parser.parse_args()


def cases(arguments):
    """The network, the layers that are frozen, the part's name, the arithmetic and the batch of each row."""
    for network in arguments.networks:
        parts, batch = CASES[network]
        for freeze, part in parts:
            for precision in arguments.precisions if ("last" if freeze else "all") in arguments.parts else ():
                yield network, freeze, part, precision, arguments.batch or batch


def count(arguments):
    """How many cells there are: graft and the peers for each row, the networks' weights, and the memory with its own."""
    rows = sum(1 for *_, precision, _ in cases(arguments) if not machine.emulated(precision))
    return rows * (1 + len(arguments.peers)) + len(arguments.networks) + (0 if arguments.no_memory else 2)


def picture(path, shade):
    """A PNG of 224 by 224 pixels."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(
        b"\0" + bytes(value for x in range(224) for value in ((x + shade) % 256, (y * shade) % 256, shade)) for y in range(224)
    )
    header = struct.pack(">IIBBBBB", 224, 224, 8, 2, 0, 0, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def data(folder, training):
    """Pictures of two classes: so many to train on, and four to validate on."""
    for part, count in (("train", training), ("validation", 4)):
        for index in range(count):
            picture(folder / part / "ab"[index % 2] / f"{index}.png", 1 + index + (128 if part == "validation" else 0))
    return folder


def weights(arguments, folder, network):
    """The file of random weights for graft, which Keras writes."""
    path = folder / f"{network}.weights.h5"
    if not path.exists():
        Run(Cell(arguments.limit), command(arguments.python, "keras_steps.py", network, "--save", path))
    return path


def plan(arguments, cell, folder, network, freeze, precision, batch):
    """graft's seconds of a step, of the frozen part for a step's pictures, its trained parameters and memory."""
    recipe = folder / "recipe.yaml"
    train = f"{{freeze-first: {freeze}}}" if freeze else "all"
    recipe.write_text(
        f"name: steps\nstages:\n  - name: steps\n    train: {train}\n    batch-size: {batch}\n    learning-rate: {RATE}\n"
    )
    pictures = folder / f"pictures-{batch}"
    if not pictures.exists():
        data(pictures, batch)
    run = Run(cell, [
        arguments.graft, "plan", pictures, "--base", f"{network}.keras", "--weights", weights(arguments, folder, network),
        "--recipe", recipe, "--precision", precision, "--threads", arguments.threads,
        "--measure-seconds", arguments.seconds, "--json",
    ])
    outline = run.result
    stage = outline["stages"][0]
    head = sum(layer["parameters"] for layer in stage["layers"] if layer["name"].startswith("head"))
    frozen = stage["frozenSeconds"] / (outline["training"] + outline["validation"]) * batch if freeze else 0.0
    return {
        "step": stage["stepSeconds"], "frozen": frozen, "trained": stage["trainedParameters"] - head,
        "megabytes": stage["workingBytes"] / 1e6,
    }


def case(arguments, folder, network, freeze, precision, batch):
    """The cells of one row; its rounds, each of them the measurements by side; and the peers' versions."""
    options = [network, "--freeze-first", freeze, "--precision", precision, "--batch", batch, "--threads", arguments.threads]
    cells, started = Cells(arguments.limit), {}
    if cells.leave_out("graft", precision):
        return cells, [], []
    weights(arguments, folder, network)
    with tempfile.TemporaryFile("w+") as errors:
        try:
            for name in arguments.peers:
                words = command(arguments.python, f"{name}_steps.py", *options)
                peer = cells.take(name, lambda cell: Peer(cell, words, errors))
                started |= {name: peer} if peer else {}
            work = {"graft": lambda cell: plan(arguments, cell, folder, network, freeze, precision, batch)}
            work |= {name: lambda cell, peer=peer: peer.measure(arguments.seconds) for name, peer in started.items()}
            rounds = []
            for number in range(arguments.runs):
                runs = cells.in_turn(work)
                note(f"{network}, first {freeze} frozen, {precision}, round {number + 1}: "
                     + ", ".join(f"{side} {run['step']:.3f} s" for side, run in runs.items())
                     + (f", graft's frozen part {runs['graft']['frozen']:.3f} s" if freeze and "graft" in runs else ""))
                rounds.append(runs)
        finally:
            for peer in started.values():
                peer.end()
    for name, peer in started.items():
        theirs = peer.ready["trained"]
        # torchvision's ResNet has no biases before its BatchNorms.
        for ours in values(rounds[:1], "graft", lambda run: run["trained"]):
            if abs(ours - theirs) > 0.01 * theirs:
                stop(f"graft trains {ours} parameters of {network}, {name} {theirs}: not the same network or part.")
    return cells, cells.measured(rounds), [peer.ready["versions"] for peer in started.values()]


def row(network, part, precision, batch, freeze, cells, rounds):
    def better(parts):
        """The faster peer's step by the sum of graft's parts."""
        pairs = [
            (min(run["step"] for side, run in runs.items() if side != "graft"), sum(runs["graft"][part] for part in parts))
            for runs in rounds if "graft" in runs and len(runs) > 1
        ]
        return [theirs / ours for theirs, ours in pairs]

    like = verdict(better(["step", "frozen"]), STEP)
    cached = verdict(better(["step"]), EPOCH) if freeze else "nothing is frozen | –"
    peaks = {side: max(values(rounds, side, lambda run: run["megabytes"]), default=None) for side in ("graft", *PEERS)}
    memory = " / ".join(f"{megabytes:.0f}" if megabytes else "–" for megabytes in peaks.values())
    columns = [
        cells.show("graft", values(rounds, "graft", lambda run: run["step"] + run["frozen"]), 3),
        *(cells.show(side, values(rounds, side, lambda run: run["step"]), 3) for side in ("graft", *PEERS)),
    ]
    return f"| {network}, {part}, {precision}, {batch} | {' | '.join(columns)} | {like} | {cached} | {memory} |"


def head_memory(arguments, folder):
    """The line about the peak memory of a training of VGG16 with flatten and a dense layer of 4096."""
    words = [
        arguments.graft, "train", data(folder / "handful", 8), "--base", "vgg16.keras",
        "--weights", weights(arguments, folder, "vgg16"), "--recipe", "features", "--head", "flatten-4096", "--epochs", 1,
        "--threads", arguments.threads, "--no-cache", "--no-checkpoint", "--output", folder / "head.graft", "--json",
    ]
    cells, job = Cells(arguments.limit), "VGG16, flatten and dense 4096, one epoch of `graft train`"
    run = cells.take("graft", lambda cell: Run(cell, words, {"GRAFT_HOME": str(folder / "home")}))
    if not run:
        return f"{job}: {cells.words['graft']}."
    return (f"{job}: peak {run.megabytes:.0f} MB in {run.seconds:.1f} s; "
            f"goal below {HEAD_MEGABYTES} MB: {met(run.megabytes < HEAD_MEGABYTES)}.")


def main():
    arguments = parse()
    loads = [peers.begin(arguments, count(arguments), *(MODULES[name] for name in arguments.peers))]
    lines, versions = [], []
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        folder = Path(folder)
        for network, freeze, part, precision, batch in cases(arguments):
            cells, rounds, found = case(arguments, folder, network, freeze, precision, batch)
            lines.append(row(network, part, precision, batch, freeze, cells, rounds))
            versions += found
        memory = [] if arguments.no_memory else [head_memory(arguments, folder)]
    loads.append(os.getloadavg()[0])
    peers.publish(
        arguments,
        "| network, trained part, arithmetic, batch | graft, frozen part and step, s | graft, step alone, s | Keras, step, s "
        "| PyTorch, step, s | better peer, like for like | goal | better peer, boundary cached | goal | MB |",
        "| --- " * 10 + "|",
        *lines,
        "",
        f"Median (least to most) of {arguments.runs} rounds, ratios within a round; {arguments.threads} threads a side.",
        "MB: graft's parameters, gradients, optimizer and feature maps / peak of Keras' / of PyTorch's process.",
        *memory,
        peers.footer(arguments, loads, *versions),
    )


if __name__ == "__main__":
    main()
