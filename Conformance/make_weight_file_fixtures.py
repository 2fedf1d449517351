"""Writes the small weight files that Tests/WeightFilesTests reads, with PyTorch and safetensors.

    python3 Conformance/make_weight_file_fixtures.py

The tests know the values by the formulas below. Made with torch 2.15.0 and safetensors; another version may give other
bytes but must give the same tensors.
"""

import argparse
import collections
import datetime
import pathlib
import zipfile

import numpy
import safetensors.torch
import torch

FOLDER = pathlib.Path(__file__).parent.parent / "Tests" / "WeightFilesTests" / "Fixtures"
TYPES = {
    "float64": torch.float64, "float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16,
    "int64": torch.int64, "int32": torch.int32, "int16": torch.int16, "int8": torch.int8, "uint8": torch.uint8,
    "bool": torch.bool,
}


def all_types():
    """One tensor of each type with the elements -1, -0.5, 0, 0.5, 1, 1.5, or for integers 0 ... 5, for bool 0, 1, 1, ..."""
    tensors = collections.OrderedDict()
    for name, dtype in TYPES.items():
        numbers = torch.arange(6)
        values = numbers * 0.5 - 1 if dtype.is_floating_point else numbers
        tensors[name] = values.to(dtype).reshape(2, 3)
    return tensors


def views():
    """Views of one storage 0 ... 23, and tensors of odd shapes."""
    storage = torch.arange(24, dtype=torch.float32)
    tensors = collections.OrderedDict()
    tensors["whole"] = storage.reshape(2, 3, 4)
    tensors["transposed"] = storage.reshape(2, 3, 4).permute(2, 0, 1)
    tensors["slice"] = storage[5:9]
    tensors["steps"] = storage.reshape(4, 6)[1:3, ::2]
    tensors["columns"] = storage.reshape(4, 6)[:, 1:3]
    tensors["expanded"] = torch.full((1, 1), 7.0).expand(3, 2)
    tensors["scalar"] = torch.tensor(2.5)
    tensors["nothing"] = torch.zeros(0, 3)
    tensors["parameter"] = torch.nn.Parameter(torch.ones(2))
    tensors["größe.重み"] = torch.tensor([1.0])
    return tensors


def checkpoint():
    """What a training script saves: a module's state dict among other things."""
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 1), torch.nn.BatchNorm2d(2))
    with torch.no_grad():
        module[0].weight.copy_(torch.tensor([3.0, 4.0]).reshape(2, 1, 1, 1))
        module[0].bias.copy_(torch.tensor([5.0, 6.0]))
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9)
    module(torch.ones(2, 1, 2, 2)).sum().backward()
    optimizer.step()
    with torch.no_grad():
        module[0].weight.copy_(torch.tensor([3.0, 4.0]).reshape(2, 1, 1, 1))
        module[0].bias.copy_(torch.tensor([5.0, 6.0]))
    return {
        "epoch": 24, "arch": "small", "best": torch.tensor(0.5), "state_dict": module.state_dict(),
        "optimizer": optimizer.state_dict(), "size": torch.Size([1, 2]), "type": torch.float32,
    }


def script():
    """A state dict beside what a training script keeps of itself: objects of classes that are no business of a reader."""
    return {
        "model": collections.OrderedDict(a=torch.tensor([1.0, 2.0]), b=torch.nn.Parameter(torch.tensor([3.0]))),
        "args": argparse.Namespace(lr=0.1, data=pathlib.PurePosixPath("photos"), sizes={1, 2}, names=frozenset("a")),
        "best_acc1": numpy.float64(0.75), "history": numpy.arange(3), "date": datetime.date(2020, 1, 2),
        "meters": collections.defaultdict(list, {"loss": [numpy.float32(0.5)]}),
        "counter": collections.Counter("abca"), "where": torch.device("cpu"),
    }


def deflate(source, target):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry), zipfile.ZIP_DEFLATED)


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, content in {"types": all_types(), "views": views(), "checkpoint": checkpoint(), "script": script()}.items():
        torch.save(content, FOLDER / f"{name}_zip.pth")
        torch.save(content, FOLDER / f"{name}_legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(all_types(), FOLDER / "protocol4_zip.pth", pickle_protocol=4)
    torch.save(all_types(), FOLDER / "protocol4_legacy.pth", pickle_protocol=4, _use_new_zipfile_serialization=False)
    torch.save({"a": torch.zeros(2, dtype=torch.uint16)}, FOLDER / "uint16_zip.pth")
    torch.save({"a": torch.zeros(2, dtype=torch.complex64)}, FOLDER / "complex_legacy.pth",
               _use_new_zipfile_serialization=False)
    torch.save(torch.nn.Linear(1, 1), FOLDER / "module_zip.pth")
    torch.save({"nested": {"a": {"b": torch.ones(1)}, "c": [1, 2]}, "d": torch.zeros(1)}, FOLDER / "nested_zip.pth")
    deflate(FOLDER / "types_zip.pth", FOLDER / "types_deflated.pth")
    safetensors.torch.save_file(all_types(), FOLDER / "types.safetensors", metadata={"made by": "Python \"é\"\n"})
    for path in FOLDER.iterdir():
        path.chmod(0o644)
    numpy.save(FOLDER / "array.npy", numpy.zeros(2))


if __name__ == "__main__":
    main()
