"""Makes Fixtures/operations.json: single operations, as PyTorch computes them in float64 on float32 inputs.

Every tensor named in a case is drawn from CounterGenerator(seed: 1, purpose: "<case>/<tensor>"), normal numbers in
row-major order. Pictures are [N, H, W, C], convolution kernels [out, in / groups, height, width], dense kernels
[out, in]; padding is [top, bottom, left, right]. `expected` is row-major.
"""

import torch
import torch.nn.functional as F

import reference
from counter_generator import CounterGenerator

CONVOLUTIONS = [
    # name, input, kernel, strides, padding, groups, then
    ("plain", [1, 5, 4, 3], [4, 3, 3, 3], [1, 1], [1, 1, 1, 1], 1, None),
    ("asymmetric padding", [1, 6, 4, 3], [4, 3, 3, 3], [2, 2], [0, 1, 0, 1], 1, "relu6"),
    ("unlike edges", [2, 5, 6, 2], [3, 2, 2, 3], [2, 2], [1, 0, 2, 0], 1, None),
    ("grouped", [1, 4, 4, 4], [6, 2, 3, 3], [1, 1], [0, 0, 0, 0], 2, None),
    ("depthwise", [1, 6, 5, 3], [3, 1, 5, 5], [2, 2], [1, 2, 2, 2], 3, "relu6"),
    ("pointwise with residual", [1, 3, 3, 4], [4, 4, 1, 1], [1, 1], [0, 0, 0, 0], 1, "add input"),
]


def drawn(case, name, shape):
    values = CounterGenerator(reference.SEED, f"{case}/{name}").normal(int(torch.tensor(shape).prod()))
    return torch.from_numpy(values.reshape(shape)).double()


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.reshape(-1).tolist()]


def convolution(name, shape, kernel_shape, strides, padding, groups, then):
    pictures = drawn(name, "input", shape).permute(0, 3, 1, 2)
    kernel, bias = drawn(name, "kernel", kernel_shape), drawn(name, "bias", kernel_shape[:1])
    top, bottom, left, right = padding
    result = F.conv2d(F.pad(pictures, (left, right, top, bottom)), kernel, bias, strides, groups=groups)
    if then == "relu6":
        result = F.relu6(result)
    elif then == "add input":
        result = result + pictures
    result = result.permute(0, 2, 3, 1)
    return {
        "case": name, "input": shape, "kernel": kernel_shape, "bias": True, "strides": strides, "padding": padding,
        "groups": groups, "then": then, "output": list(result.shape), "expected": rounded(result),
    }


def batch_normalization():
    name, shape, epsilon = "batch normalization", [1, 3, 2, 4], 1e-3
    pictures = drawn(name, "input", shape)
    gamma, beta, mean = (drawn(name, part, [4]) for part in ("gamma", "beta", "movingMean"))
    variance = drawn(name, "movingVariance", [4]) ** 2
    result = F.batch_norm(pictures.permute(0, 3, 1, 2), mean, variance, gamma, beta, eps=epsilon).permute(0, 2, 3, 1)
    return {
        "case": name, "note": "movingVariance is the square of the drawn numbers", "input": shape, "epsilon": epsilon,
        "expected": rounded(result),
    }


def others():
    pooled = drawn("global average pooling", "input", [2, 3, 5, 4])
    flat, kernel, bias = drawn("dense", "input", [3, 5]), drawn("dense", "kernel", [4, 5]), drawn("dense", "bias", [4])
    logits = 20 * drawn("softmax", "input", [3, 6])
    return [
        {"case": "global average pooling", "input": [2, 3, 5, 4], "expected": rounded(pooled.mean((1, 2)))},
        {"case": "dense", "input": [3, 5], "kernel": [4, 5], "expected": rounded(flat @ kernel.T + bias)},
        {"case": "softmax", "note": "of 20 times the drawn numbers", "input": [3, 6], "expected": rounded(logits.softmax(1))},
    ]


if __name__ == "__main__":
    reference.write(reference.FIXTURES / "operations.json", {
        "seed": reference.SEED,
        "convolutions": [convolution(*case) for case in CONVOLUTIONS],
        "others": [batch_normalization(), *others()],
    })
