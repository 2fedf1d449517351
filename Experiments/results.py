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


def final(run):
    """The validation metrics of the model that a run saved."""
    return event(run, "finished")["validation"]


def stages(run):
    """The ends of a run's stages, by their names."""
    return {event["stage"]: event for event in run if event["event"] == "stageFinished"}


def seconds(run):
    """How long the stages of a run took, with what was computed for them and is not in the cache."""
    return sum(stage["seconds"] for stage in stages(run).values())


def parts(run):
    """How many pictures trained and validated."""
    split = event(run, "split")
    return split["training"], split["validation"]


def figures(measured):
    """What tables say of runs that differ in their seeds: pictures, top-1 and loss."""
    return [
        "{} + {}".format(*parts(measured[0])), spread([final(run)["top1"] for run in measured]),
        spread([final(run)["loss"] for run in measured])]


def spread(values, digits=3, scale=1):
    """The mean, and the least and the greatest where there are several values."""
    values = [value * scale for value in values]
    mean = f"{statistics.mean(values):.{digits}f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def table(columns, rows):
    """Prints a table in Markdown."""
    for row in [columns, ["---"] * len(columns), *rows]:
        print("| " + " | ".join(row) + " |")
