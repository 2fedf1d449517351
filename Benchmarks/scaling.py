"""How graft's training scales: with threads, and with the number of photos. Prints two tables. Standard library only.

Threads: `graft train` on the same photos with 1, 2, 4 ... threads; from the time of each part with one and with most threads
follows its serial share (Amdahl), and from those what 64 threads would take. Photos: folders of 1, 2, 4 and 8 thousand, made of
real ones (growing_photos.py); time is to grow in proportion, memory not at all. Each run is a process with a new GRAFT_HOME;
its pictures are read before, so that they are in the page cache.
"""

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from compare import HERE, Run, processor, spread, stop
from peers import check, command, graft_version, load, note
from weight_loading import read

SHARED = HERE.parents[1] / "shared"
NETWORK = "mobilenet_v2.keras"
# The stages of each job; epochs are as many as they say, on any data.
STAGES = {
    "head alone": "  - {name: head, train: head, epochs: 10, patience: never}\n",
    "head and last part": (
        "  - {name: head, train: head, epochs: 10, patience: never}\n"
        "  - {name: tune, train: {freeze-first: 100}, epochs: 3, patience: never, learning-rate: 1e-5}\n"
    ),
}
# The goals: no serial part over 5 %; and 8 thousand photos at no more than this, to each photo's time and memory of a thousand.
SERIAL, GROWTH, MANY = 0.05, 1.1, 64


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cores = os.cpu_count() or 1
    parser.add_argument("--graft", type=Path, default=HERE.parent / ".build" / "release" / "graft")
    parser.add_argument("--python", type=Path, required=True, help="the Python that has Pillow")
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "cats_and_dogs", help="train/ and validation/")
    parser.add_argument("--weights", type=Path, help=f"weights of {NETWORK}",
                        default=SHARED / "weights" / "mobilenet_v2_1.0_224_tfslim_folded.h5")
    parser.add_argument("--jobs", nargs="+", choices=list(STAGES), default=list(STAGES), metavar="JOB",
                        help=f"which of {', '.join(map(repr, STAGES))} (default: both)")
    parser.add_argument("--threads", type=int, nargs="*", help="default: 1, 2, 4 and so on, as many as there are cores",
                        default=[1 << power for power in range(cores.bit_length()) if 1 << power <= cores])
    parser.add_argument("--photos", type=int, nargs="*", default=[1000, 2000, 4000, 8000],
                        help="default: 1000 2000 4000 8000; none: threads only")
    parser.add_argument("--runs", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--output", type=Path, help="write the tables to this file too")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("at least 1 round is needed")
    if arguments.threads and (len(arguments.threads) < 2 or arguments.threads[0] != 1):
        parser.error("--threads must begin with 1 and go on; with nothing behind it, there is no table of threads")
    for path in (arguments.data / "train", arguments.weights):
        if not path.exists():
            stop(f"{path} is missing: see --data and --weights.")
    return arguments


def train(arguments, data, job, *options):
    """A cold run."""
    for path in (*(path for path in data.rglob("*") if path.is_file()), arguments.weights):
        read(path)
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        folder = Path(folder)
        recipe = folder / "recipe.yaml"
        recipe.write_text(f"name: scaling\nstages:\n{STAGES[job]}")
        return Run([
            arguments.graft, "train", data, "--base", NETWORK, "--weights", arguments.weights, "--recipe", recipe, *options,
            "--no-checkpoint", "--json", "-o", folder / "model.graft",
        ], {"GRAFT_HOME": str(folder / "home")})


def parts(run):
    """Where a run's seconds went, by what the events say; the rest is the process's start and end and what is between."""
    found = {"features": sum(event["seconds"] for event in run.events("features") if event["done"] == event["total"])}
    for event in run.events("epoch"):
        part = f"epochs, {event['stage']}"
        found[part] = found.get(part, 0) + event["seconds"]
    return found | {"the rest": run.seconds - sum(found.values())}


def serial_seconds(one, many, threads):
    """What does not get shorter with threads, of a part that takes `one` with a thread and `many` with threads (Amdahl)."""
    return min(max((threads * many - one) / (threads - 1), 0), one)


def thread_rows(rounds):
    """The rows of a job: all of it, then its parts. A round is a run by number of threads."""
    most = max(rounds[0])
    split = [{threads: parts(run) for threads, run in runs.items()} for runs in rounds]
    names = list(split[0][1])
    serial = {
        name: [serial_seconds(found[1][name], found[most][name], most) for found in split] for name in names
    }
    for name in (None, *names):
        chosen = names if name is None else [name]
        seconds = {threads: [sum(found[threads][part] for part in chosen) for found in split] for threads in rounds[0]}
        speedups = [one / many for one, many in zip(seconds[1], seconds[most])]
        totals = [sum(found[1].values()) for found in split]
        fixed = [sum(values) for values in zip(*(serial[part] for part in chosen))]
        shares = [value / total for value, total in zip(fixed, totals)]
        estimates = [value + (one - value) / MANY for value, one in zip(fixed, seconds[1])]
        goal = "–"
        if name:
            goal = f"{100 * SERIAL:.0f} %: {'met' if statistics.median(shares) <= SERIAL else 'NOT met'}"
        yield (name or "all", seconds, speedups, [100 * share for share in shares], goal, estimates)


def thread_table(arguments):
    cases = {job: [] for job in arguments.jobs}
    for number in range(arguments.runs):
        for job, rounds in cases.items():
            runs = {threads: train(arguments, arguments.data, job, "--threads", threads) for threads in arguments.threads}
            note(f"{job}, round {number + 1}: "
                 + ", ".join(f"{threads} threads {run.seconds:.1f} s" for threads, run in runs.items()))
            rounds.append(runs)
    most = max(arguments.threads)
    lines = [
        f"| job | part | {' | '.join(f'{threads} threads, s' if threads > 1 else '1 thread, s' for threads in arguments.threads)} "
        f"| speed-up | serial, % of the job | goal | with {MANY}, s |",
        "| --- " * (6 + len(arguments.threads)) + "|",
    ]
    for job, rounds in cases.items():
        for name, seconds, speedups, shares, goal, estimates in thread_rows(rounds):
            lines.append(
                f"| {job} | {name} | {' | '.join(spread(values) for values in seconds.values())} | {spread(speedups, 2, '×')} "
                f"| {spread(shares, 1)} | {goal} | {statistics.median(estimates):.2f} |"
            )
    lines += ["", f"Median (least to most) of {arguments.runs} rounds on {arguments.data.name}; "
              f"speed-up, serial share and estimate from 1 and {most} threads."]
    for job, rounds in cases.items():
        words = []
        for threads in arguments.threads:
            chosen = [runs[threads] for runs in rounds]
            cores = statistics.median(run.cpu / run.seconds for run in chosen)
            memory = max(run.megabytes for run in chosen)
            words.append(f"{threads}: {spread([run.cpu for run in chosen], 1)} s, {cores:.2f} cores, {memory:.0f} MB")
        lines.append(f"{job}, CPU time and peak memory by threads: {'; '.join(words)}.")
    return lines


def photo_table(arguments, folder):
    note(f"making {max(arguments.photos)} photos")
    made = Run(command(arguments.python, "growing_photos.py", arguments.data, folder, *arguments.photos)).result
    cases = {job: {count: [] for count in arguments.photos} for job in arguments.jobs}
    for number in range(arguments.runs):
        for job, counts in cases.items():
            for count, runs in counts.items():
                runs.append(train(arguments, folder / str(count), job, "--validation-split", 0.2))
                note(f"{job}, round {number + 1}, {count} photos: {runs[-1].seconds:.1f} s, {runs[-1].megabytes:.0f} MB")
    lines = [
        "| job | photos | s | s for 1000 | of the fewest | goal | CPU, s | peak MB | of the fewest | goal |",
        "| --- " * 10 + "|",
    ]
    for job, counts in cases.items():
        fewest = min(counts)
        for count, runs in counts.items():
            each = [run.seconds / count * 1000 for run in runs]
            growth = [mine / first.seconds * fewest / 1000 for mine, first in zip(each, counts[fewest])]
            memory = max(run.megabytes for run in runs)
            share = memory / max(run.megabytes for run in counts[fewest])
            goals = ["–", "–"] if count == fewest else [
                f"{GROWTH}×: {'met' if value <= GROWTH else 'NOT met'}" for value in (statistics.median(growth), share)
            ]
            lines.append(
                f"| {job} | {count} | {spread([run.seconds for run in runs], 1)} | {spread(each)} | {spread(growth, 2, '×')} "
                f"| {goals[0]} | {spread([run.cpu for run in runs], 1)} | {memory:.0f} | {share:.2f}× | {goals[1]} |"
            )
    each = made["bytes"] / 1e3 / max(arguments.photos)
    lines += [
        "", f"Median (least to most) of {arguments.runs} rounds. The photos are crops of the {made['sources']} of "
        f"{arguments.data.name}, encoded anew so that each file's content is another; {each:.0f} kB each.",
    ]
    return lines


def main():
    arguments = parse()
    check(arguments, "PIL")
    loads, lines = [load()], []
    if arguments.threads:
        lines += [*thread_table(arguments), ""]
    if arguments.photos:
        with tempfile.TemporaryDirectory(prefix="graft-photos-") as folder:
            lines += [*photo_table(arguments, Path(folder)), ""]
    loads.append(os.getloadavg()[0])
    result = "\n".join([
        *lines,
        "The head is trained for 10 epochs on MobileNetV2's features; then, in the second job, all from layer 100 on for 3 epochs.",
        f"{processor()}, {os.cpu_count()} cores; load before the start {loads[0]:.1f}, at the end {loads[1]:.1f}; "
        f"graft {graft_version(arguments)}.",
    ])
    print(result)
    if arguments.output:
        arguments.output.write_text(result + "\n")


if __name__ == "__main__":
    main()
