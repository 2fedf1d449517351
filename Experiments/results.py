"""What the experiments' runs said: their JSON lines, read for tables."""

import json
import pathlib
import statistics
import sys


def runs():
    """The runs in the folder that is the first argument, by their labels, in order: lists of events."""
    labelled = {}
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.jsonl")):
        first, *events = [json.loads(line) for line in path.read_text().splitlines()]
        labelled.setdefault(first["label"], []).append(events)
    return labelled


def event(run, name):
    """What a run said first under a name."""
    return next(event for event in run if event["event"] == name)


def is_peer(run):
    """Whether another library was at work."""
    return run[0]["event"] == "peer"


def final(run):
    """The validation metrics of the model that a run saved."""
    return event(run, "finished")["validation"]


def score(run):
    """The one number that counts: top-1, the mean average precision, or the mean R²."""
    if is_peer(run):
        return run[0]["score"]
    metrics = final(run)
    if metrics.get("errors") is not None:
        return statistics.mean(number["determination"] for number in metrics["errors"] if number.get("determination") is not None)
    return metrics["top1"] if metrics.get("meanAveragePrecision") is None else metrics["meanAveragePrecision"]


def loss(run):
    """The validation loss of what a run made."""
    return run[0]["loss"] if is_peer(run) else final(run)["loss"]


def stages(run):
    """The ends of a run's stages, by their names."""
    return {event["stage"]: event for event in run if event["event"] == "stageFinished"}


def seconds(run):
    """How long a run took, from the first picture read to the last step."""
    return run[0]["seconds"] if is_peer(run) else event(run, "finished")["seconds"]["total"]


def parts(run):
    """How many pictures trained and validated."""
    if is_peer(run):
        return run[0]["training"], run[0]["validation"]
    split = event(run, "split")
    return split["training"], split["validation"]


def figures(measured):
    """What tables say of runs that differ in their seeds: pictures, score and loss."""
    return [
        "{} + {}".format(*parts(measured[0])), spread([score(run) for run in measured]),
        spread([loss(run) for run in measured])]


def spread(values, digits=3, scale=1):
    """The mean, and the least and the greatest where there are several values."""
    values = [value * scale for value in values]
    mean = f"{statistics.mean(values):.{digits}f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def table(columns, rows):
    """Prints a table in Markdown."""
    for row in [columns, ["---"] * len(columns), *rows]:
        print("| " + " | ".join(row) + " |")
