"""A peer of forward_speed.py: Keras with TensorFlow, the network as one graph. bf16 is the policy mixed_bfloat16."""

import forward_worker
from forward_networks import NETWORKS

arguments = forward_worker.parse(__doc__)
import forward_keras  # noqa: E402
from forward_keras import keras, tensorflow  # noqa: E402

tensorflow.config.threading.set_intra_op_parallelism_threads(arguments.threads)
tensorflow.config.threading.set_inter_op_parallelism_threads(arguments.threads)
if arguments.precision == "bf16":
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
sources = NETWORKS[arguments.network]
network = forward_keras.build(sources)


def build(setting):
    forward = tensorflow.function(lambda pictures: network(pictures, training=False))
    pictures = tensorflow.random.normal((setting["batch"], sources.side, sources.side, 3))
    return forward_worker.rate(setting["batch"], lambda: tensorflow.cast(forward(pictures), "float32").numpy())


forward_worker.run(
    arguments, {f"batch {batch}": {"batch": batch} for batch in arguments.batch or [16]}, build,
    {"parameters": network.count_params(), "versions": forward_keras.VERSIONS},
)
