"""What the cores can do: operations a second of matrix products in f32, bf16 and int8, as PyTorch (oneDNN) computes them.

An operation is a multiplication or an addition. Each thread has a product of its own, so that none waits for another,
repeats it for some seconds, and its best repetition counts; for f32 and bf16 also that of the same product as a convolution
of 1x1, which may take another implementation. Prints one JSON object.
"""

import argparse
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--size", type=int, default=2048, help="rows and columns of each matrix (default: 2048)")
parser.add_argument("--seconds", type=float, default=2, help="of each product (default: 2)")
parser.add_argument("--precisions", nargs="+", choices=["f32", "bf16", "int8"], required=True)
arguments = parser.parse_args()
# Read when PyTorch is loaded, and true of every thread.
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

import torch  # noqa: E402

size = arguments.size


def best(product):
    """Operations a second of all threads together."""
    def alone(_):
        with torch.inference_mode():
            product()
            seconds, ended = [], time.perf_counter() + arguments.seconds
            while not seconds or time.perf_counter() < ended:
                begun = time.perf_counter()
                product()
                seconds.append(time.perf_counter() - begun)
        return 2 * size**3 / min(seconds)

    with ThreadPoolExecutor(arguments.threads) as pool:
        return sum(pool.map(alone, range(arguments.threads)))


def floating(dtype):
    left, right = (torch.randn(size, size).to(dtype) for _ in range(2))
    kernel = torch.randn(size, size, 1, 1).to(dtype, memory_format=torch.channels_last)
    # Several pictures: of one in f32, PyTorch makes a product again.
    maps = torch.randn(16, size, 16, size // 256).to(dtype, memory_format=torch.channels_last)
    return max(best(lambda: torch.mm(left, right)), best(lambda: torch.nn.functional.conv2d(maps, kernel)))


def integers():
    left, right = (torch.randint(-128, 128, (size, size), dtype=torch.int8) for _ in range(2))
    return best(lambda: torch._int_mm(left, right))


measures = {"f32": lambda: floating(torch.float32), "bf16": lambda: floating(torch.bfloat16), "int8": integers}
print(json.dumps({precision: measures[precision]() for precision in arguments.precisions}))
