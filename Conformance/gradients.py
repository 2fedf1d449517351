"""Makes Fixtures/gradients.json: gradients of single operations and of whole networks, as PyTorch computes them in float64.

The loss is the sum of the output times a tensor of normal numbers drawn from CounterGenerator(seed: 1, purpose:
"<case>/cotangent"), so that its gradient at the output is that tensor. Inputs and parameters of operations are drawn as in
operations.py, those of networks as in generated.py; BatchNorm runs on its stored statistics. Pictures are [N, H, W, C].
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
    yield differentiated("leaky relu", shape, {}, lambda picture: F.leaky_relu(picture, 0.1))
    yield differentiated("global average pooling", shape, {}, lambda picture: picture.mean((2, 3)))
    yield differentiated(
        "flatten and dense", [2, 2, 3, 4], {"kernel": [5, 24], "bias": [5]},
        lambda picture, kernel, bias: picture.permute(0, 2, 3, 1).flatten(1) @ kernel.T + bias)
    # One value with three readers.
    yield differentiated(
        "branches", shape, {},
        lambda picture: torch.cat([F.relu(picture), picture + F.max_pool2d(picture, 3, 1, 1)], 1))


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
        "networks": [network(name) for name in NETWORKS],
    })
