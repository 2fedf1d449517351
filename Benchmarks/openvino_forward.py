"""A peer of forward_speed.py: OpenVINO on a network that forward_convert.py wrote."""

import time
from pathlib import Path

import numpy
import openvino

import forward_worker
from forward_networks import NETWORKS

arguments = forward_worker.parse(__doc__)
side = NETWORKS[arguments.network].side
core = openvino.Core()
model = core.read_model(Path(arguments.files) / "network.xml")
# Keras' networks have their channels last, PyTorch's first.
channels_last = model.input().partial_shape[3] == openvino.Dimension(3)

# Pictures at one time and what OpenVINO is to be fast at; with --batch, each number with both.
HINTS = [(16, "LATENCY"), (1, "THROUGHPUT"), (8, "THROUGHPUT")]
if arguments.batch:
    HINTS = [(batch, hint) for batch in arguments.batch for hint in ("LATENCY", "THROUGHPUT")]
SETTINGS = {
    f"batch {batch}, {hint.lower()}": {
        "batch": batch, "hint": hint, "streams": 1 if hint == "LATENCY" else arguments.threads,
    } for batch, hint in HINTS
}


def build(setting):
    batch, streams = setting["batch"], setting["streams"]
    shape = [batch, side, side, 3] if channels_last else [batch, 3, side, side]
    model.reshape(shape)
    compiled = core.compile_model(model, "CPU", {
        "INFERENCE_PRECISION_HINT": arguments.precision, "INFERENCE_NUM_THREADS": arguments.threads,
        "PERFORMANCE_HINT": setting["hint"], "NUM_STREAMS": streams,
    })
    used = compiled.get_property("INFERENCE_PRECISION_HINT")
    if used != (openvino.Type.bf16 if arguments.precision == "bf16" else openvino.Type.f32):
        raise SystemExit(f"OpenVINO computes in {used.get_type_name()}, not {arguments.precision}")
    pictures = numpy.random.default_rng(0).normal(size=shape).astype(numpy.float32)
    # As many at one time as there are streams; each has its own copy of the pictures.
    queue = openvino.AsyncInferQueue(compiled, streams)
    for request in queue:
        request.set_input_tensor(openvino.Tensor(pictures.copy()))
    forward_worker.rate(batch, lambda: compiled(pictures)[0])

    def run(seconds):
        count, begun = 0, time.perf_counter()
        while count < streams or time.perf_counter() - begun < seconds:
            queue.start_async()
            count += 1
        queue.wait_all()
        return batch * count / (time.perf_counter() - begun)

    def measure(seconds):
        # Uncounted: while it waited, others had the caches.
        run(0)
        return run(seconds)

    return measure


forward_worker.run(
    arguments, SETTINGS, build, {"versions": f"OpenVINO {openvino.__version__.split('-')[0]}"}
)
