"""Writes a network of forward_speed.py for OpenVINO (network.xml) and, where PyTorch has it, for ONNX Runtime (network.onnx).

A process of its own, so that those two run without the program that made the network, as they do in use. A network that
PyTorch lacks is Keras'.
"""

import argparse
import json
from pathlib import Path

import openvino

from forward_networks import NETWORKS

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("network", choices=list(NETWORKS), metavar="NETWORK")
parser.add_argument("--to", type=Path, required=True, metavar="FOLDER")
arguments = parser.parse_args()
sources = NETWORKS[arguments.network]

if sources.torch:
    import torch

    import forward_torch

    network = forward_torch.build(sources)
    parameters = forward_torch.parameters(network)
    example = torch.randn(1, 3, sources.side, sources.side)
    # The TorchScript exporter: the newer one needs another package.
    torch.onnx.export(
        network, (example,), arguments.to / "network.onnx", dynamo=False, input_names=["pictures"],
        output_names=["features"], dynamic_axes={"pictures": {0: "batch"}, "features": {0: "batch"}},
    )
    converted = openvino.convert_model(network, example_input=example)
else:
    import forward_keras

    network = forward_keras.build(sources)
    parameters = network.count_params()
    converted = openvino.convert_model(network)
openvino.save_model(converted, arguments.to / "network.xml", compress_to_fp16=False)
print(json.dumps({"parameters": parameters}))
