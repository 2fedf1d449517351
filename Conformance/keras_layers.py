"""Writes the layers of Keras Applications and of the published Keras SqueezeNet, as Keras lists `model.layers`, to Fixtures/keras_layers.json.

Fine-tuning guides freeze layers by their number in that list.
"""

import json
from pathlib import Path

from keras_networks import applications, keras, squeezenet

NETWORKS = {
    "vgg16": applications.VGG16,
    "vgg19": applications.VGG19,
    "resnet50": applications.ResNet50,
    "inception_v3": applications.InceptionV3,
    "xception": applications.Xception,
    "mobilenet_v1": applications.MobileNet,
    "mobilenet_v2": applications.MobileNetV2,
    "squeezenet1_1": squeezenet,
}


def main():
    """One line a network: the names of its layers in order, "+" in front of those that have weights."""
    lines = []
    for name, build in NETWORKS.items():
        keras.backend.clear_session()
        model = build(weights=None, include_top=False, input_shape=(224, 224, 3))
        layers = [("+" if layer.weights else "") + layer.name for layer in model.layers]
        lines.append(f"{json.dumps(name)}: {json.dumps(layers, separators=(',', ':'))}")
    path = Path(__file__).parent / "Fixtures" / "keras_layers.json"
    path.write_text("{" + ",\n".join(lines) + "}\n")


if __name__ == "__main__":
    main()
