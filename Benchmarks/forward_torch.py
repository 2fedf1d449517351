"""The networks of forward_speed.py in PyTorch, without top: torchvision's, EfficientNet-Lite's package, and BVLC's GoogLeNet."""

import sys
from pathlib import Path

import torch
import torchvision
from torch import nn


class Pooled(nn.Module):
    """The means of a network's last feature maps."""

    def __init__(self, features):
        super().__init__()
        self.features = features

    def forward(self, pictures):
        return self.features(pictures).mean((2, 3))


class Features(nn.Module):
    """A network of which one method is wanted, and its classifier is not."""

    def __init__(self, network, method, classifier):
        super().__init__()
        self.network, self.method = network, method
        setattr(network, classifier, nn.Identity())

    def forward(self, pictures):
        return getattr(self.network, self.method)(pictures)


class InFloat(nn.Module):
    """A layer that PyTorch has in f32 only."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, maps):
        return self.layer(maps.float()).to(maps.dtype)


def without_top(name):
    if name == "googlenet, BVLC":
        sys.path.append(str(Path(__file__).resolve().parents[1] / "Conformance"))
        from paper_networks import GoogLeNetBVLC

        network = GoogLeNetBVLC()
        for name, module in network.named_children():
            if isinstance(module, nn.LocalResponseNorm):
                setattr(network, name, InFloat(module))
        return Pooled(Features(network, "features", "loss3/classifier"))
    if name.startswith("efficientnet"):
        from efficientnet_lite_pytorch import EfficientNet

        return Pooled(Features(EfficientNet.from_name(name), "extract_features", "_fc"))
    model, _, early = name.partition(", ")
    build = getattr(torchvision.models, model)
    network = build(aux_logits=False, init_weights=False) if model in ("googlenet", "inception_v3") else build()
    if hasattr(network, "features"):
        return Pooled(network.features)
    network.fc = nn.Identity()
    if early:
        for stage in (network.layer2, network.layer3, network.layer4):
            stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
    return network


@torch.no_grad()
def build(sources):
    """The network for evaluation. Its weights are random, and such that numbers neither grow nor vanish from layer to layer."""
    torch.manual_seed(0)
    network = without_top(sources.torch).eval()
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if isinstance(module, nn.BatchNorm2d):
            # The statistics of a batch become the stored ones.
            module.momentum = 1.0
            module.train()
    network(torch.randn(4, 3, sources.side, sources.side))
    return network.eval().requires_grad_(False)


def parameters(network):
    """How many numbers a network has, with its stored statistics."""
    return sum(tensor.numel() for tensor in network.state_dict().values() if tensor.is_floating_point())
