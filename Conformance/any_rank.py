"""Makes Fixtures/any_rank.json: activations whose gradient needs the argument, inputs that are repeated along axes, learned
numbers, and operations on rows of vectors, forward and backward, as PyTorch computes them in float64.

Inputs, parameters and the cotangent (the gradient at the output) are drawn as in gradients.py. All shapes are those of
Graft: the batch first, channels last. BatchNorm runs on stored statistics, movingVariance is the square of the drawn numbers.
"""

import torch
import torch.nn.functional as F

import reference
from operations import drawn, rounded


def case(name, shape, parameters, function, gain=1):
    numbers = drawn(name, "input", shape).requires_grad_()
    leaves = {part: drawn(name, part, extents).requires_grad_() for part, extents in parameters.items()}
    result = function(gain * numbers, *leaves.values())
    (result * drawn(name, "cotangent", list(result.shape))).sum().backward()
    return {
        "case": name, "input": shape, "gain": gain, "expected": rounded(result.detach()),
        "input_gradient": rounded(numbers.grad),
        "gradients": {part: rounded(leaf.grad) for part, leaf in leaves.items()},
    }


def normalized(name, channels):
    mean, variance = drawn(name, "movingMean", [channels]), drawn(name, "movingVariance", [channels]) ** 2

    def run(numbers, gamma, beta):
        return (numbers - mean) / (variance + 1e-3).sqrt() * gamma + beta

    return run


def cases():
    picture, rows = [2, 3, 5, 4], [2, 6, 4]
    # The gain takes hard functions beyond both of their corners.
    yield case("silu", picture, {}, F.silu, 4)
    yield case("hard swish", picture, {}, F.hardswish, 4)
    yield case("hard sigmoid", picture, {}, F.hardsigmoid, 4)
    yield case("gelu", picture, {}, F.gelu, 2)
    yield case("gelu by tanh", picture, {}, lambda numbers: F.gelu(numbers, approximate="tanh"), 2)
    yield case("gelu of rows", rows, {}, F.gelu)
    yield case("channels times learned numbers", picture, {"value": [4]}, lambda numbers, value: numbers * value)
    yield case("learned column times picture", picture, {"value": [3, 1, 1]}, lambda numbers, value: value * numbers)
    yield case("picture plus learned numbers", picture, {"value": [3, 5, 4]}, lambda numbers, value: numbers + value)
    yield case("rows plus learned numbers", rows, {"value": [4]}, lambda numbers, value: value + numbers)
    yield case(
        "squeeze and excite", picture, {"kernel": [4, 4], "bias": [4]},
        lambda numbers, kernel, bias:
            numbers * torch.sigmoid(numbers.mean((1, 2)) @ kernel.T + bias)[:, None, None, :])
    yield case("square", picture, {}, lambda numbers: numbers * numbers)
    yield case(
        "dense rows", rows, {"kernel": [5, 4], "bias": [5]},
        lambda numbers, kernel, bias: numbers @ kernel.T + bias)
    yield case("normalised rows", rows, {"gamma": [4], "beta": [4]}, normalized("normalised rows", 4))
    yield case(
        "flattened rows", rows, {"kernel": [3, 24], "bias": [3]},
        lambda numbers, kernel, bias: numbers.flatten(1) @ kernel.T + bias)
    yield case("softmax of rows", rows, {}, lambda numbers: numbers.softmax(-1), 3)


if __name__ == "__main__":
    reference.write(reference.FIXTURES / "any_rank.json", {"seed": reference.SEED, "cases": list(cases())})
