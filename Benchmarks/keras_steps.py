"""The peer of `graft plan` in training_speed.py: steps of Keras with TensorFlow, as its guide to fine-tuning has them.

The whole network runs at each step, its first layers with `trainable = False`, its BatchNorms on stored statistics. With
--save it writes the network's weights, drawn at random and without top, to a file for graft, and ends.
"""

import os
import sys

import steps_worker

parser = steps_worker.options(__doc__)
parser.add_argument("--save", metavar="FILE", help="write x.weights.h5 and end")
parser.add_argument("--xla", action="store_true", help="compile the step with XLA, which was slower where it was tried")
arguments = parser.parse_args()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import numpy  # noqa: E402
import tensorflow  # noqa: E402

from keras_stored import stored  # noqa: E402

tensorflow.config.threading.set_intra_op_parallelism_threads(arguments.threads)
tensorflow.config.threading.set_inter_op_parallelism_threads(arguments.threads)
keras.utils.set_random_seed(0)
if arguments.precision == "bf16":
    keras.mixed_precision.set_global_policy("mixed_bfloat16")

SIDE = steps_worker.SIDE
networks = {
    "vgg16": keras.applications.VGG16,
    "vgg19": keras.applications.VGG19,
    "resnet50": keras.applications.ResNet50,
    "mobilenet_v2": keras.applications.MobileNetV2,
}
base = networks[arguments.network](weights=None, include_top=False, input_shape=(SIDE, SIDE, 3))
random = numpy.random.default_rng(0)
x = tensorflow.constant(random.normal(size=(arguments.batch, SIDE, SIDE, 3)), "float32")
y = tensorflow.constant(random.integers(0, steps_worker.CLASSES, arguments.batch), "int32")
# The statistics of a batch become the stored ones: else random weights would make numbers vanish from layer to layer, and
# the smallest of numbers are slow to compute with.
normalizations = [layer for layer in base.layers if isinstance(layer, keras.layers.BatchNormalization)]
for layer in normalizations:
    layer.momentum = 0.0
if normalizations:
    base(x[:4], training=True)
if arguments.save:
    base.save_weights(arguments.save)
    sys.exit()
base = stored(base)
for layer in base.layers[: arguments.freeze_first]:
    layer.trainable = False

pictures = keras.Input((SIDE, SIDE, 3))
features = keras.layers.GlobalAveragePooling2D()(base(pictures, training=False))
logits = keras.layers.Dense(steps_worker.CLASSES, dtype="float32")(keras.layers.Dropout(0.2)(features))
model = keras.Model(pictures, logits)
model.compile(
    optimizer=keras.optimizers.Adam(steps_worker.LEARNING_RATE),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile=arguments.xla,
)
steps_worker.serve(
    lambda: float(numpy.asarray(model.train_on_batch(x, y)).ravel()[0]),
    sum(int(numpy.prod(weight.shape)) for weight in base.trainable_weights),
    f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}",
)
