"""Saves the networks of networks.py, with their generated weights, as the files in which such networks are published.

--to FOLDER: writes the files and FOLDER/manifest.json; --small: only small networks; names: only those networks.
The files' outputs are those of Fixtures/networks/<network>.json; without top, its "features" alone.
--tiny: writes Fixtures/files: the starts of two networks of a small width, in files of which `make test` reads all,
and beside each network's files its fixture, as networks.py makes it, for one small size that is neither square nor even.

Formats of a Keras network (top and, of the published form, no top):
legacy_weights      Keras 3 writing its old HDF5 weights file (weight names "fc1/kernel")
legacy_model        a whole model as .h5, with its configuration
published           the HDF5 file as published: "fc1/kernel:0", depthwise kernels under that name, layers without
                    weights listed; VGG's names of Keras 1 ("block1_conv1_W_1:0"), Inception's and Xception's numbers
                    shifted as in a session that had built other networks, SqueezeNet's names with "_3" and "/"
keras3_weights      .weights.h5
keras3_model        .keras
numpy               VGG's .npy: a pickled dictionary, "conv1_1" and so on to "fc8", of [kernel, bias]
Formats of a PyTorch network: zip, legacy (the serialisation before PyTorch 1.6), checkpoint (legacy, with the state
dict inside a training's dictionary), safetensors.
"""

import argparse
import importlib
import json
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from networks import SOURCES, compute, names_of

SMALL = [
    "mobilenet_v2_035.keras", "mobilenet_v1_025.keras", "squeezenet1_1.keras",
    "mobilenet_v1_025.pytorch", "squeezenet1_1.torchvision", "resnet18.torchvision",
]
TINY_FOLDER = Path(__file__).parent / "Fixtures" / "files"
TINY_SIZE = (45, 37)
# Where a name is published with the number of the session that saved it, what to add to that number.
_SHIFTS = {
    "inception_v3.keras": {"conv2d": 94, "batch_normalization": 94, "activation": 94},
    "xception.keras": {"conv2d": 4, "batch_normalization": 4, "add": 16},
}


def _shifted(layer, shifts):
    """conv2d_1 is conv2d_95 after 94 others; the first of a session has no number."""
    match = re.fullmatch(r"([a-z0-9_]*?[a-z0-9])(?:_(\d+))?", layer)
    if not match or match[1] not in shifts:
        return layer
    return f"{match[1]}_{int(match[2] or 0) + shifts[match[1]]}"


def _published_names(network, layer, entries):
    """(layer name, weight names) in the network's published file."""
    if network.startswith("vgg"):
        return layer, [f"{layer}_{'W' if entry.name.endswith('kernel') else 'b'}_1:0" for entry in entries]
    if network.startswith("squeezenet"):
        return layer, [f"{layer}_3/{entry.name.rsplit('/', 1)[1]}:0" for entry in entries]
    layer = _shifted(layer, _SHIFTS.get(network, {}))
    return layer, [f"{layer}/{entry.name.rsplit('/', 1)[1]}:0" for entry in entries]


def _write_published(network, model, path):
    """A weights file as Keras 1 and 2 wrote it."""
    import h5py
    import numpy as np

    from keras_networks import file_layer_name, variables

    weights = {}
    for entry, variable in variables(model):
        weights.setdefault(entry.name.rsplit("/", 1)[0], []).append((entry, variable.numpy()))
    with h5py.File(path, "w") as file:
        names = []
        for layer in map(file_layer_name, (layer.name for layer in model.layers)):
            found = weights.get(layer, [])
            published, weight_names = _published_names(network, layer, [entry for entry, _ in found])
            names.append(published.encode())
            group = file.create_group(published)
            group.attrs["weight_names"] = np.array([name.encode() for name in weight_names])
            for weight_name, (_, values) in zip(weight_names, found):
                group[weight_name] = values
        file.attrs["layer_names"] = np.array(names)
        # VGG's are of Keras 1, which wrote no version.
        if not network.startswith("vgg"):
            file.attrs["backend"], file.attrs["keras_version"] = "tensorflow", "2.0.0"


def _save_keras(name, folder):
    import h5py
    import keras_networks
    from keras.src.legacy.saving import legacy_h5_format

    is_tiny = name in keras_networks.TINY
    size = TINY_SIZE if is_tiny else (keras_networks.NETWORKS[name].native_size,) * 2
    for top in (False,) if is_tiny else (True, False):
        model = keras_networks.generate(name, size, top, activation="softmax")
        stem = folder / (name if top or is_tiny else f"{name}.notop")
        _write_published(name, model, f"{stem}.published.h5")
        yield "published", f"{stem.name}.published.h5", top
        if not top and not is_tiny:
            break
        if not is_tiny:
            with h5py.File(f"{stem}.legacy.h5", "w") as file:
                legacy_h5_format.save_weights_to_hdf5_group(file, model)
            yield "legacy_weights", f"{stem.name}.legacy.h5", top
        model.save(f"{stem}.model.h5")
        yield "legacy_model", f"{stem.name}.model.h5", top
        model.save_weights(f"{stem}.weights.h5")
        yield "keras3_weights", f"{stem.name}.weights.h5", top
        model.save(f"{stem}.keras")
        yield "keras3_model", f"{stem.name}.keras", top
        if name.startswith("vgg"):
            _write_numpy(model, f"{stem}.npy")
            yield "numpy", f"{stem.name}.npy", top


def _write_numpy(model, path):
    import numpy as np

    names = {"fc1": "fc6", "fc2": "fc7", "predictions": "fc8"}
    tables = {
        names.get(layer.name, layer.name.removeprefix("block").replace("_conv", "_")): layer.get_weights()
        for layer in model.layers
        if layer.weights
    }
    np.save(path, {name if name.startswith("fc") else f"conv{name}": pair for name, pair in tables.items()})


def _save_torch(name, folder):
    import torch
    import torch_networks
    from safetensors.torch import save_file

    state = torch_networks.generate(name).state_dict()
    torch.save(state, folder / f"{name}.pth")
    yield "zip", f"{name}.pth", name not in torch_networks.TINY
    if name == "resnet18.torchvision":
        torch.save(state, folder / f"{name}.legacy.pth", _use_new_zipfile_serialization=False)
        yield "legacy", f"{name}.legacy.pth", True
    if name == "mobilenet_v1_025.pytorch":
        checkpoint = {"epoch": 0, "arch": name, "state_dict": state, "best_acc1": torch.tensor(0.0), "optimizer": {}}
        torch.save(checkpoint, folder / f"{name}.pth.tar", _use_new_zipfile_serialization=False)
        yield "checkpoint", f"{name}.pth.tar", True
    if name == "googlenet.bvlc":
        save_file(state, folder / f"{name}.safetensors")
        yield "safetensors", f"{name}.safetensors", True


def save(name, module, folder):
    """The manifest's lines about a network."""
    save_all = _save_keras if module == "keras_networks" else _save_torch
    source = importlib.import_module(module)
    network = (source.NETWORKS | source.TINY)[name]
    fixtures = "files" if name in source.TINY else "networks"
    return [
        {
            "file": file,
            "network": name,
            "format": format,
            "includes_top": top,
            "fixture": f"Fixtures/{fixtures}/{name}.json",
            "native_size": network.native_size,
            "outputs": ["features", "logits"] if top else ["features"],
        }
        for format, file, top in save_all(name, folder)
    ]


def save_tiny(name, module, folder):
    """The manifest's lines about a network of TINY; its fixture is written too."""
    import reference

    reference.write(folder / f"{name}.json", compute(name, module, [TINY_SIZE]))
    return save(name, module, folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--to", type=Path, metavar="FOLDER")
    place.add_argument("--tiny", action="store_const", const=TINY_FOLDER, dest="to")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    manifest = []
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        table, writes = ("TINY", save_tiny) if arguments.to == TINY_FOLDER else ("NETWORKS", save)
        known = {name: module for module in SOURCES for name in pool.submit(names_of, module, table).result()}
        wanted = arguments.names or (SMALL if arguments.small else list(known))
        if unknown := [name for name in wanted if name not in known]:
            parser.error(f"{', '.join(unknown)} unknown; there are {', '.join(known)}.")
        for name in wanted:
            manifest += pool.submit(writes, name, known[name], arguments.to).result()
            print(f"{name}: {sum(line['network'] == name for line in manifest)} files", flush=True)
    lines = ",\n ".join(json.dumps(line) for line in manifest)
    (arguments.to / "manifest.json").write_text(f"[\n {lines}\n]\n")


if __name__ == "__main__":
    main()
