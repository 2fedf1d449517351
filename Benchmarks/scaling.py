"""How graft's training scales: with threads, and with the number of photos. Prints two tables. Standard library only.

Threads: `graft train` on the same photos with 1, 2, 4 ... threads; from the time of each part with one and with most threads
follows its serial share (Amdahl), and from those what 64 threads would take. Photos: folders of 1, 2, 4 and 8 thousand, made of
real ones (growing_photos.py); time is to grow in proportion, memory not at all. Each run is a process with a new GRAFT_HOME;
its pictures are read before, so that they are in the page cache.
"""

import os
import statistics
import tempfile
from pathlib import Path

import machine
import peers
from peers import SHARED, Cell, Cells, Run, command, met, note, read, spread, values

NETWORK = "mobilenet_v2.keras"
# The stages of each job; epochs are as many as they say, on any data.
HEAD = "  - {name: head, train: head, epochs: 10, patience: never}\n"
TUNE = "  - {name: tune, train: {freeze-first: 100}, epochs: 3, patience: never, learning-rate: 1e-5}\n"
STAGES = {"head": HEAD, "tune": HEAD + TUNE}
JOBS = {"head": "head alone", "tune": "head and last part"}
# The goals: no serial part over 5 %; and 8 thousand photos at no more than this, to each photo's time and memory of a thousand.
SERIAL, GROWTH, MANY = 0.05, 1.1, 64


def parse():
    parser = peers.options(__doc__, runs=3, limit=900, python="the Python that has Pillow")
    peers.choice(parser, "--jobs", JOBS)
    powers = [1 << power for power in range(machine.cores().bit_length()) if 1 << power <= machine.cores()]
    parser.add_argument("--threads", type=peers.positive, nargs="*", default=powers,
                        help="1 and others (default: 1, 2, 4 and so on, as many as there are cores; none: photos only)")
    parser.add_argument("--photos", type=peers.positive, nargs="*", default=[1000, 2000, 4000, 8000],
                        help="default: 1000 2000 4000 8000; none: threads only")
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "cats_and_dogs", help="train/ and validation/")
    parser.add_argument("--weights", type=Path, help=f"weights of {NETWORK}",
                        default=SHARED / "weights" / "mobilenet_v2_1.0_224_tfslim_folded.h5")
    arguments = parser.parse_args()
    if arguments.threads == [1]:
        note("there is no table of threads with only one of them")
        arguments.threads = []
    if arguments.threads and arguments.threads[0] != 1:
        parser.error("--threads must begin with 1")
    return arguments


def train(arguments, cell, data, job, *options):
    """A cold run."""
    read(*(path for path in data.rglob("*") if path.is_file()), arguments.weights)
    with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder:
        folder = Path(folder)
        recipe = folder / "recipe.yaml"
        recipe.write_text(f"name: scaling\nstages:\n{STAGES[job]}")
        return Run(cell, [
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
            goal = f"{100 * SERIAL:.0f} %: {met(statistics.median(shares) <= SERIAL)}"
        yield (name or "all", seconds, speedups, [100 * share for share in shares], goal, estimates)


def measure(arguments, tell, work):
    """By job its cells and its rounds. `work(job)` has the work by side, `tell(side, run)` the words about a run."""
    cases = {job: (Cells(arguments.limit), []) for job in arguments.jobs}
    for number in range(arguments.runs):
        for job, (cells, rounds) in cases.items():
            rounds.append(cells.in_turn(work(job)))
            note(f"{JOBS[job]}, round {number + 1}: " + ", ".join(tell(side, run) for side, run in rounds[-1].items()))
    return {job: (cells, cells.measured(rounds)) for job, (cells, rounds) in cases.items()}


def thread_table(arguments):
    cases = measure(
        arguments, lambda threads, run: f"{threads} threads {run.seconds:.1f} s",
        lambda job: {
            threads: lambda cell, threads=threads: train(arguments, cell, arguments.data, job, "--threads", threads)
            for threads in arguments.threads
        },
    )
    titles = [f"{threads} threads, s" if threads > 1 else "1 thread, s" for threads in arguments.threads]
    lines = [
        f"| job | part | {' | '.join(titles)} | speed-up | serial, % of the job | goal | with {MANY}, s |",
        "| --- " * (6 + len(arguments.threads)) + "|",
    ]
    for job, (cells, rounds) in cases.items():
        # Nothing follows from one number of threads.
        rows = thread_rows(rounds) if 1 in rounds[0] and len(rounds[0]) > 1 else [("all", {}, [], [], "–", [])]
        for name, seconds, speedups, shares, goal, estimates in rows:
            figures = " | ".join(cells.show(threads, seconds.get(threads)) for threads in arguments.threads)
            lines.append(
                f"| {JOBS[job]} | {name} | {figures} | {spread(speedups, 2, '×')} | {spread(shares, 1)} | {goal} "
                f"| {f'{statistics.median(estimates):.2f}' if estimates else '–'} |"
            )
    lines += ["", f"Median (least to most) of {arguments.runs} rounds on {arguments.data.name}; "
              "speed-up, serial share and estimate from one thread and the most."]
    for job, (cells, rounds) in cases.items():
        words = []
        for threads in rounds[0]:
            cores = statistics.median(values(rounds, threads, lambda run: run.cpu / run.seconds))
            memory = max(values(rounds, threads, lambda run: run.megabytes))
            cpu = spread(values(rounds, threads, lambda run: run.cpu), 1)
            words.append(f"{threads}: {cpu} s, {cores:.2f} cores, {memory:.0f} MB")
        lines.append(f"{JOBS[job]}, CPU time and peak memory by threads: {'; '.join(words) or '–'}.")
    return lines


def photo_table(arguments, folder):
    note(f"making {max(arguments.photos)} photos")
    words = command(arguments.python, "growing_photos.py", arguments.data, folder, *arguments.photos)
    made = Run(Cell(arguments.limit), words).result
    cases = measure(
        arguments, lambda count, run: f"{count} photos {run.seconds:.1f} s, {run.megabytes:.0f} MB",
        lambda job: {
            count: lambda cell, count=count: train(arguments, cell, folder / str(count), job, "--validation-split", 0.2)
            for count in arguments.photos
        },
    )
    lines = [
        "| job | photos | s | s for 1000 | of the fewest | goal | CPU, s | peak MB | of the fewest | goal |",
        "| --- " * 10 + "|",
    ]
    fewest = min(arguments.photos)
    for job, (cells, rounds) in cases.items():
        first = max(values(rounds, fewest, lambda run: run.megabytes), default=None)
        for count in arguments.photos:
            seconds, peaks = (values(rounds, count, lambda run: getattr(run, key)) for key in ("seconds", "megabytes"))
            growth = [value * fewest / count for value in peers.ratios(rounds, count, fewest, lambda run: run.seconds)]
            share = [max(peaks) / first] if peaks and first else []
            goals = [
                f"{GROWTH}×: {met(statistics.median(found) <= GROWTH)}" if found and count != fewest else "–"
                for found in (growth, share)
            ]
            lines.append(
                f"| {JOBS[job]} | {count} | {cells.show(count, seconds, 1)} "
                f"| {spread([value / count * 1000 for value in seconds])} | {spread(growth, 2, '×')} | {goals[0]} "
                f"| {spread(values(rounds, count, lambda run: run.cpu), 1)} | {f'{max(peaks):.0f}' if peaks else '–'} "
                f"| {f'{share[0]:.2f}×' if share else '–'} | {goals[1]} |"
            )
    each = made["bytes"] / 1e3 / max(arguments.photos)
    lines += [
        "", f"Median (least to most) of {arguments.runs} rounds. The photos are crops of the {made['sources']} of "
        f"{arguments.data.name}, encoded anew so that each file's content is another; {each:.0f} kB each.",
    ]
    return lines


def main():
    arguments = parse()
    count = len(arguments.jobs) * (len(arguments.threads) + len(arguments.photos)) + (1 if arguments.photos else 0)
    loads, lines = [peers.begin(arguments, count, "PIL")], []
    peers.need(arguments.data / "train", arguments.weights, hint="see --data and --weights")
    if arguments.threads:
        lines += [*thread_table(arguments), ""]
    if arguments.photos:
        with tempfile.TemporaryDirectory(prefix="graft-photos-") as folder:
            lines += [*photo_table(arguments, Path(folder)), ""]
    loads.append(os.getloadavg()[0])
    peers.publish(
        arguments,
        *lines,
        "The head is trained for 10 epochs on MobileNetV2's features; then, in the second job, all from layer 100 on for "
        "3 epochs.",
        peers.footer(arguments, loads),
    )


if __name__ == "__main__":
    main()
