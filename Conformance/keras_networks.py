"""Networks of Keras Applications and the published Keras SqueezeNet, with generated weights, and what they compute."""

import os
from dataclasses import dataclass, field
from typing import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow
import torch
from keras import applications, layers

from generated import Entry

tensorflow.config.threading.set_intra_op_parallelism_threads(1)


@dataclass(frozen=True)
class KerasNetwork:
    build: Callable
    layers: tuple  # layers whose outputs the fixture holds
    last: str  # the layer whose output is pooled into the features
    native_size: int = 224
    top_at_any_size: bool = True
    options: dict = field(default_factory=dict)
    source: str = f"keras {keras.__version__}"


def squeezenet(weights=None, include_top=True, input_shape=None, classifier_activation="softmax"):
    """SqueezeNet 1.1 as in keras-squeezenet. Its names have a "/" after "fire2" and so on: file_layer_name."""
    picture = x = keras.Input(input_shape)
    x = _convolution(x, 64, 3, "conv1", strides=2, padding="valid")
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
    sizes = [(16, 64)] * 2 + [(32, 128)] * 2 + [(48, 192)] * 2 + [(64, 256)] * 2
    for fire, (squeezed, expanded) in enumerate(sizes, 2):
        x = _convolution(x, squeezed, 1, f"fire{fire}_squeeze1x1")
        branches = [_convolution(x, expanded, size, f"fire{fire}_expand{size}x{size}") for size in (1, 3)]
        x = layers.Concatenate(name=f"fire{fire}_concat")(branches)
        if fire in (3, 5):
            x = layers.MaxPooling2D(3, strides=2, name=f"pool{fire}")(x)
    if include_top:
        x = layers.Dropout(0.5, name="drop9")(x)
        x = _convolution(x, 1000, 1, "conv10", padding="valid")
        x = layers.GlobalAveragePooling2D(name="global_average_pooling2d")(x)
        x = layers.Activation(classifier_activation, name="loss")(x)
    return keras.Model(picture, x, name="squeezenet")


def _convolution(x, filters, size, name, **options):
    x = layers.Conv2D(filters, size, name=name, **{"padding": "same", **options})(x)
    fire, slash, rest = name.rpartition("_")
    return layers.Activation("relu", name=f"{fire}{slash}relu_{rest}")(x)


def file_layer_name(name):
    """A layer's name in weight files: Keras 3 allows no "/" in it."""
    return name.replace("_", "/", 1) if name.startswith("fire") else name


def _mobilenet_v2(alpha):
    kept = ("Conv1_relu", "block_1_project_BN", "block_2_add", "block_12_add")
    return KerasNetwork(applications.MobileNetV2, kept, "out_relu", options={"alpha": alpha})


def _mobilenet_v1(alpha):
    kept = ("conv1_relu", "conv_dw_2_relu", "conv_pw_6_relu", "conv_pw_13_relu")
    return KerasNetwork(applications.MobileNet, kept, "conv_pw_13_relu", options={"alpha": alpha})


def _vgg(build):
    return KerasNetwork(
        build, ("block1_conv1", "block2_pool", "block3_pool", "block5_pool"), "block5_pool", top_at_any_size=False
    )


NETWORKS = {
    "vgg16.keras": _vgg(applications.VGG16),
    "vgg19.keras": _vgg(applications.VGG19),
    "resnet50.keras": KerasNetwork(
        applications.ResNet50,
        ("pool1_pool", "conv2_block1_out", "conv3_block4_out", "conv5_block3_out"), "conv5_block3_out",
    ),
    "inception_v3.keras": KerasNetwork(
        applications.InceptionV3, ("mixed0", "mixed3", "mixed5", "mixed8", "mixed10"), "mixed10",
        native_size=299,
    ),
    "xception.keras": KerasNetwork(
        applications.Xception, ("block1_conv2_act", "add", "add_10", "block14_sepconv2_act"),
        "block14_sepconv2_act", native_size=299,
    ),
    "mobilenet_v2.keras": _mobilenet_v2(1.0),
    **{f"mobilenet_v2_{round(alpha * 100):03}.keras": _mobilenet_v2(alpha) for alpha in (0.35, 0.5, 0.75, 1.3, 1.4)},
    "mobilenet_v1.keras": _mobilenet_v1(1.0),
    **{f"mobilenet_v1_{round(alpha * 100):03}.keras": _mobilenet_v1(alpha) for alpha in (0.25, 0.5, 0.75)},
    "squeezenet1_1.keras": KerasNetwork(
        squeezenet, ("pool1", "fire2/concat", "fire5/concat", "fire9/concat"), "fire9/concat", native_size=227
    ),
}
# Small enough for the repository: weight_files.py --tiny.
TINY = {
    "mobilenet_v1_tiny.keras": KerasNetwork(
        lambda **options: _start_of(applications.MobileNet(**options | {"include_top": False}), "conv_pw_5_relu"),
        ("conv_dw_2_relu", "conv_pw_5_relu"), "conv_pw_5_relu", native_size=32, options={"alpha": 1 / 16},
    )
}
_ALL = NETWORKS | TINY


def _start_of(model, last):
    """The model up to a layer."""
    return keras.Model(model.input, model.get_layer(last).output, name=model.name)


def variables(model):
    """(entry, variable) in the order of the layers."""
    for layer in model.layers:
        for variable in layer.weights:
            name, shape, fan_in = variable.name, tuple(variable.shape), 0
            if isinstance(layer, layers.DepthwiseConv2D) and name == "kernel":
                name = "depthwise_kernel"  # as in published files; Keras 3 itself says kernel
            if name == "depthwise_kernel":
                role, fan_in = "kernel", shape[0] * shape[1]
            elif name.endswith("kernel"):
                role, fan_in = "dense" if len(shape) == 2 else "kernel", variable.shape.num_elements() // shape[-1]
            else:
                role = {"gamma": "gamma", "moving_variance": "variance"}.get(name, "other")
            yield Entry(f"{file_layer_name(layer.name)}/{name}", shape, role, fan_in, variable.trainable), variable


def generate(name, size, top=True, precision="float32", activation=None):
    """The network with generated weights, its layers named as in a fresh session; logits unless told otherwise."""
    network = _ALL[name]
    keras.backend.clear_session()
    keras.config.set_dtype_policy(precision)
    keras.config.set_floatx(precision)
    model = network.build(
        weights=None, include_top=top, input_shape=(*size, 3), classifier_activation=activation, **network.options
    )
    for entry, variable in variables(model):
        variable.assign(entry.values())
    return model


def run(name, model, pictures):
    """Labelled outputs for pictures [N, H, W, 3], feature maps as [N, C, H, W]."""
    network, found = _ALL[name], {file_layer_name(layer.name): layer.output for layer in model.layers}
    wanted = {label: found[label] for label in network.layers}
    wanted["features"] = layers.GlobalAveragePooling2D(name="features")(found[network.last])
    if len(model.output.shape) == 2:
        wanted["logits"] = model.output
    # A list, because names such as fire2/concat are no keys for Keras.
    outputs = keras.Model(model.inputs, list(wanted.values()))(pictures.numpy(), training=False)
    tensors = [torch.from_numpy(output.numpy()) for output in outputs]
    return {
        label: tensor.permute(0, 3, 1, 2) if tensor.dim() == 4 else tensor for label, tensor in zip(wanted, tensors)
    }


def runs(name, sizes, pictures):
    """(entries, [(float32 outputs, float64 outputs) for each size])."""
    network, results, described = _ALL[name], [], None
    for size, picture in zip(sizes, pictures):
        top = network.top_at_any_size or size == (network.native_size,) * 2
        pair = []
        for precision, input in (("float32", picture), ("float64", picture.double())):
            model = generate(name, size, top, precision)
            # The first size has the top, and so all entries.
            described = described or [entry for entry, _ in variables(model)]
            pair.append(run(name, model, input))
        results.append(tuple(pair))
    return described, results
