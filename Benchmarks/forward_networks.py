"""Where the peers of forward_speed.py have each network from. Standard library only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sources:
    """A network's builder in PyTorch (forward_torch.py) and in Keras' applications; empty where there is none."""

    torch: str = ""
    keras: str = ""
    side: int = 224


# By graft's name. Both builders of one network have the same layers, but for biases before a BatchNorm and for padding.
NETWORKS = {
    "vgg16.keras": Sources("vgg16", "VGG16"),
    "vgg19.keras": Sources("vgg19", "VGG19"),
    "resnet18.torchvision": Sources("resnet18"),
    # Keras' has the stride of a block in its first convolution, torchvision's in the second: more to compute.
    "resnet50.keras": Sources("resnet50, early strides", "ResNet50"),
    "resnet50.torchvision": Sources("resnet50"),
    "inception_v3.torchvision": Sources("inception_v3", "InceptionV3", 299),
    "xception.keras": Sources(keras="Xception", side=299),
    "googlenet.torchvision": Sources("googlenet"),
    "googlenet.bvlc": Sources("googlenet, BVLC"),
    "mobilenet_v1.keras": Sources(keras="MobileNet"),
    "mobilenet_v2.torchvision": Sources("mobilenet_v2", "MobileNetV2"),
    "efficientnet_lite0": Sources("efficientnet-lite0"),
    "squeezenet1_1.torchvision": Sources("squeezenet1_1"),
}
