"""Checks what Swift writes of features: report_arrays.py FOLDER.

Reads features.npy, features.safetensors and features.csv, as ReportSamples.swift makes them, with NumPy,
safetensors and Python's csv, and checks every value. The tests write them to the folder reports in the one
that GRAFT_CONFORMANCE names.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file

from tensorboard_events import random_bits

ROWS, COLUMNS = 200, 33
NAMES = [
    "plain", 'say "cheese"', "a,b", "two\nlines", "carriage\rreturn", "back\\slash", "tab\tbell\x07nul\x00",
    "Größe 花 \U0001f43f", "e\u0301", " spaces ", "", "line\u2028separator", "{}'\x7f",
]


def main():
    folder = Path(sys.argv[1])
    # Any bits: numbers of all sizes, subnormal ones, infinities and NaN.
    bits = random_bits(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    bits[0, :6] = 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000, 1, 0x7F7FFFFF
    expected = bits.view(np.float32)

    array = np.load(folder / "features.npy", allow_pickle=False)
    assert array.dtype == np.float32 and array.flags.c_contiguous
    assert np.array_equal(array.view(np.uint32), bits)

    file = folder / "features.safetensors"
    tensors = load_file(file)
    assert list(tensors) == ["features"] and np.array_equal(tensors["features"].view(np.uint32), bits)
    with safe_open(file, "numpy") as opened:
        assert opened.metadata() == {name: f"<{name}>" for name in NAMES}
    contents = file.read_bytes()
    size = int.from_bytes(contents[:8], "little")
    assert size % 8 == 0 and json.loads(contents[8:8 + size])["features"]["data_offsets"] == [0, bits.nbytes]

    with open(folder / "features.csv", newline="", encoding="utf-8") as table:
        head, *lines = csv.reader(table, strict=True)
    assert head == ["path", "label"] + [f"f{index}" for index in range(COLUMNS)]
    assert len(lines) == ROWS
    for row, (path, label, *features) in enumerate(lines):
        name = NAMES[row % len(NAMES)]
        assert (path, label) == (f"{row}/{name}", name), (row, path, label)
        # Through float64, as most readers do it.
        read = np.array([float(text) for text in features]).astype(np.float32)
        assert np.array_equal(read, expected[row], equal_nan=True), row
        numbers = ~np.isnan(read)
        assert np.array_equal(read.view(np.uint32)[numbers], bits[row][numbers]), row
        # NumPy's texts are the shortest, too: no text has more digits than those.
        for text, value in zip(features, expected[row]):
            if np.isfinite(value):
                shortest = np.format_float_scientific(value, unique=True, trim="-")
                assert digits(text) == digits(shortest), (text, shortest)
    print(f"{folder}: features.npy, .safetensors and .csv are as expected")


def digits(text):
    """The digits that matter, without zeros at either end."""
    return "".join(filter(str.isdigit, text.lower().split("e")[0])).strip("0")


if __name__ == "__main__":
    main()
