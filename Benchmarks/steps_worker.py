"""What both peers of training_speed.py share: options, and steps taken when asked for.

A peer takes steps that do not count, and then, when asked, steps for so many seconds, at least one (worker.py).
"""

import argparse
import sys

import worker

CLASSES = 2
LEARNING_RATE = 1e-4
SIDE = 224


def options(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=["vgg16", "vgg19", "resnet50", "mobilenet_v2"])
    parser.add_argument("--freeze-first", type=int, default=0, metavar="N", help="as Keras counts model.layers")
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    return parser


def serve(step, trained, versions):
    """Measures steps on request; `step` must return only when its work is done."""
    loss = worker.warm_up(step)[-1]
    if not loss == loss:
        sys.exit("the loss is not a number")

    def measure(seconds):
        one, count = worker.repeat(step, seconds)
        return {"step": one, "steps": count}

    worker.serve(measure, {"trained": trained, "versions": versions})
