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


POOLINGS = [
    # name, input, reduction, size, stride, [top, bottom, left, right], rounds up
    ("maximum", [1, 7, 6, 3], "maximum", 3, 2, [0, 0, 0, 0], False),
    ("maximum with padding", [2, 6, 5, 3], "maximum", 3, 2, [1, 1, 1, 1], False),
    ("maximum, rounding up", [1, 6, 8, 17], "maximum", 3, 2, [0, 0, 0, 0], True),
    ("maximum, rounding up, last window in the padding", [1, 3, 4, 2], "maximum", 2, 2, [1, 1, 1, 1], True),
    ("average", [1, 5, 7, 3], "average", 3, 1, [1, 1, 1, 1], False),
    ("average with padding", [1, 5, 7, 16], "averageWithPadding", 3, 1, [1, 1, 1, 1], False),
]
ADAPTIVE_POOLINGS = [
    # name, input, output height and width
    ("adaptive, smaller", [2, 9, 10, 3], [7, 4]),
    ("adaptive, larger", [1, 5, 6, 3], [7, 7]),
    ("adaptive, equal", [1, 3, 2, 3], [3, 2]),
]
NORMALIZATIONS = [
    # name, input, size, alpha, beta, k
    ("BVLC", [2, 3, 4, 16], 5, 1e-4, 0.75, 1.0),
    ("strong", [1, 4, 3, 7], 5, 0.9, 0.75, 2.0),
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


def pooling(name, shape, reduction, size, stride, padding, rounds_up):
    pictures = drawn(name, "input", shape).permute(0, 3, 1, 2)
    edge = padding[0]
    if reduction == "maximum":
        result = F.max_pool2d(pictures, size, stride, edge, ceil_mode=rounds_up)
    else:
        result = F.avg_pool2d(
            pictures, size, stride, edge, ceil_mode=rounds_up, count_include_pad=reduction == "averageWithPadding")
    result = result.permute(0, 2, 3, 1)
    return {
        "case": name, "input": shape, "reduction": reduction, "size": size, "stride": stride, "padding": padding,
        "rounds_up": rounds_up, "output": list(result.shape), "expected": rounded(result),
    }


def adaptive_pooling(name, shape, output):
    result = F.adaptive_avg_pool2d(drawn(name, "input", shape).permute(0, 3, 1, 2), output).permute(0, 2, 3, 1)
    return {"case": name, "input": shape, "output": list(result.shape), "expected": rounded(result)}


def normalization(name, shape, size, alpha, beta, k):
    result = F.local_response_norm(drawn(name, "input", shape).permute(0, 3, 1, 2), size, alpha, beta, k)
    return {
        "case": name, "input": shape, "size": size, "alpha": alpha, "beta": beta, "k": k,
        "expected": rounded(result.permute(0, 2, 3, 1)),
    }


def others():
    pooled = drawn("global average pooling", "input", [2, 3, 5, 4])
    flat, kernel, bias = drawn("dense", "input", [3, 5]), drawn("dense", "kernel", [4, 5]), drawn("dense", "bias", [4])
    logits = 20 * drawn("softmax", "input", [3, 6])
    squashed = 4 * drawn("sigmoid", "input", [2, 3, 2, 4])
    return [
        {"case": "sigmoid", "note": "of 4 times the drawn numbers", "input": [2, 3, 2, 4], "expected": rounded(squashed.sigmoid())},
        {"case": "global average pooling", "input": [2, 3, 5, 4], "expected": rounded(pooled.mean((1, 2)))},
        {"case": "dense", "input": [3, 5], "kernel": [4, 5], "expected": rounded(flat @ kernel.T + bias)},
        {"case": "softmax", "note": "of 20 times the drawn numbers", "input": [3, 6], "expected": rounded(logits.softmax(1))},
    ]


if __name__ == "__main__":
    reference.write(reference.FIXTURES / "operations.json", {
        "seed": reference.SEED,
        "convolutions": [convolution(*case) for case in CONVOLUTIONS],
        "poolings": [pooling(*case) for case in POOLINGS],
        "adaptive_poolings": [adaptive_pooling(*case) for case in ADAPTIVE_POOLINGS],
        "normalizations": [normalization(*case) for case in NORMALIZATIONS],
        "others": [batch_normalization(), *others()],
    })
