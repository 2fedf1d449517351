"""Makes Fixtures/gradients.json: gradients of single operations and of whole networks, as PyTorch computes them in float64.

The loss is the sum of the output times a tensor of normal numbers drawn from CounterGenerator(seed: 1, purpose:
"<case>/cotangent"), so that its gradient at the output is that tensor. Inputs and parameters of operations are drawn as in
operations.py, those of networks as in generated.py; BatchNorm runs on its stored statistics, but under "batch_statistics", where
parameters are drawn by their full names and movingVariance is the square of the drawn numbers. Pictures are [N, H, W, C].
Of a network's gradients, the norm and a few samples are kept for each entry.
"""

import torch
import torch.nn.functional as F

import reference
import torch_networks
from counter_generator import CounterGenerator
from operations import ADAPTIVE_POOLINGS, CONVOLUTIONS, NORMALIZATIONS, POOLINGS, drawn, rounded

NETWORKS = ["resnet18.torchvision", "mobilenet_v2.torchvision", "googlenet.torchvision", "squeezenet1_1.torchvision"]
SIZE = (97, 81)


def differentiated(name, shape, parameters, function):
    """The gradients of the input and of each parameter; function takes and gives [N, C, H, W]."""
    picture = drawn(name, "input", shape).requires_grad_()
    leaves = {part: drawn(name, part, extents).requires_grad_() for part, extents in parameters.items()}
    result = function(picture.permute(0, 3, 1, 2), *leaves.values())
    if result.dim() == 4:
        result = result.permute(0, 2, 3, 1)
    (result * drawn(name, "cotangent", list(result.shape))).sum().backward()
    return {
        "case": name, "input": shape, "input_gradient": rounded(picture.grad),
        "gradients": {part: rounded(leaf.grad) for part, leaf in leaves.items()},
    }


def convolution(name, shape, kernel, strides, padding, groups, _then):
    top, bottom, left, right = padding

    def run(picture, weights, bias):
        return F.conv2d(F.pad(picture, (left, right, top, bottom)), weights, bias, strides, groups=groups)

    found = differentiated(name, shape, {"kernel": kernel, "bias": kernel[:1]}, run)
    return {**found, "kernel": kernel, "strides": strides, "padding": padding, "groups": groups}


def pooling(name, shape, reduction, size, stride, padding, rounds_up):
    def run(picture):
        if reduction == "maximum":
            return F.max_pool2d(picture, size, stride, padding[0], ceil_mode=rounds_up)
        return F.avg_pool2d(
            picture, size, stride, padding[0], ceil_mode=rounds_up, count_include_pad=reduction == "averageWithPadding")

    found = differentiated(name, shape, {}, run)
    return {
        **found, "reduction": reduction, "size": size, "stride": stride, "padding": padding, "rounds_up": rounds_up,
    }


def adaptive_pooling(name, shape, output):
    found = differentiated(name, shape, {}, lambda picture: F.adaptive_avg_pool2d(picture, output))
    return {**found, "output": output}


def normalization(name, shape, size, alpha, beta, k):
    found = differentiated(name, shape, {}, lambda picture: F.local_response_norm(picture, size, alpha, beta, k))
    return {**found, "size": size, "alpha": alpha, "beta": beta, "k": k}


def batch_normalization(picture, gamma, beta):
    mean = drawn("batch normalization", "movingMean", [4])
    variance = drawn("batch normalization", "movingVariance", [4]) ** 2
    return F.batch_norm(picture, mean, variance, gamma, beta, eps=1e-3)


def others():
    shape = [2, 3, 5, 4]
    yield differentiated("batch normalization", shape, {"gamma": [4], "beta": [4]}, batch_normalization)
    yield differentiated("relu", shape, {}, F.relu)
    yield differentiated("relu6", shape, {}, lambda picture: F.relu6(4 * picture))
    yield differentiated("sigmoid", shape, {}, torch.sigmoid)
    yield differentiated("leaky relu", shape, {}, lambda picture: F.leaky_relu(picture, 0.1))
    yield differentiated("global average pooling", shape, {}, lambda picture: picture.mean((2, 3)))
    yield differentiated(
        "flatten and dense", [2, 2, 3, 4], {"kernel": [5, 24], "bias": [5]},
        lambda picture, kernel, bias: picture.permute(0, 2, 3, 1).flatten(1) @ kernel.T + bias)
    # One value with three readers.
    yield differentiated(
        "branches", shape, {},
        lambda picture: torch.cat([F.relu(picture), picture + F.max_pool2d(picture, 3, 1, 1)], 1))


MOMENTUM = 0.9


def normalized_by_batch(parts, statistics):
    """BatchNorm by the batch's mean and variance; what becomes of the moving ones, by Keras' rule, goes into statistics."""
    def run(name, picture):
        for part, moments in {
            "movingMean": picture.mean((0, 2, 3)), "movingVariance": picture.var((0, 2, 3), correction=0),
        }.items():
            statistics[f"{name}/{part}"] = MOMENTUM * parts[f"{name}/{part}"] + (1 - MOMENTUM) * moments.detach()
        return F.batch_norm(
            picture, None, None, parts[f"{name}/gamma"], parts[f"{name}/beta"], training=True, eps=1e-3)

    return run


def batch_statistics(name, shape, shapes, function):
    """The gradients of nodes that normalise by the batch, and their moving statistics after one step."""
    parts = {part: drawn(name, part, extents) for part, extents in shapes.items()}
    for part in parts:
        if part.endswith("movingVariance"):
            parts[part] = parts[part] ** 2
        elif not part.endswith("movingMean"):
            parts[part].requires_grad_()
    statistics = {}
    picture = drawn(name, "input", shape).requires_grad_()
    result = function(picture.permute(0, 3, 1, 2), parts, normalized_by_batch(parts, statistics))
    if result.dim() == 4:
        result = result.permute(0, 2, 3, 1)
    (result * drawn(name, "cotangent", list(result.shape))).sum().backward()
    return {
        "case": name, "input": shape, "input_gradient": rounded(picture.grad),
        "gradients": {part: rounded(leaf.grad) for part, leaf in parts.items() if leaf.requires_grad},
        "statistics": {part: rounded(value) for part, value in statistics.items()},
    }


def normalization_parts(name, channels):
    return {f"{name}/{part}": [channels] for part in ("gamma", "beta", "movingMean", "movingVariance")}


def batch_cases():
    yield batch_statistics(
        "batch normalization by the batch", [3, 3, 5, 4], normalization_parts("node", 4),
        lambda picture, parts, normalized: normalized("node", picture))

    def small_network(picture, parts, normalized):
        picture = F.relu(normalized("first/bn", F.conv2d(picture, parts["first/kernel"], padding=1)))
        picture = F.conv2d(picture, parts["second/kernel"], stride=2, padding=1, groups=6)
        picture = F.relu6(normalized("second/bn", picture))
        return picture.mean((2, 3)) @ parts["node/kernel"].T + parts["node/bias"]

    yield batch_statistics(
        "network by the batch", [4, 7, 6, 3], {
            "first/kernel": [6, 3, 3, 3], **normalization_parts("first/bn", 6), "second/kernel": [6, 1, 3, 3],
            **normalization_parts("second/bn", 6), "node/kernel": [5, 6], "node/bias": [5],
        }, small_network)


def network(name):
    model = torch_networks.generate(name).eval().double()
    picture = reference.generated_input(*SIZE).double().requires_grad_()
    logits = model(picture.permute(0, 3, 1, 2))
    values = CounterGenerator(reference.SEED, f"{name}/cotangent").normal(logits.numel())
    (logits * torch.from_numpy(values).double()).sum().backward()

    def summary(gradient):
        flat = gradient.reshape(-1)
        positions = sorted({index * 7919 % len(flat) for index in range(4)})
        return {
            "norm": float(f"{flat.norm().item():.7g}"), "positions": positions,
            "samples": [float(f"{value:.7g}") for value in flat[positions].tolist()],
        }

    entries = {key: summary(leaf.grad) for key, leaf in model.named_parameters() if leaf.grad is not None}
    return {
        "network": name, "height": SIZE[0], "width": SIZE[1], "input_gradient": summary(picture.grad),
        "entries": [{"name": key, **value} for key, value in entries.items()],
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    reference.write(reference.FIXTURES / "gradients.json", {
        "seed": reference.SEED,
        "convolutions": [convolution(*case) for case in CONVOLUTIONS],
        "poolings": [pooling(*case) for case in POOLINGS],
        "adaptive_poolings": [adaptive_pooling(*case) for case in ADAPTIVE_POOLINGS],
        "normalizations": [normalization(*case) for case in NORMALIZATIONS],
        "others": list(others()),
        "batch_statistics": list(batch_cases()),
        "networks": [network(name) for name in NETWORKS],
    })
