"""A peer of forward_speed.py: PyTorch in inference mode. bf16 by autocast, or with everything converted to it."""

import copy

import torch
import torchvision

import forward_torch
import forward_worker
from forward_networks import NETWORKS

arguments = forward_worker.parse(__doc__)
torch.set_num_threads(arguments.threads)
sources = NETWORKS[arguments.network]
network = forward_torch.build(sources)
parameters = forward_torch.parameters(network)

CHANNELS_LAST = {"memory_format": torch.channels_last}
WAYS = {
    "f32": {"channels last": CHANNELS_LAST, "channels first": {"memory_format": torch.contiguous_format}},
    "bf16": {
        "channels last, autocast": CHANNELS_LAST | {"autocast": True},
        "channels last, converted": CHANNELS_LAST | {"dtype": torch.bfloat16},
    },
}
SETTINGS = {
    f"batch {batch}, {way}": (batch, setting)
    for batch in arguments.batch or [16] for way, setting in WAYS[arguments.precision].items()
}


def build(chosen):
    batch, setting = chosen
    converted = {name: value for name, value in setting.items() if name != "autocast"}
    # While choosing a network of its own, for the next setting converts it otherwise.
    forward = (copy.deepcopy(network) if arguments.choose else network).to(**converted)
    pictures = torch.randn(batch, 3, sources.side, sources.side).to(**converted)

    @torch.inference_mode()
    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled="autocast" in setting):
            return forward(pictures)

    return forward_worker.rate(batch, step)


forward_worker.run(
    arguments, SETTINGS, build,
    {"parameters": parameters, "versions": f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}"},
)
