"""What the cores can do: operations a second of a large matrix product in f32, bf16 and int8, as PyTorch (oneDNN) computes it.

An operation is a multiplication or an addition. The best of all repetitions counts, for f32 and bf16 also that of the
same product as a convolution of 1x1, which may take another implementation. Prints one JSON object.
"""

import argparse
import json
import time

import torch

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--size", type=int, default=4096, help="rows and columns of each matrix (default: 4096)")
parser.add_argument("--repetitions", type=int, default=5)
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
size = arguments.size


def best(product):
    product()
    seconds = []
    for _ in range(arguments.repetitions):
        begun = time.perf_counter()
        product()
        seconds.append(time.perf_counter() - begun)
    return 2 * size**3 / min(seconds)


def floating(dtype):
    left, right = (torch.randn(size, size).to(dtype) for _ in range(2))
    kernel = torch.randn(size, size, 1, 1).to(dtype, memory_format=torch.channels_last)
    maps = torch.randn(1, size, 64, size // 64).to(dtype, memory_format=torch.channels_last)
    return max(best(lambda: torch.mm(left, right)), best(lambda: torch.nn.functional.conv2d(maps, kernel)))


def integers():
    left, right = (torch.randint(-128, 128, (size, size), dtype=torch.int8) for _ in range(2))
    return best(lambda: torch._int_mm(left, right))


with torch.inference_mode():
    rates = {"f32": floating(torch.float32), "bf16": floating(torch.bfloat16), "int8": integers()}
print(json.dumps(rates))
