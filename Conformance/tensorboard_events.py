"""Event files and TensorBoard (packages tensorboard, numpy, pillow).

Without an argument: makes Fixtures/tensorboard_events.bin with TensorBoard's own messages and record writer.
tensorboard_events.py FILE: reads an event file with TensorBoard's readers and checks every value in it; FILE
holds what ReportSamples.swift writes, the same values as below. The tests write it to the folder reports in
the one that GRAFT_CONFORMANCE names.
"""

import base64
import io
import math
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader, LegacyEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.histogram_pb2 import HistogramProto
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util

FIXTURE = Path(__file__).parent / "Fixtures" / "tensorboard_events.bin"
TIME = 1_700_000_000.25
BUCKETS = 30
# Tag, value, step.
SCALARS = [
    ("loss/training", math.inf, -1), ("loss/training", 1 / 3, 0), ("loss/training", 0.0, 1),
    ("loss/training", math.nan, 2), ("loss/training", -1e-45, 1 << 40),
    ('Größe/точность "top 1", 花\n', 0.875, 7),
]
# Bytes of PNG files, height, width, color space.
IMAGES = [
    ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mM4AQAAygDJNEIn8wAAAABJRU5ErkJggg==", 1, 1, 1),
    (
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAF0lEQVR42mNkYGRiZmZmZmZm4eTkhLAAAo4ASHiAJ28"
        "AAAAASUVORK5CYII=",
        2, 3, 3),
]


def random_bits(count):
    """Numbers of 32 bits by the linear congruential rule of Numerical Recipes (2nd edition, 7.1), from 1."""
    state, bits = 1, []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        bits.append(state)
    return np.array(bits, np.uint32)


def histograms():
    """(tag, finite values) of all histograms."""
    weights = (random_bits(1000) >> 8).astype(np.float64) * 2.0**-24 - 0.25
    return [("weights/dense", weights), ("weights/equal", np.full(4, 2.5)), ("weights/none", np.zeros(0))]


def histogram(values):
    if not values.size:
        return HistogramProto(min=0, max=0, num=0, sum=0, sum_squares=0)
    low, high = values.min(), values.max()
    limits, counts = np.array([high]), [values.size]
    if low < high:
        limits = np.append(low + (high - low) / BUCKETS * np.arange(1, BUCKETS), high)
        buckets = np.minimum(np.searchsorted(limits, values, "right"), BUCKETS - 1)
        counts = np.bincount(buckets, minlength=BUCKETS)
    # One after the other, as Swift adds them.
    total = squares = 0.0
    for value in values.tolist():
        total += value
        squares += value * value
    return HistogramProto(
        min=low, max=high, num=values.size, sum=total, sum_squares=squares, bucket_limit=limits,
        bucket=counts)


def expected():
    """All events of the file."""
    def event(step, *values):
        return Event(wall_time=TIME, step=step, summary=Summary(value=values))

    yield Event(wall_time=TIME, file_version="brain.Event:2")
    for tag, value, step in SCALARS:
        yield event(step, Summary.Value(tag=tag, simple_value=value))
    for tag, values in histograms():
        yield event(3, Summary.Value(tag=tag, histo=histogram(values)))
    yield event(4, *(
        Summary.Value(tag=f"samples/image/{index}", image=Summary.Image(
            height=height, width=width, colorspace=space, encoded_image_string=base64.b64decode(text)))
        for index, (text, height, width, space) in enumerate(IMAGES)))


def same(left, right):
    return np.array_equal(np.float64(left), np.float64(right), equal_nan=True)


def check_messages(path):
    found, wanted = list(LegacyEventFileLoader(str(path)).Load()), list(expected())
    assert len(found) == len(wanted), f"{len(found)} events, {len(wanted)} expected"
    for index, (event, right) in enumerate(zip(found, wanted)):
        # NaN differs from itself, its text does not.
        assert str(event) == str(right), f"event {index}: {event} instead of {right}"


def check_dashboards(path):
    """What the dashboards get, after TensorBoard has converted old kinds of values."""
    scalars, distributions, pictures = [], {}, {}
    for event in EventFileLoader(str(path)).Load():
        for value in event.summary.value:
            plugin, array = value.metadata.plugin_data.plugin_name, tensor_util.make_ndarray(value.tensor)
            if plugin == "scalars":
                scalars.append((value.tag, float(array), event.step))
            else:
                {"histograms": distributions, "images": pictures}[plugin][value.tag] = array
    assert [(tag, step) for tag, _, step in scalars] == [(tag, step) for tag, _, step in SCALARS]
    assert all(same(found, np.float32(value)) for (_, found, _), (_, value, _) in zip(scalars, SCALARS))
    for tag, values in histograms():
        assert distributions[tag][:, 2].sum() == values.size, tag
        if values.size:
            assert distributions[tag][0, 0] == np.float32(values.min())
            assert distributions[tag][-1, 1] == np.float32(values.max())
    for index, (_, height, width, _) in enumerate(IMAGES):
        columns, rows, encoded = pictures[f"samples/image/{index}"]
        assert (int(columns), int(rows)) == Image.open(io.BytesIO(encoded)).size == (width, height)


def check_accumulator(path):
    accumulator = EventAccumulator(str(path), {"scalars": 0, "histograms": 0, "images": 0}).Reload()
    assert accumulator.file_version == 2.0
    for tag in {tag for tag, _, _ in SCALARS}:
        points = [(value, step) for name, value, step in SCALARS if name == tag]
        found = accumulator.Scalars(tag)
        assert [(point.step, point.wall_time) for point in found] == [(step, TIME) for _, step in points]
        assert same([point.value for point in found], [np.float32(value) for value, _ in points])
    assert set(accumulator.Tags()["histograms"]) == {tag for tag, _ in histograms()}
    assert len(accumulator.Tags()["images"]) == len(IMAGES)


def check_damage(path):
    """A changed byte of a record is noticed: the reader stops before it."""
    contents = bytearray(Path(path).read_bytes())
    contents[len(contents) // 2] ^= 1
    with tempfile.TemporaryDirectory() as folder:
        damaged = Path(folder) / "events.out.tfevents.damaged"
        damaged.write_bytes(contents)
        assert len(list(LegacyEventFileLoader(str(damaged)).Load())) < len(list(expected()))


def main():
    if len(sys.argv) == 1:
        with open(FIXTURE, "wb") as file:
            writer = RecordWriter(file)
            for event in expected():
                writer.write(event.SerializeToString())
    path = sys.argv[1] if len(sys.argv) > 1 else FIXTURE
    with tempfile.TemporaryDirectory() as folder:
        # TensorBoard reads only files with such names.
        copy = Path(folder) / "events.out.tfevents.copy"
        copy.write_bytes(Path(path).read_bytes())
        for check in (check_messages, check_dashboards, check_accumulator, check_damage):
            check(copy)
    print(f"{path}: {len(list(expected()))} events are as expected")


if __name__ == "__main__":
    main()
