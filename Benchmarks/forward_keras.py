"""The networks of forward_speed.py in Keras, without top: those of Keras' applications. Imports TensorFlow."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import tensorflow  # noqa: E402

VERSIONS = f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}"


def build(sources):
    """The network with random weights."""
    keras.utils.set_random_seed(0)
    side = sources.side
    network = getattr(keras.applications, sources.keras)(
        weights=None, include_top=False, pooling="avg", input_shape=(side, side, 3)
    )
    normalizations = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for layer in normalizations:
        # The statistics of a batch become the stored ones: else numbers would vanish from layer to layer.
        layer.momentum = 0.0
    if normalizations:
        network(keras.random.normal((4, side, side, 3)), training=True)
    return network
