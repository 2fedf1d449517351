"""What the peers of forward_speed.py share: options, the choice of the fastest setting, and measuring when asked.

A peer has settings by their names, for each number of pictures that it computes at one time (--batch). With --choose it
builds the network with each, measures them twice in turn, prints the better rate of each, and ends; without, it builds the
one named by --setting and waits (worker.py).
"""

import argparse
import json
import math
import sys

import worker
from forward_networks import NETWORKS


def parse(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=list(NETWORKS), metavar="NETWORK")
    parser.add_argument("--precision", choices=["f32", "bf16"], required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--batch", type=int, nargs="+", metavar="PICTURES", help="pictures at one time (default: the peer's own)")
    parser.add_argument("--files", metavar="FOLDER", help="where forward_convert.py wrote the network")
    parser.add_argument("--choose", type=float, metavar="SECONDS", help="measure each setting for so long, and end")
    parser.add_argument("--setting", help="the setting to measure with")
    return parser.parse_args()


def rate(batch, step):
    """A measurement in pictures a second, of a step that takes a batch and returns when it is done with its features."""
    total = sum(float(features.sum()) for features in worker.warm_up(step))
    # Also true of infinities and of what is not a number.
    if not math.isfinite(total) or total == 0:
        sys.exit(f"the features are no good: their sum is {total}")

    def measure(seconds):
        # Uncounted: while it waited, others had the caches.
        step()
        return batch / worker.repeat(step, seconds)[0]

    return measure


def run(arguments, settings, build, ready):
    """`build(setting)` returns a function that measures pictures a second for so many seconds."""
    if arguments.choose is None:
        measure = build(settings[arguments.setting])
        worker.serve(lambda seconds: {"rate": measure(seconds)}, ready)
        return
    measures = {name: build(setting) for name, setting in settings.items()}
    rounds = [{name: measure(arguments.choose) for name, measure in measures.items()} for _ in range(2)]
    print(json.dumps({name: max(found[name] for found in rounds) for name in settings}))
