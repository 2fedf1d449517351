"""A peer of input_speed.py: Keras' image_dataset_from_directory, which is tf.data with as many threads as were asked for.

It squeezes pictures to their size. Changed ones are cut out of slightly larger pictures and flipped, batch by batch.
"""

import os

import input_worker

arguments = input_worker.parse(__doc__)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import tensorflow  # noqa: E402

tensorflow.config.threading.set_intra_op_parallelism_threads(arguments.threads)
tensorflow.config.threading.set_inter_op_parallelism_threads(arguments.threads)
SIDE = input_worker.SIDE
changes = [keras.layers.RandomCrop(SIDE, SIDE), keras.layers.RandomFlip("horizontal")] if arguments.changed else []
size = input_worker.LARGER if arguments.changed else SIDE


def change(pictures, labels):
    for layer in changes:
        pictures = layer(pictures, training=True)
    return pictures, labels


def dataset(part):
    found = keras.utils.image_dataset_from_directory(
        str(arguments.data / part), image_size=(size, size), batch_size=input_worker.BATCH, verbose=False
    )
    return found.map(change, num_parallel_calls=tensorflow.data.AUTOTUNE) if changes else found


options = tensorflow.data.Options()
options.threading.private_threadpool_size = arguments.threads
both = dataset("train").concatenate(dataset("validation")).prefetch(tensorflow.data.AUTOTUNE).with_options(options)
input_worker.serve(lambda: both, {"versions": f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}"})
