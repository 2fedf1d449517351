"""How long a step of fine-tuning takes, in graft, Keras and PyTorch, and what memory VGG16's head of 4096 takes. Standard library only.

One case is a network, what of it is frozen, and the arithmetic. For each, Keras and PyTorch build the network once and
wait; a round is then graft (`graft plan`, which measures with random features), Keras, PyTorch, one after the other.
Ratios are formed within a round, to the faster peer. The peers run the whole network at each step. graft is compared
twice: with the frozen part computed for each picture of the step, like for like; and without, as it is in every epoch
after the first, where what the frozen part gives is kept.
"""

import argparse
import os
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from compare import HERE, Run, processor, spread, stop
from peers import Peer, check, command, graft_version, load, note, verdict

# Keras' number of layers to freeze (0: none), and the batch.
CASES = {
    "vgg16": ([(15, "block 5"), (0, "all layers")], 16),
    "vgg19": ([(17, "block 5"), (0, "all layers")], 16),
    "resnet50": ([(143, "conv5"), (0, "all layers")], 16),
    "mobilenet_v2": ([(100, "from layer 100"), (0, "all layers")], 32),
}
PEERS = {"Keras": "keras_steps.py", "PyTorch": "pytorch_steps.py"}
# The goals: never slower, an epoch in an eighth of the time where the boundary is cached, and bytes for the head of 4096.
STEP, EPOCH, HEAD_MEGABYTES = 1, 8, 6000
RATE = 1e-4


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graft", type=Path, default=HERE.parent / ".build" / "release" / "graft")
    parser.add_argument("--python", type=Path, required=True, help="the Python that has Keras, TensorFlow and PyTorch")
    parser.add_argument("--networks", nargs="*", choices=list(CASES), default=list(CASES), metavar="NETWORK",
                        help=f"which of {', '.join(CASES)} (default: all; none: the memory only)")
    parser.add_argument("--precisions", nargs="+", choices=["f32", "bf16"], default=["f32", "bf16"])
    parser.add_argument("--runs", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--seconds", type=float, default=1, help="least time of each measurement (default: 1)")
    parser.add_argument("--batch", type=int, help="pictures a step (default: 16; 32 for mobilenet_v2)")
    parser.add_argument("--threads", type=int, default=2, help="threads of every side (default: 2)")
    parser.add_argument("--no-memory", action="store_true", help="leave VGG16's head of 4096 out")
    parser.add_argument("--output", type=Path, help="write the tables to this file too")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("at least 1 round is needed")
    return arguments


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
    """The file of random weights for graft."""
    path = folder / f"{network}.weights.h5"
    if not path.exists():
        done = subprocess.run(command(arguments.python, PEERS["Keras"], network, "--save", path), capture_output=True, text=True)
        if done.returncode != 0:
            stop(f"Keras could not write the weights of {network}:\n{done.stderr[-2000:]}")
    return path


def plan(arguments, folder, network, freeze, precision, batch):
    """graft's seconds of a step, of the frozen part for a step's pictures, its trained parameters and memory."""
    recipe = folder / "recipe.yaml"
    train = f"{{freeze-first: {freeze}}}" if freeze else "all"
    recipe.write_text(
        f"name: steps\nstages:\n  - name: steps\n    train: {train}\n    batch-size: {batch}\n    learning-rate: {RATE}\n"
    )
    pictures = folder / f"pictures-{batch}"
    if not pictures.exists():
        data(pictures, batch)
    run = Run([
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
    """The rounds of one case, each of them the measurements by side; and the peers' versions."""
    options = [network, "--freeze-first", freeze, "--precision", precision, "--batch", batch, "--threads", arguments.threads]
    peers, rounds = {}, []
    with tempfile.TemporaryFile("w+") as errors:
        try:
            for name, script in PEERS.items():
                peers[name] = Peer(command(arguments.python, script, *options), errors)
            for number in range(arguments.runs):
                runs = {"graft": plan(arguments, folder, network, freeze, precision, batch)}
                runs |= {name: process.measure(arguments.seconds) for name, process in peers.items()}
                note(f"{network}, first {freeze} frozen, {precision}, round {number + 1}: "
                     + ", ".join(f"{side} {run['step']:.3f} s" for side, run in runs.items())
                     + (f", graft's frozen part {runs['graft']['frozen']:.3f} s" if freeze else ""))
                rounds.append(runs)
        finally:
            for process in peers.values():
                process.end()
    for name, process in peers.items():
        ours, theirs = rounds[0]["graft"]["trained"], process.ready["trained"]
        # torchvision's ResNet has no biases before its BatchNorms.
        if abs(ours - theirs) > 0.01 * theirs:
            stop(f"graft trains {ours} parameters of {network}, {name} {theirs}: not the same network or part.")
    return rounds, [process.ready["versions"] for process in peers.values()]


def row(network, part, precision, batch, freeze, rounds):
    best = [min(runs[name]["step"] for name in PEERS) for runs in rounds]
    whole = [runs["graft"]["step"] + runs["graft"]["frozen"] for runs in rounds]
    step = [runs["graft"]["step"] for runs in rounds]
    like = verdict([theirs / ours for theirs, ours in zip(best, whole)], STEP)
    cached = verdict([theirs / ours for theirs, ours in zip(best, step)], EPOCH) if freeze else "nothing is frozen | –"
    memory = " / ".join(f"{max(runs[side]['megabytes'] for runs in rounds):.0f}" for side in ("graft", *PEERS))
    columns = [spread(whole, 3), spread(step, 3), *(spread([runs[name]["step"] for runs in rounds], 3) for name in PEERS)]
    return f"| {network}, {part}, {precision}, {batch} | {' | '.join(columns)} | {like} | {cached} | {memory} |"


def head_memory(arguments, folder):
    """The line about the peak memory of a training of VGG16 with flatten and a dense layer of 4096."""
    run = Run([
        arguments.graft, "train", data(folder / "handful", 8), "--base", "vgg16.keras",
        "--weights", weights(arguments, folder, "vgg16"), "--recipe", "features", "--head", "flatten-4096", "--epochs", 1,
        "--threads", arguments.threads, "--no-cache", "--no-checkpoint", "--output", folder / "head.graft", "--json",
    ], {"GRAFT_HOME": str(folder / "home")})
    met = "met" if run.megabytes < HEAD_MEGABYTES else "NOT met"
    return (f"VGG16, flatten and dense 4096, one epoch of `graft train`: peak {run.megabytes:.0f} MB in {run.seconds:.1f} s; "
            f"goal below {HEAD_MEGABYTES} MB: {met}.")


def main():
    arguments = parse()
    # Processes of their own: the two do not load into one.
    check(arguments, "keras, tensorflow", "torch, torchvision")
    loads, lines, versions = [load()], [], []
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        folder = Path(folder)
        for network in arguments.networks:
            parts, batch = CASES[network]
            batch = arguments.batch or batch
            for freeze, part in parts:
                for precision in arguments.precisions:
                    rounds, versions = case(arguments, folder, network, freeze, precision, batch)
                    lines.append(row(network, part, precision, batch, freeze, rounds))
        memory = [] if arguments.no_memory else [head_memory(arguments, folder)]
    loads.append(os.getloadavg()[0])
    result = "\n".join([
        "| network, trained part, arithmetic, batch | graft, frozen part and step, s | graft, step alone, s | Keras, step, s "
        "| PyTorch, step, s | better peer, like for like | goal | better peer, boundary cached | goal | MB |",
        "| --- " * 10 + "|",
        *lines,
        "",
        f"Median (least to most) of {arguments.runs} rounds, ratios within a round; {arguments.threads} threads a side.",
        "MB: graft's parameters, gradients, optimizer and feature maps / peak of Keras' / of PyTorch's process.",
        *memory,
        f"{processor()}, {os.cpu_count()} cores; load before the start {loads[0]:.1f}, at the end {loads[1]:.1f}; "
        f"graft {graft_version(arguments)}; {'; '.join(versions) or 'no peers'}.",
    ])
    print(result)
    if arguments.output:
        arguments.output.write_text(result + "\n")


if __name__ == "__main__":
    main()
