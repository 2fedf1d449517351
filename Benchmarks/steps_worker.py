"""What both peers of training_speed.py share: options, and steps taken when asked for.

A peer builds its network once, takes two steps that do not count, prints one JSON object, and then, for each line on
standard input, takes steps for the seconds on that line, at least one, and prints what one took.
"""

import argparse
import json
import resource
import sys
import time

CLASSES = 2
LEARNING_RATE = 1e-4
SIDE = 224


def options(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=["vgg16", "resnet50", "mobilenet_v2"])
    parser.add_argument("--freeze-first", type=int, default=0, metavar="N", help="as Keras counts model.layers")
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    return parser


def serve(step, trained, versions):
    """Measures steps on request; `step` must return only when its work is done."""
    for _ in range(2):
        loss = step()
    if not loss == loss:
        sys.exit("the loss is not a number")
    print(json.dumps({"trained": trained, "versions": versions}), flush=True)
    for line in sys.stdin:
        seconds, count, begun = float(line), 0, time.perf_counter()
        while True:
            step()
            count += 1
            elapsed = time.perf_counter() - begun
            if elapsed >= seconds:
                break
        # Linux counts kilobytes, macOS bytes.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
        print(json.dumps({"step": elapsed / count, "steps": count, "megabytes": peak}), flush=True)
