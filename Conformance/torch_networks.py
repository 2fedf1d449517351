"""Networks of torchvision and of paper_networks.py, with generated weights, and what they compute."""

from dataclasses import dataclass
from typing import Callable

import torch
import torchvision
from torch import nn
from torchvision import models

import paper_networks
from generated import Entry

_TORCHVISION = f"torchvision {torchvision.__version__.split('+')[0]}"
_OWN = "own PyTorch from the paper"


@dataclass(frozen=True)
class TorchNetwork:
    build: Callable[[], nn.Module]
    layers: tuple  # modules whose outputs the fixture holds
    last: str = ""  # the module whose output is pooled into the features; without it, model.features computes it
    native_size: int = 224
    top_at_any_size: bool = True
    source: str = _TORCHVISION


def _vgg(name):
    model = getattr(models, name)
    with torch.device("meta"):
        pools = [f"features.{i}" for i, layer in enumerate(model().features) if isinstance(layer, nn.MaxPool2d)]
    # The first ReLU, the pools after the second and the last block.
    relu = "features.2" if name.endswith("_bn") else "features.1"
    return TorchNetwork(model, (relu, pools[1], pools[2], pools[4]), "features")


def _resnet(name):
    return TorchNetwork(getattr(models, name), ("maxpool", "layer1", "layer2", "layer4"), "layer4")


def _own(build, layers, **others):
    return TorchNetwork(build, layers, source=_OWN, **others)


NETWORKS = {
    **{f"{name}.torchvision": _vgg(name) for depth in (11, 13, 16, 19) for name in (f"vgg{depth}", f"vgg{depth}_bn")},
    **{f"resnet{depth}.torchvision": _resnet(f"resnet{depth}") for depth in (18, 34, 50, 101)},
    "googlenet.torchvision": TorchNetwork(
        lambda: models.googlenet(init_weights=False, aux_logits=True, transform_input=False),
        ("maxpool1", "inception3a", "inception4a", "inception5b"), "inception5b",
    ),
    "inception_v3.torchvision": TorchNetwork(
        lambda: models.inception_v3(init_weights=False, aux_logits=True, transform_input=False),
        ("Mixed_5d", "Mixed_6a", "Mixed_6e", "Mixed_7a", "Mixed_7c"), "Mixed_7c", native_size=299,
    ),
    "mobilenet_v2.torchvision": TorchNetwork(
        models.mobilenet_v2, ("features.0", "features.2", "features.3", "features.14"), "features"
    ),
    "squeezenet1_1.torchvision": TorchNetwork(
        models.squeezenet1_1, ("features.2", "features.4", "features.8", "features.12"), "features"
    ),
    "vgg_a_lrn.pytorch": _own(
        lambda: paper_networks.VGG("a_lrn"), ("block1_pool", "block3_pool", "block5_pool"), top_at_any_size=False
    ),
    "vgg_c.pytorch": _own(
        lambda: paper_networks.VGG("c"), ("block1_pool", "block3_pool", "block5_pool"), top_at_any_size=False
    ),
    "googlenet.bvlc": _own(
        paper_networks.GoogLeNetBVLC,
        ("pool1/norm1", "pool2/3x3_s2", "inception_3a/output", "pool3/3x3_s2", "inception_5b/output"),
    ),
    "mobilenet_v1_025.pytorch": _own(
        paper_networks.MobileNetV1Quarter, ("module.stage1.0", "module.stage1.2", "module.stage1", "module.stage2")
    ),
}


def _start_of_mobilenet_v2():
    model = models.mobilenet_v2(width_mult=0.1)
    model.features, model.classifier = model.features[:6], nn.Identity()
    return model


# Small enough for the repository: weight_files.py --tiny.
TINY = {
    "mobilenet_v2_tiny.torchvision": TorchNetwork(
        _start_of_mobilenet_v2, ("features.1", "features.5"), native_size=32, top_at_any_size=False
    )
}
_ALL = NETWORKS | TINY


def entries(model):
    """The entries of the state dict, in its order."""
    modules, trainable = dict(model.named_modules()), dict(model.named_parameters())
    found = []
    for name, tensor in model.state_dict().items():
        module, leaf = name.rsplit(".", 1)
        if leaf == "num_batches_tracked":
            continue
        shape, role, fan_in = tuple(tensor.shape), "other", 0
        if leaf == "weight" and len(shape) >= 2:
            role, fan_in = "dense" if len(shape) == 2 else "kernel", tensor[0].numel()
        elif leaf == "weight" and isinstance(modules[module], nn.BatchNorm2d):
            role = "gamma"
        elif leaf == "running_var":
            role = "variance"
        auxiliary = name.split(".")[0] in ("aux1", "aux2", "AuxLogits")
        found.append(Entry(name, shape, role, fan_in, name in trainable, auxiliary))
    return found


def generate(name):
    """The network in evaluation mode, with top and generated weights."""
    with torch.device("meta"):
        model = _ALL[name].build().eval()
    model = model.to_empty(device="cpu")
    tensors = model.state_dict()
    for entry in entries(model):
        tensors[entry.name].copy_(torch.from_numpy(entry.values()))
    for tensor_name, tensor in tensors.items():
        if tensor_name.endswith("num_batches_tracked"):
            tensor.zero_()
    return model


def run(name, model, pictures, top):
    """Labelled outputs for pictures [N, H, W, 3], feature maps as [N, C, H, W]."""
    network, found = _ALL[name], {}

    def keep(label):
        # A copy, because the layer that follows may work in place.
        return lambda _module, _inputs, output: found.__setitem__(label, output.clone())

    modules = dict(model.named_modules())
    hooked = set(network.layers) | ({network.last} - {""})
    hooks = [modules[label].register_forward_hook(keep(label)) for label in hooked]
    pictures = pictures.permute(0, 3, 1, 2)
    with torch.inference_mode():
        if network.last:
            found["logits"] = model(pictures)
            pooled = found[network.last].mean((2, 3))
        else:
            pooled = model.features(pictures).mean((2, 3))
            if top:
                found["logits"] = model(pictures)
    for hook in hooks:
        hook.remove()
    if network.last not in network.layers:
        found.pop(network.last, None)
    return {**found, "features": pooled}


def runs(name, sizes, pictures):
    """(entries, [(float32 outputs, float64 outputs) for each size])."""
    network = _ALL[name]
    model = generate(name)
    tops = [network.top_at_any_size or size == (network.native_size,) * 2 for size in sizes]
    single = [run(name, model, picture, top) for picture, top in zip(pictures, tops)]
    described = entries(model)
    model.double()
    double = [run(name, model, picture.double(), top) for picture, top in zip(pictures, tops)]
    return described, list(zip(single, double))
