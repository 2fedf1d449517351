"""Writes the small Keras and NumPy weight files that Tests/WeightFilesTests reads, with Keras, h5py and NumPy.

    python3 Conformance/make_keras_weight_fixtures.py

The tests know the values: every weight is 0, 1, 2, ... divided by 8, plus a number of its own. Made with keras 3.15.1,
h5py 3.14.0 and numpy 2.4.6; another version may give other bytes but must give the same tensors.
"""

import os
import pathlib
import pickle

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import ml_dtypes
import numpy
from keras import layers

FOLDER = pathlib.Path(__file__).parent.parent / "Tests" / "WeightFilesTests" / "Fixtures"
NUMBERS = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1"]


def counted(shape, first):
    """first, first + 1/8, first + 2/8, ..."""
    return (numpy.arange(numpy.prod(shape, dtype=int)) / 8 + first).reshape(shape).astype("f4")


def model():
    """A model with a model in it, and class names whose order is not that of the alphabet."""
    inner = keras.Sequential(
        [keras.Input((2, 2, 2)), layers.Conv2D(2, 1, name="inner_conv"), layers.BatchNormalization(name="inner_bn")],
        name="trunk")
    given = keras.Input((4, 4, 1), name="image")
    x = layers.Conv2D(2, 2, strides=2, name="stem")(given)
    x = inner(x)
    x = layers.DepthwiseConv2D(1, name="depthwise")(x)
    x = layers.Conv2D(3, 1, name="predictions")(x)
    whole = keras.Model(given, x, name="small")
    whole.set_weights([counted(w.shape, index) for index, w in enumerate(whole.get_weights())])
    return whole


def published(file, names):
    """Layers and weights as in the files published for Keras 1 and 2: texts of fixed length, one layer without weights."""
    def attribute(place, name, texts):
        place.attrs[name] = numpy.array([text.encode() for text in texts])

    attribute(file, names[0], ["input_1", "block1_conv1"])
    if len(names) > 1:
        attribute(file, names[1], ["block/bn", "nested"])
    else:
        attribute(file, names[0], ["input_1", "block1_conv1", "block/bn", "nested"])
    file.attrs["keras_version"] = numpy.bytes_("1.2.2")
    file.create_group("input_1").attrs["weight_names"] = []
    weights = {
        "block1_conv1": {"block1_conv1_W_1:0": (2, 2, 1, 2), "block1_conv1_b_1:0": (2,)},
        "block/bn": {"block/bn_1/gamma:0": (2,), "block/bn_1/beta:0": (2,)},
        "nested": {
            "a/kernel:0": (2, 1), "b/gamma:0": (1,), "b/beta:0": (1,), "b/moving_mean:0": (1,),
            "b/moving_variance:0": (1,),
        },
    }
    first = 0
    for layer, shapes in weights.items():
        group = file.create_group(layer)
        attribute(group, "weight_names", shapes)
        for name, shape in shapes.items():
            group.create_dataset(name, data=counted(shape, first))
            first += 1


def types(file):
    """A weight of each type and order of bytes, and one of each way to store elements."""
    names = []
    group = file.create_group("types")

    def add(name, data, **options):
        group.create_dataset(name, data=data, **options)
        names.append(name)

    for number in NUMBERS:
        add("little_" + number, numpy.arange(6).astype("<" + number).reshape(2, 3))
        add("big_" + number, numpy.arange(6).astype(">" + number).reshape(2, 3))
    add("bool", numpy.arange(6).reshape(2, 3) > 0)
    add("bfloat16", numpy.arange(6).astype(ml_dtypes.bfloat16).reshape(2, 3))
    add("scalar", numpy.float32(2.5))
    add("nothing", numpy.zeros((0, 3), "f4"))
    rows = numpy.arange(35, dtype="f4").reshape(5, 7)
    add("chunks", rows, chunks=(2, 3))
    add("deflated", rows, chunks=(2, 3), compression="gzip")
    add("shuffled", rows, chunks=(5, 4), compression="gzip", shuffle=True, fletcher32=True)
    file.attrs["layer_names"] = ["types"]
    group.attrs["weight_names"] = names


def compact(file):
    """Elements within the object header, which h5py has no option for."""
    file.attrs["layer_names"] = ["a"]
    group = file.create_group("a")
    group.attrs["weight_names"] = ["v"]
    options = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    options.set_layout(h5py.h5d.COMPACT)
    data = numpy.arange(3, dtype="f4")
    dataset = h5py.h5d.create(group.id, b"v", h5py.h5t.py_create(data.dtype), h5py.h5s.create_simple(data.shape), options)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, data)


def early(file):
    """The first layout of Keras 3: no names of layers; and the state of a layer that draws random numbers."""
    group = file.create_group("_layer_checkpoint_dependencies")
    group["dense/vars/0"] = counted((2, 1), 0)
    group["dense/vars/1"] = counted((1,), 1)
    group["dense_10/vars/0"] = counted((1, 2), 2)
    group["dense_9/vars/0"] = counted((2, 1), 3)
    group["dropout/seed_generator/vars/0"] = numpy.zeros(2, "u4")


def hdf5(name, fill, **options):
    with h5py.File(FOLDER / name, "w", **options) as file:
        fill(file)


def arrays():
    return {
        "conv1": [counted((2, 2, 1, 2), 0), counted((2,), 1)],
        "fc": {"biases": counted((3,), 3), "weights": numpy.asfortranarray(counted((4, 3), 2))},
    }


def main():
    FOLDER.mkdir(exist_ok=True)
    hdf5("published.h5", lambda file: published(file, ["layer_names"]))
    hdf5("published_parts.h5", lambda file: published(file, ["layer_names0", "layer_names1"]))
    hdf5("published_latest.h5", lambda file: published(file, ["layer_names"]), libver="latest")
    hdf5("types.h5", types)
    hdf5("compact.h5", compact)
    hdf5("early_keras3.weights.h5", early)
    hdf5("many_latest.h5", lambda file: [file.create_group(f"g{n}") for n in range(20)], libver="latest")

    whole = model()
    whole.save(FOLDER / "plain_keras3.keras")
    whole.save_weights(FOLDER / "plain_keras3.weights.h5")
    half = keras.Sequential([keras.Input((2,)), layers.Dense(1, dtype="bfloat16", name="d")])
    half.set_weights([numpy.array([[1.5], [-2]]), numpy.zeros(1)])
    half.save_weights(FOLDER / "bfloat16_keras3.weights.h5")
    small = keras.Sequential([keras.Input((2,)), layers.Dense(1, name="d")])
    small.compile(keras.optimizers.SGD(momentum=0.9), "mse")
    small.fit(numpy.zeros((2, 2)), numpy.zeros((2, 1)), verbose=0)
    small.save_weights(FOLDER / "trained_keras3.weights.h5")
    small.save(FOLDER / "trained.h5")
    whole.save(FOLDER / "whole.h5")

    numpy.save(FOLDER / "dictionary.npy", arrays())
    for protocol in (2, 5):
        header = b"{'descr': '|O', 'fortran_order': False, 'shape': (), }"
        header += b" " * (117 - len(header)) + b"\n"
        start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
        content = pickle.dumps(numpy.array(arrays(), object), protocol=protocol)
        (FOLDER / f"protocol{protocol}.npy").write_bytes(start + content)
    kinds = {order + number: numpy.arange(6).astype(order + number).reshape(2, 3)
             for number in NUMBERS for order in "<>"}
    kinds["bool"] = numpy.arange(6).reshape(2, 3) > 0
    kinds["columns"] = numpy.asfortranarray(numpy.arange(24, dtype=">f4").reshape(2, 3, 4))
    kinds["none"] = numpy.zeros((0, 3), "f4", order="F")
    kinds["scalar"] = numpy.array(2.5, "f4")
    kinds["step"] = numpy.float32(1)
    numpy.save(FOLDER / "types.npy", kinds)
    numpy.save(FOLDER / "complex.npy", {"a": [numpy.zeros(2, "c8")]})
    numpy.save(FOLDER / "set.npy", {"a": {1, 2}})
    for path in FOLDER.iterdir():
        path.chmod(0o644)


if __name__ == "__main__":
    main()
