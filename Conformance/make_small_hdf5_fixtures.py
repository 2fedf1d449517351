"""Writes HDF5 files of a few hundred bytes, which h5py cannot make, for Tests/WeightFilesTests and `make fuzz`.

    python3 Conformance/make_small_hdf5_fixtures.py

A fuzzer changes a byte that matters only if there are few that do not. The files lack the unused room that libhdf5 leaves in
heaps and tree nodes, and hold one layer "a" with one weight "v" each.
"""

import pathlib
import struct
import zlib

FOLDER = pathlib.Path(__file__).parent.parent / "Tests" / "WeightFilesTests" / "Fixtures"
NONE = b"\xff" * 8
FLOAT = bytes([0x11, 0x20, 0x1F, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0])
VALUES = struct.pack("<6f", *range(6))


def number(value, width=8):
    return value.to_bytes(width, "little")


def padded(data):
    return data + bytes(-len(data) % 8)


class File:
    """Bytes that grow; each structure is put at the end and its place returned."""

    def __init__(self, old):
        self.old = old
        self.bytes = bytearray(96 if old else 48)

    def put(self, data):
        self.bytes += bytes(-len(self.bytes) % 8)
        self.bytes += data
        return len(self.bytes) - len(data)

    def header(self, messages):
        if self.old:
            parts = [number(t, 2) + number(len(padded(m)), 2) + bytes(4) + padded(m) for t, m in messages]
            content = b"".join(parts)
            return self.put(b"\1\0" + number(len(parts), 2) + number(1, 4) + number(len(content), 4) + bytes(4) + content)
        content = b"".join(number(t, 1) + number(len(m), 2) + b"\0" + m for t, m in messages)
        return self.put(b"OHDR\2\2" + number(len(content), 4) + content + bytes(4))

    def group(self, members, attributes):
        if not self.old:
            links = [(6, b"\1\0" + number(len(name), 1) + name + number(place)) for name, place in members]
            return self.header(attributes + links)
        names = b"".join(padded(name + b"\0") for name, _ in members)
        heap = self.put(b"HEAP" + bytes(4) + number(len(names)) + NONE + number(len(self.bytes) + 32 + -len(self.bytes) % 8))
        self.put(names)
        entries, offset = b"", 0
        for name, place in members:
            entries += number(offset) + number(place) + bytes(24)
            offset += len(padded(name + b"\0"))
        table = self.put(b"SNOD\1\0" + number(len(members), 2) + entries)
        tree = self.put(b"TREE\0\0" + number(1, 2) + NONE + NONE + number(0) + number(table) + number(0))
        return self.header(attributes + [(0x11, number(tree) + number(heap))])

    def finish(self, root):
        start = b"\x89HDF\r\n\x1a\n"
        if self.old:
            start += bytes([0, 0, 0, 0, 0, 8, 8, 0]) + number(4, 2) + number(16, 2) + bytes(4)
            start += number(0) + NONE + number(len(self.bytes)) + NONE + number(0) + number(root) + bytes(24)
        else:
            start += bytes([2, 8, 8, 0]) + number(0) + NONE + number(len(self.bytes)) + number(root) + bytes(4)
        self.bytes[: len(start)] = start
        return bytes(self.bytes)


def space(extents):
    return b"\2" + number(len(extents), 1) + b"\0\1" + b"".join(number(extent) for extent in extents)


def attribute(name, values, heap=None):
    """Texts of four bytes, or in a global heap."""
    type_ = b"\x13\0\0\0" + number(4, 4)
    data = b"".join(value.ljust(4, b"\0") for value in values)
    if heap is not None:
        type_ = b"\x19\1\0\0" + number(16, 4) + b"\x13\0\0\0" + number(1, 4)
        objects = b"".join(number(i + 1, 2) + bytes(6) + number(len(v)) + padded(v) for i, v in enumerate(values))
        place = heap.put(b"GCOL\1\0\0\0" + number(16 + len(objects)) + objects)
        data = b"".join(number(len(v), 4) + number(place) + number(i + 1, 4) for i, v in enumerate(values))
    sizes = number(len(name) + 1, 2) + number(len(type_), 2) + number(len(space([1])), 2)
    return 0xC, b"\3\0" + sizes + b"\0" + name + b"\0" + type_ + space([len(values)]) + data


def dataset(file, kind):
    messages = [(1, space([2, 3])), (3, FLOAT)]
    if kind == "chunks":
        # Two chunks of 2 x 2, packed; the second reaches over the edge.
        def chunk(values):
            return zlib.compress(struct.pack("<4f", *values))
        keys = b""
        for start, values in ((0, (0, 1, 3, 4)), (2, (2, 0, 5, 0))):
            data = chunk(values)
            place = file.put(data)
            keys += number(len(data), 4) + bytes(4) + number(0) + number(start) + number(0) + number(place)
        tree = file.put(b"TREE\1\0" + number(2, 2) + NONE + NONE + keys)
        layout = b"\3\2\3" + number(tree) + number(2, 4) + number(2, 4) + number(4, 4)
        messages.append((0xB, b"\2\1" + number(1, 2) + number(0, 2) + number(1, 2) + number(6, 4)))
    elif kind == "compact":
        layout = b"\3\0" + number(len(VALUES), 2) + VALUES
    else:
        layout = b"\3\1" + number(file.put(VALUES)) + number(len(VALUES))
    return file.header(messages + [(8, layout)])


def legacy(old, kind, heap):
    file = File(old)
    weight = dataset(file, kind)
    layer = file.group([(b"v", weight)], [attribute(b"weight_names", [b"v"], file if heap else None)])
    return file.finish(file.group([(b"a", layer)], [attribute(b"layer_names", [b"a"], file if heap else None)]))


def keras3(old):
    file = File(old)
    values = file.group([(b"0", dataset(file, "plain"))], [attribute(b"name", [b"a"])])
    inner = file.group([(b"layers", file.group([(b"d_1", file.group([(b"vars", values)], []))], []))], [])
    return file.finish(inner)


def main():
    for old in (True, False):
        for kind in ("plain", "chunks", "compact"):
            name = f"{'old' if old else 'new'}_{kind}"
            (FOLDER / f"small_{name}.h5").write_bytes(legacy(old, kind, heap=kind == "plain"))
        (FOLDER / f"small_{'old' if old else 'new'}_keras3.weights.h5").write_bytes(keras3(old))


if __name__ == "__main__":
    main()
