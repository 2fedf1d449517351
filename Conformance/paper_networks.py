"""Networks that neither Keras nor torchvision has, in plain PyTorch, from their papers and published descriptions."""

import torch
from torch import nn
from torch.nn import functional

_VGG = {
    # Simonyan and Zisserman 2015, table 1: filters and size of each convolution, block by block.
    "a_lrn": [[(64, 3)], [(128, 3)], [(256, 3)] * 2, [(512, 3)] * 2, [(512, 3)] * 2],
    "c": [[(64, 3)] * 2, [(128, 3)] * 2] + [[(filters, 3)] * 2 + [(filters, 1)] for filters in (256, 512, 512)],
}


class VGG(nn.Module):
    """Configurations A-LRN and C, modules named as Keras names VGG's layers; flattened in the order C, H, W."""

    def __init__(self, configuration):
        super().__init__()
        # Krizhevsky 2012 does not divide alpha by the number of channels; PyTorch does.
        self._lrn = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2) if configuration == "a_lrn" else nn.Identity()
        self._blocks, channels = [], 3
        for block, convolutions in enumerate(_VGG[configuration], 1):
            self._blocks.append([])
            for index, (filters, size) in enumerate(convolutions, 1):
                name = f"block{block}_conv{index}"
                self.add_module(name, nn.Conv2d(channels, filters, size, padding=size // 2))
                self._blocks[-1].append(name)
                channels = filters
            self.add_module(f"block{block}_pool", nn.MaxPool2d(2))
        self.fc1 = nn.Linear(512 * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.predictions = nn.Linear(4096, 1000)

    def features(self, x):
        for block, names in enumerate(self._blocks, 1):
            for name in names:
                x = functional.relu(getattr(self, name)(x))
                if name == "block1_conv1":
                    x = self._lrn(x)
            x = getattr(self, f"block{block}_pool")(x)
        return x

    def forward(self, x):
        x = functional.relu(self.fc1(self.features(x).flatten(1)))
        return self.predictions(functional.relu(self.fc2(x)))


_INCEPTION = {
    # Szegedy 2015, table 1: 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection.
    "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64), "4b": (160, 112, 224, 24, 64, 64), "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64), "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128),
}


class GoogLeNetBVLC(nn.Module):
    """bvlc_googlenet of Caffe: 5x5 convolutions, LRN, pooling that rounds up. Modules bear the names of its layers."""

    def __init__(self):
        super().__init__()
        self._convolution("conv1/7x7_s2", 3, 64, 7, stride=2)
        self.add_module("pool1/3x3_s2", _pool())
        self.add_module("pool1/norm1", _caffe_lrn())
        self._convolution("conv2/3x3_reduce", 64, 64, 1)
        self._convolution("conv2/3x3", 64, 192, 3)
        self.add_module("conv2/norm2", _caffe_lrn())
        self.add_module("pool2/3x3_s2", _pool())
        channels = 192
        for name, (one, reduce3, three, reduce5, five, projection) in _INCEPTION.items():
            self._convolution(f"inception_{name}/1x1", channels, one, 1)
            self._convolution(f"inception_{name}/3x3_reduce", channels, reduce3, 1)
            self._convolution(f"inception_{name}/3x3", reduce3, three, 3)
            self._convolution(f"inception_{name}/5x5_reduce", channels, reduce5, 1)
            self._convolution(f"inception_{name}/5x5", reduce5, five, 5)
            self._convolution(f"inception_{name}/pool_proj", channels, projection, 1)
            self.add_module(f"inception_{name}/output", nn.Identity())
            channels = one + three + five + projection
        self.add_module("pool3/3x3_s2", _pool())
        self.add_module("pool4/3x3_s2", _pool())
        self.add_module("loss3/classifier", nn.Linear(1024, 1000))

    def _convolution(self, name, inputs, outputs, size, stride=1):
        self.add_module(name, nn.Conv2d(inputs, outputs, size, stride, padding=size // 2))

    def _relu(self, name, x):
        return functional.relu(getattr(self, name)(x))

    def _inception(self, name, x):
        def branch(*layers, x=x):
            for layer in layers:
                x = self._relu(f"{name}/{layer}", x)
            return x

        pooled = functional.max_pool2d(x, 3, stride=1, padding=1, ceil_mode=True)
        paths = [branch("1x1"), branch("3x3_reduce", "3x3"), branch("5x5_reduce", "5x5"), branch("pool_proj", x=pooled)]
        return getattr(self, f"{name}/output")(torch.cat(paths, 1))

    def features(self, x):
        x = self._relu("conv1/7x7_s2", x)
        x = getattr(self, "pool1/norm1")(getattr(self, "pool1/3x3_s2")(x))
        x = self._relu("conv2/3x3", self._relu("conv2/3x3_reduce", x))
        x = getattr(self, "pool2/3x3_s2")(getattr(self, "conv2/norm2")(x))
        for name in _INCEPTION:
            x = self._inception(f"inception_{name}", x)
            if name in ("3b", "4e"):
                x = getattr(self, {"3b": "pool3/3x3_s2", "4e": "pool4/3x3_s2"}[name])(x)
        return x

    def forward(self, x):
        return getattr(self, "loss3/classifier")(self.features(x).mean((2, 3)))


def _pool():
    return nn.MaxPool2d(3, stride=2, ceil_mode=True)


def _caffe_lrn():
    return nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1)


class MobileNetV1Quarter(nn.Module):
    """MobileNetV1 0.25 as trained for face detectors: leaky ReLU of slope 0.1, symmetric padding, BN epsilon 1e-5.

    Its file was saved from a parallel wrapper, hence the outermost module named "module".
    """

    def __init__(self):
        super().__init__()
        # The first convolution, then (outputs, stride) of the separable ones, in the stages of the file.
        stages = [
            [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1)],
            [(128, 2)] + [(128, 1)] * 5,
            [(256, 2), (256, 1)],
        ]
        self.module = nn.Module()
        channels = 8
        for number, stage in enumerate(stages, 1):
            layers = [nn.Sequential(*_normalised(3, 8, 3, stride=2))] if number == 1 else []
            for outputs, stride in stage:
                depthwise = _normalised(channels, channels, 3, stride, groups=channels)
                layers.append(nn.Sequential(*depthwise, *_normalised(channels, outputs, 1)))
                channels = outputs
            self.module.add_module(f"stage{number}", nn.Sequential(*layers))
        self.module.fc = nn.Linear(256, 1000)

    def features(self, x):
        return self.module.stage3(self.module.stage2(self.module.stage1(x)))

    def forward(self, x):
        return self.module.fc(self.features(x).mean((2, 3)))


def _normalised(inputs, outputs, size, stride=1, groups=1):
    convolution = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, groups=groups, bias=False)
    return [convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.1)]
