"""Small Keras models as people save them after training: the network as the second one of a session, so that the numbers
in its layers' names begin anywhere; flat or within another model; with heads of one or two dense layers; with all, some
or none of it frozen; in the five formats of Keras.

Writes Fixtures/keras_variants; --all FOLDER writes every combination there instead (180 files, 11 MB).

The network is the start of an Inception in small (`TinyInception` in Tests/ArchitecturesTests/KerasVariantTests.swift).
Element i of weight w of its layer number n, counted within each class in the order of creation, is
base + 10 n + w + i / 4096 with base 0 for convolutions and 100 for batch normalisations.
"""

import argparse
import itertools
import os
import re
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

import h5py
import keras
import numpy as np
from keras import layers
from keras.src.legacy.saving import legacy_h5_format

FOLDER = Path(__file__).parent / "Fixtures" / "keras_variants"
# style, dense layers, what is frozen, whether another network came before
KEPT = {
    ("flat", 2, "part", True): ["model.h5", "legacy.h5", "keras", "weights.h5", "unnamed.weights.h5"],
    ("sequential", 2, "part", True): ["model.h5", "legacy.h5", "keras", "weights.h5", "unnamed.weights.h5"],
    ("functional", 1, "none", True): ["keras", "weights.h5"],
    ("sequential", 1, "all", True): ["legacy.h5", "weights.h5"],
    ("flat", 1, "none", False): ["weights.h5"],
}
FORMATS = ["model.h5", "legacy.h5", "keras", "weights.h5", "unnamed.weights.h5"]


def forget_names(path):
    """Makes the file one of TF-Keras or of the first versions of Keras 3, which count layers of each class in their order in
    the model and do not keep their names."""
    with h5py.File(path, "a") as file:
        file.visititems(lambda _, item: item.attrs.pop("name", None) and None)


def convolved(x, filters, size, strides=1, padding="same"):
    x = layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False)(x)
    x = layers.BatchNormalization(scale=False)(x)
    return layers.Activation("relu")(x)


def network():
    image = layers.Input((33, 33, 3))
    x = convolved(image, 3, 3, 2, "valid")
    x = convolved(x, 4, 3)
    x = layers.MaxPooling2D(2)(x)
    # Keras lists layers by their distance from the output: not in the order of their creation.
    first = convolved(x, 2, 1)
    second = convolved(convolved(x, 3, 1), 2, 3)
    return keras.Model(image, layers.Concatenate(name="mixed0")([first, second]), name="tiny_inception")


def fill(model):
    for kind, base in (("conv2d", 0), ("batch_normalization", 100)):
        def number(layer):
            match = re.fullmatch(rf"{kind}(?:_(\d+))?", layer.name)
            return match and int(match[1] or 0)

        found = [layer for layer in model.layers if number(layer) is not None]
        for n, layer in enumerate(sorted(found, key=number)):
            for w, weight in enumerate(layer.weights):
                values = base + 10 * n + w + np.arange(np.prod(weight.shape)) / 4096
                weight.assign(values.astype(np.float32).reshape(weight.shape))


def headed(x, dense):
    x = layers.GlobalAveragePooling2D()(x)
    if dense == 2:
        x = layers.Dense(5, activation="relu")(x)
    return layers.Dense(3, activation="softmax")(layers.Dropout(0.2)(x))


def model(style, dense, frozen, is_second):
    keras.utils.clear_session()
    if is_second:
        headed(network().output, 2)
    base = network()
    fill(base)
    if frozen == "all":
        base.trainable = False
    if frozen == "part":
        for layer in base.layers[: len(base.layers) // 2]:
            layer.trainable = False
    if style == "flat":
        return keras.Model(base.input, headed(base.output, dense))
    if style == "functional":
        image = layers.Input(base.input_shape[1:])
        return keras.Model(image, headed(base(layers.Rescaling(1 / 255)(image)), dense))
    parts = [base, layers.GlobalAveragePooling2D()]
    if dense == 2:
        parts.append(layers.Dense(5, activation="relu"))
    result = keras.Sequential(parts + [layers.Dropout(0.2), layers.Dense(3, activation="softmax")])
    result.build((None,) + base.input_shape[1:])
    return result


def save(folder, variant, formats):
    style, dense, frozen, is_second = variant
    made = model(*variant)
    for form in formats:
        path = folder / f"{style}-{dense}-{frozen}-{'second' if is_second else 'first'}.{form}"
        if form == "legacy.h5":
            with h5py.File(path, "w") as file:
                legacy_h5_format.save_weights_to_hdf5_group(file, made)
        elif form.endswith("weights.h5"):
            made.save_weights(path)
            if form.startswith("unnamed"):
                forget_names(path)
        else:
            made.save(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", type=Path, metavar="FOLDER")
    folder = parser.parse_args().all
    kept = KEPT
    if folder:
        kept = dict.fromkeys(
            itertools.product(("flat", "functional", "sequential"), (1, 2), ("none", "part", "all"), (False, True)),
            FORMATS,
        )
    folder = folder or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for variant, formats in kept.items():
        save(folder, variant, formats)


if __name__ == "__main__":
    main()
