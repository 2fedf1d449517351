"""A peer of forward_speed.py: ONNX Runtime on a network that forward_convert.py wrote, in f32, which is what it has on a CPU."""

from pathlib import Path

import numpy
import onnxruntime

import forward_worker
from forward_networks import NETWORKS

arguments = forward_worker.parse(__doc__)
if arguments.precision != "f32":
    raise SystemExit("ONNX Runtime is compared in f32 only")
side = NETWORKS[arguments.network].side


def build(setting):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    # Known before the start, so that it can plan for it.
    options.add_free_dimension_override_by_name("batch", setting["batch"])
    session = onnxruntime.InferenceSession(
        Path(arguments.files) / "network.onnx", options, providers=["CPUExecutionProvider"]
    )
    pictures = numpy.random.default_rng(0).normal(size=(setting["batch"], 3, side, side)).astype(numpy.float32)
    return forward_worker.rate(setting["batch"], lambda: session.run(None, {"pictures": pictures})[0])


forward_worker.run(
    arguments, {f"batch {batch}": {"batch": batch} for batch in arguments.batch or [16, 1]}, build,
    {"versions": f"ONNX Runtime {onnxruntime.__version__}"},
)
