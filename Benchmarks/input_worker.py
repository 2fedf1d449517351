"""What the peers of input_speed.py share: options, and passes over all pictures when asked for."""

import argparse
from pathlib import Path

import worker

SIDE, LARGER, BATCH = 224, 256, 32


def parse(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with train/ and validation/")
    parser.add_argument("--changed", action="store_true", help="a random crop and a flip")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--reader", choices=["pillow", "torchvision"], default="pillow")
    return parser.parse_args()


def serve(batches, ready):
    """Measures passes over `batches()`, which have their pictures first, after one that does not count."""
    def whole_pass():
        return sum(len(pictures) for pictures, *_ in batches())

    count = whole_pass()
    worker.serve(
        lambda seconds: {"rate": count / worker.repeat(whole_pass, seconds)[0]}, ready | {"pictures": count}
    )
