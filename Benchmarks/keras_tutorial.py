"""The peer of `graft train --recipe tutorial.yaml` in tutorial_speed.py: transfer learning as Keras' tutorial has it.

MobileNetV2 on stored statistics, flips and rotations, a head of pooling, dropout and a dense layer: first the head alone,
then all from layer 100 on at a tenth of the rate. The weights come from a file with Keras' own names. Prints one JSON object.
With --check it only predicts the centre of one photo, with the top that the file has, and writes what it saw as a PNG of 256
by 256 pixels, of which graft takes the same centre.
"""

import argparse
import json
import os
import time

started = time.perf_counter()
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("data", help="the folder with train/ and validation/; with --check a photo")
parser.add_argument("output", help="the model, a .keras file; with --check the PNG")
parser.add_argument("--weights", required=True, metavar="FILE.h5")
parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
parser.add_argument("--epochs", type=int, default=10, help="of each of the two parts")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--xla", action="store_true", help="compile the step with XLA, which was slower where it was tried")
parser.add_argument("--check", action="store_true")
arguments = parser.parse_args()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import numpy  # noqa: E402
import tensorflow  # noqa: E402

from keras_stored import stored  # noqa: E402

SIDE, BATCH, FROZEN, RATE, DROPOUT = 224, 32, 100, 1e-4, 0.2


def check():
    photo = keras.utils.load_img(arguments.data, target_size=(256, 256))
    photo.save(arguments.output, format="PNG")
    edge = (256 - SIDE) // 2
    pixels = numpy.asarray(photo, "float32")[edge : edge + SIDE, edge : edge + SIDE][None]
    network = keras.applications.MobileNetV2(weights=arguments.weights)
    top = network(keras.applications.mobilenet_v2.preprocess_input(pixels), training=False).numpy()[0]
    print(json.dumps({"probabilities": sorted(map(float, top), reverse=True)[:5], "parameters": network.count_params()}))


def pictures(part, shuffle):
    found = keras.utils.image_dataset_from_directory(
        os.path.join(arguments.data, part), image_size=(SIDE, SIDE), batch_size=BATCH, shuffle=shuffle, seed=arguments.seed,
        verbose=False,
    )
    return found.class_names, found.prefetch(tensorflow.data.AUTOTUNE)


def build(classes):
    """The network with its head, and the part of it that has the file's weights."""
    base = keras.applications.MobileNetV2(input_shape=(SIDE, SIDE, 3), include_top=False, weights=None)
    base.load_weights(arguments.weights, by_name=True)
    base = stored(base)
    inputs = keras.Input((SIDE, SIDE, 3))
    changed = keras.layers.RandomRotation(0.2)(keras.layers.RandomFlip("horizontal")(inputs))
    features = base(keras.applications.mobilenet_v2.preprocess_input(changed), training=False)
    pooled = keras.layers.Dropout(DROPOUT)(keras.layers.GlobalAveragePooling2D()(features))
    return keras.Model(inputs, keras.layers.Dense(classes, dtype="float32")(pooled)), base


def fit(model, optimizer, train, validation):
    """Trains; the validation losses and top-1 by epoch."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"], jit_compile=arguments.xla)
    history = model.fit(train, epochs=arguments.epochs, validation_data=validation, verbose=0).history
    return list(zip(history["val_loss"], history["val_accuracy"]))


def main():
    imported = time.perf_counter()
    keras.utils.set_random_seed(arguments.seed)
    if arguments.precision == "bf16":
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    classes, train = pictures("train", True)
    validation = pictures("validation", False)[1]
    model, base = build(len(classes))
    base.trainable = False
    built = time.perf_counter()
    epochs = fit(model, keras.optimizers.Adam(RATE), train, validation)
    head = time.perf_counter()
    base.trainable = True
    for layer in base.layers[:FROZEN]:
        layer.trainable = False
    epochs += fit(model, keras.optimizers.RMSprop(RATE / 10), train, validation)
    tuned = time.perf_counter()
    model.save(arguments.output)
    ended = time.perf_counter()
    print(json.dumps({
        "top1": epochs[-1][1],
        "best": min(epochs)[1],
        "versions": f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}",
        "trained": sum(int(numpy.prod(weight.shape)) for weight in model.trainable_weights),
        "seconds": {
            "import": imported - started, "build": built - imported, "head": head - built, "tuning": tuned - head,
            "save": ended - tuned, "total": ended - started,
        },
    }))


if __name__ == "__main__":
    check() if arguments.check else main()
