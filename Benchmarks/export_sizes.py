"""The size of each exported file of a model, and the time that each export takes.

    export_sizes.py [MODEL...] [--data FOLDER] [--graft GRAFT] [--runs 3]

Without a model one is trained on the features of the default network for the pictures in FOLDER.

Times are of the whole command without the proof by another program, the least of the runs.
"""

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import machine

FORMATS = [
    ("ONNX", "m.onnx", ["--to", "onnx"]),
    ("ONNX, kernels in 16 bits", "m.onnx", ["--to", "onnx", "--half"]),
    ("Keras", "m.keras", ["--to", "keras"]),
    ("safetensors", "m.safetensors", ["--to", "safetensors"]),
    ("safetensors in 16 bits", "m.safetensors", ["--to", "safetensors", "--half"]),
    ("web page, 16 bits", "m.html", ["--to", "web"]),
    ("web page, 8 bits", "m.html", ["--to", "web", "--int8"]),
    ("web folder, 16 bits", "site", ["--to", "web", "--folder"]),
]


def size(path):
    """The bytes of a file, or of all files of a folder."""
    return sum(entry.stat().st_size for entry in path.rglob("*")) if path.is_dir() else path.stat().st_size


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="*")
    parser.add_argument("--data", default="../shared/data/flowers", help="the pictures to train on, where no model is given")
    parser.add_argument("--graft", default=".build/release/graft")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if not options.model and not Path(options.data).is_dir():
        raise SystemExit(f"{options.data} is not there: name a model, or pictures with --data")
    print(machine.line(), "\n")
    print("| model | format | MB | seconds |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        if not options.model:
            options.model = [f"{place}/efficientnet_lite0.graft"]
            subprocess.run(
                [options.graft, "train", options.data, "--recipe", "features", "--no-checkpoint", "-o", options.model[0]],
                check=True, stdout=subprocess.DEVNULL)
        table(options)


def table(options):
    for model in options.model:
        for name, target, arguments in FORMATS:
            seconds = []
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / target
                for _ in range(options.runs):
                    start = time.perf_counter()
                    subprocess.run(
                        [options.graft, "export", model, *arguments, "--no-proof", "-o", str(path)], check=True,
                        stdout=subprocess.DEVNULL)
                    seconds.append(time.perf_counter() - start)
                print(f"| {Path(model).stem} | {name} | {size(path) / 1e6:.1f} | {min(seconds):.2f} |", flush=True)


if __name__ == "__main__":
    main()
