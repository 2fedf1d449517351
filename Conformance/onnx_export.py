"""Compares exported ONNX files with PyTorch in double precision.

    onnx_export.py FOLDER [PICTURES [TOLERANCE]]

Each folder in FOLDER holds `model.onnx`, what it was made from as `network.json`, and `parameters.f32`. The network is
computed here from its definition alone, with its own formulas, and ONNX Runtime's answers must be within 1e-4 of that, or
TOLERANCE; where an output has numbers beyond 1, so much of the greatest one.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F


def load(folder):
    """The definition of a case, and its parameters by name in double precision."""
    case = json.loads((folder / "network.json").read_text())
    numbers = np.fromfile(folder / "parameters.f32", dtype="<f4")
    parameters, start = {}, 0
    for entry in case["parameters"]:
        count = math.prod(entry["shape"])
        parameters[entry["name"]] = torch.from_numpy(
            numbers[start:start + count].astype(np.float64).reshape(entry["shape"]))
        start += count
    assert start == len(numbers)
    return case, parameters


def prepared(pixels, rule):
    """Pictures [N, H, W, 3] of levels as the network's input [N, H, W, C]."""
    levels = pixels.double()
    mean, scale = torch.tensor(rule["mean"]).double(), torch.tensor(rule["scale"]).double()
    if rule["colorOrder"] == "grey":
        whole = pixels.long()
        luma = (19595 * whole[..., 0] + 38470 * whole[..., 1] + 7471 * whole[..., 2] + 0x8000) >> 16
        return (luma.double()[..., None] - mean) * scale
    x = (levels - mean) * scale
    return x.flip(-1) if rule["colorOrder"] == "bgr" else x


def edges(operation, size, kernel):
    """Rows and columns around an input: top, left, bottom, right."""
    padding, stride = operation["padding"], operation["stride"]
    if "edges" in padding:
        found = padding["edges"]["_0"]
        return [found[side] for side in ("top", "left", "bottom", "right")]
    if "valid" in padding:
        return [0, 0, 0, 0]
    totals = [max((math.ceil(extent / stride) - 1) * stride + k - extent, 0) for extent, k in zip(size, kernel)]
    return [totals[0] // 2, totals[1] // 2, totals[0] - totals[0] // 2, totals[1] - totals[1] // 2]


def maps(x):
    return x.permute(0, 3, 1, 2)


def pixels_last(x):
    return x.permute(0, 2, 3, 1)


def convolved(operation, x, kernel, bias):
    top, left, bottom, right = edges(operation, x.shape[1:3], kernel.shape[2:])
    padded = F.pad(maps(x), (left, right, top, bottom))
    return pixels_last(F.conv2d(padded, kernel, bias, stride=operation["stride"], groups=operation["groups"]))


def pooled(operation, x):
    """Window by window, as the definition of a pooling says."""
    size, stride = operation["size"], operation["stride"]
    height, width = x.shape[1:3]
    top, left, bottom, right = edges(operation, (height, width), (size, size))

    def starts(extent, before, after):
        excess = extent + before + after - size
        count = excess // stride + 1
        if operation["roundsUp"] and excess % stride and count * stride < extent + before:
            count += 1
        return [index * stride - before for index in range(count)]

    rows = []
    for y in starts(height, top, bottom):
        row = []
        for column in starts(width, left, right):
            window = x[:, max(y, 0):y + size, max(column, 0):column + size]
            match operation["reduction"]:
                case "maximum":
                    row.append(window.amax((1, 2)))
                case "average":
                    row.append(window.mean((1, 2)))
                case "averageWithPadding":
                    row.append(window.sum((1, 2)) / size ** 2)
        rows.append(torch.stack(row, 1))
    return torch.stack(rows, 1)


def activated(function, x):
    if function.startswith("leakyReLU "):
        return F.leaky_relu(x, float(function.split()[1]))
    return {
        "relu": F.relu, "relu6": F.relu6, "sigmoid": torch.sigmoid, "silu": F.silu, "hardSwish": F.hardswish,
        "hardSigmoid": F.hardsigmoid, "gelu": F.gelu, "geluTanh": lambda value: F.gelu(value, approximate="tanh"),
    }[function](x)


def normalized(node, x, parameters):
    name = node["name"]
    variance = parameters[f"{name}/movingVariance"] + node["operation"]["epsilon"]
    y = (x - parameters[f"{name}/movingMean"]) / variance.sqrt()
    if node["operation"]["hasScale"]:
        y = y * parameters[f"{name}/gamma"]
    return y + parameters[f"{name}/beta"]


def combined(function, first, second):
    """Axes behind the batch are aligned from the last one on."""
    rank = max(first.dim(), second.dim())

    def wide(x):
        return x.reshape(x.shape[:1] + (1,) * (rank - x.dim()) + x.shape[1:])

    return function(wide(first), wide(second))


def computed(node, inputs, parameters, pictures):
    """The output of a node; maps are [N, H, W, C]."""
    operation, name = node["operation"], node["name"]
    match operation["kind"]:
        case "input":
            return pictures
        case "parameter":
            value = parameters[f"{name}/value"]
            return value.expand(len(pictures), *value.shape)
        case "convolution":
            return convolved(operation, inputs[0], parameters[f"{name}/kernel"], parameters.get(f"{name}/bias"))
        case "batchNormalization":
            return normalized(node, inputs[0], parameters)
        case "activation":
            return activated(operation["activation"], inputs[0])
        case "add":
            return combined(torch.add, *inputs)
        case "multiply":
            return combined(torch.mul, *inputs)
        case "concatenate":
            return torch.cat(inputs, -1)
        case "pooling":
            return pooled(operation, inputs[0])
        case "globalAveragePooling":
            return inputs[0].mean((1, 2))
        case "adaptiveAveragePooling":
            size = operation["height"], operation["width"]
            return pixels_last(F.adaptive_avg_pool2d(maps(inputs[0]), size))
        case "localResponseNormalization":
            return pixels_last(F.local_response_norm(
                maps(inputs[0]), operation["size"], operation["alpha"], operation["beta"], operation["k"]))
        case "flatten":
            return inputs[0].flatten(1)
        case "dropout":
            return inputs[0]
        case "dense":
            return F.linear(inputs[0], parameters[f"{name}/kernel"], parameters.get(f"{name}/bias"))
        case "softmax":
            return inputs[0].softmax(-1)
        case other:
            raise ValueError(other)


def reference(network, parameters, pictures):
    """The values of the network's outputs."""
    values = {}
    for node in network["nodes"]:
        values[node["name"]] = computed(
            node, [values[name] for name in node["inputs"]], parameters, pictures)
    return [values[name] for name in network.get("outputs", [network["nodes"][-1]["name"]])]


def halved(network, parameters, path):
    """The parameters with what the file holds in 16 bits: kernels, after a BatchNorm became part of them. They are
    checked to be the nearest numbers; returns the largest weight error against the unit of the last place."""
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}
    readers = {}
    for node in network["nodes"]:
        for name in node["inputs"]:
            readers.setdefault(name, []).append(node)
    outputs = network.get("outputs", [network["nodes"][-1]["name"]])
    result = dict(parameters)
    for node in network["nodes"]:
        name = node["name"]
        if node["operation"]["kind"] not in ("convolution", "dense"):
            continue
        half = torch.from_numpy(stored[f"{name}/kernel:half"].astype(np.float64))
        kernel = parameters[f"{name}/kernel"]
        factor = torch.ones(len(kernel), dtype=torch.float64)
        after = readers.get(name, [])
        if name not in outputs and len(after) == 1 and after[0]["operation"]["kind"] == "batchNormalization":
            bn = after[0]
            factor = (parameters[f"{bn['name']}/movingVariance"] + bn["operation"]["epsilon"]).rsqrt()
            factor = factor * parameters.get(f"{bn['name']}/gamma", 1.0)
        factor = factor.reshape(-1, *[1] * (kernel.dim() - 1))
        wanted = kernel * factor
        assert ((half - wanted).abs() <= wanted.abs() * 2 ** -10.9 + 2 ** -25).all(), name
        result[f"{name}/kernel"] = half / factor
    return result


def check_description(model, case, folder):
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    rule = case["preprocessing"]
    assert json.loads(metadata["imgsz"]) == [rule["height"], rule["width"]]
    if case["classes"]:
        assert json.loads(metadata["names"]) == {str(i): label for i, label in enumerate(case["classes"])}
    else:
        assert "names" not in metadata
    for key, value in case["metadata"].items():
        assert metadata[key] == value
    assert model.ir_version == 8 and [(o.domain, o.version) for o in model.opset_import] == [("", 17)]
    types = {i.name: i.type.tensor_type.elem_type for i in list(model.graph.input) + list(model.graph.output)}
    assert types == {"pixels": 2 if case["inputType"] == "uint8" else 1} | {name: 1 for name in case["outputs"]}
    # What the encoder writes is what the reference library writes for the same message.
    assert model.SerializeToString(deterministic=True) == (folder / "model.onnx").read_bytes()


def difference(folder, count):
    """The largest difference of a case, against the greatest magnitude of an output where that is above 1, and the greatest magnitude of its answers."""
    case, parameters = load(folder)
    path = str(folder / "model.onnx")
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path)
    check_description(model, case, folder)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    rule = case["preprocessing"]
    random = np.random.default_rng(5)
    largest, magnitude = 0.0, 0.0
    if case["isHalf"]:
        parameters = halved(case["network"], parameters, path)
    for batch in (1, count):
        pixels = random.integers(0, 256, (batch, rule["height"], rule["width"], 3), dtype=np.uint8)
        given = pixels if case["inputType"] == "uint8" else pixels.astype(np.float32)
        if case["layout"] == "NCHW":
            given = np.ascontiguousarray(given.transpose(0, 3, 1, 2))
        answers = session.run(case["outputs"], {"pixels": given})
        with torch.no_grad():
            expected = reference(case["network"], parameters, prepared(torch.from_numpy(pixels), rule))
        for answer, wanted, value in zip(answers, expected, session.get_outputs()):
            if wanted.dim() == 4 and case["layout"] == "NCHW":
                wanted = maps(wanted)
            assert answer.shape == tuple(wanted.shape), (value.name, answer.shape, wanted.shape)
            assert value.shape == ["N", *wanted.shape[1:]], value.shape
            greatest = float(wanted.abs().max())
            largest = max(largest, float(np.abs(answer - wanted.numpy()).max()) / max(greatest, 1))
            magnitude = max(magnitude, greatest)
    return largest, magnitude, len(model.graph.node)


def main():
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    tolerance = float(sys.argv[3]) if len(sys.argv) > 3 else 1e-4
    torch.set_num_threads(2)
    worst, failures, cases = 0.0, [], sorted(path.parent for path in folder.glob("*/model.onnx"))
    if not cases:
        sys.exit(f"no exports in {folder}")
    for case in cases:
        try:
            largest, magnitude, nodes = difference(case, count)
        except Exception as error:
            failures.append(case.name)
            print(f"{case.name}: {type(error).__name__}: {str(error)[:600]}")
            continue
        worst = max(worst, largest)
        good = largest <= tolerance
        if not good:
            failures.append(case.name)
        print(f"{case.name}: {largest:.2e}, greatest {magnitude:.3g}, {nodes} nodes{'' if good else '  TOO LARGE'}")
    print(f"{len(cases)} exports, largest difference {worst:.2e}, {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
