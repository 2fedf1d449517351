"""What all benchmarks share: options, processes that end in time, and the words of tables. Standard library only.

A table has cells; a cell is what one side takes for one job, all rounds together. Each cell has a number of seconds
(--limit). A process that takes longer is ended, and its cell says so. So a benchmark ends in time on every processor.
"""

import argparse
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import machine

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"


def note(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def stop(message):
    sys.exit(f"bench: {message}")


# Processes


def command(python, script, *options):
    """The command of a script of this folder."""
    return [str(part) for part in (python, "-W", "ignore", HERE / script, *options)]


def kill(process):
    """Ends a process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def start(words, environment, **pipes):
    """A process in a group of its own, so that it can be ended with all that it starts."""
    return subprocess.Popen(list(map(str, words)), env=os.environ | (environment or {}), start_new_session=True, **pipes)


class Late(SystemExit):
    """A process was ended because its cell's seconds were over. Where nobody expects that, the benchmark ends."""


class Cell:
    """The seconds of one cell. Its processes use them up one after the other; the time between them does not count."""

    def __init__(self, limit):
        self.limit = self.left = limit

    @contextlib.contextmanager
    def watch(self, process):
        """Ends the process if what is within takes longer than the seconds that are left."""
        is_late = threading.Event()

        def end():
            is_late.set()
            kill(process)

        timer, begun = threading.Timer(max(self.left, 0), end), time.monotonic()
        timer.start()
        try:
            yield
        except BaseException:
            kill(process)
            raise
        finally:
            timer.cancel()
            self.left -= time.monotonic() - begun
        if is_late.is_set():
            raise Late(f"took more than {self.limit:g} s")


class Run:
    """One process from start to end: its wall seconds, CPU seconds, peak memory in MB and lines of output."""

    def __init__(self, cell, words, environment=None):
        begun = time.perf_counter()
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            process = start(words, environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
            with cell.watch(process):
                _, status, usage = os.wait4(process.pid, 0)
                self.seconds = time.perf_counter() - begun
                process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                errors.seek(0)
                stop(f"{' '.join(map(str, words))} ended with {process.returncode}:\n{errors.read()[-2000:]}")
            output.seek(0)
            self.lines = output.read().strip().splitlines()
        self.cpu = usage.ru_utime + usage.ru_stime
        # The largest process of the job: Linux counts kilobytes of 1024, macOS bytes.
        self.megabytes = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6

    @property
    def result(self):
        """What the last line says."""
        return json.loads(self.lines[-1])

    def events(self, name):
        """The lines of `graft ... --json` about events of this name."""
        return [event for event in map(json.loads, self.lines) if event["event"] == name]


class Peer:
    """A process that has built its network and waits for the word to measure; `ready` is what it said of itself."""

    def __init__(self, cell, words, errors):
        self.name, self.cell, self.errors = Path(words[3]).name, cell, errors
        environment = {"OMP_NUM_THREADS": words[words.index("--threads") + 1]}
        self.process = start(words, environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)
        self.ready = self.answer()

    def answer(self):
        with self.cell.watch(self.process):
            line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.errors.seek(0)
            stop(f"{self.name} ended with {self.process.returncode}:\n{self.errors.read()[-2000:]}")
        return json.loads(line)

    def measure(self, seconds):
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return self.answer()

    def end(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            kill(self.process)
            self.process.wait()
        self.process.stdout.close()


class Cells:
    """The cells of a table, by side; `words` is what the table says of a side that has no figure."""

    def __init__(self, limit):
        self.limit, self.cells, self.words = limit, {}, {}

    def leave_out(self, side, precision):
        """Whether the side's arithmetic would be emulated here; then the table says so."""
        if words := machine.emulated(precision):
            self.words[side] = words
        return bool(words)

    def take(self, side, work):
        """What `work(cell)` returns; nothing where the side has no figure, as after it took too long."""
        if side in self.words:
            return None
        try:
            return work(self.cells.setdefault(side, Cell(self.limit)))
        except Late as late:
            self.words[side] = str(late)
            note(f"{' '.join(map(str, side)) if isinstance(side, tuple) else side} {late}: it is left out")
            return None

    def in_turn(self, sides):
        """One round: what the work of each side returns, by side; only of the sides that have a figure."""
        found = {side: self.take(side, work) for side, work in sides.items()}
        return {side: run for side, run in found.items() if run is not None}

    def measured(self, rounds):
        """The rounds without the sides that were late in one of them."""
        return [{side: run for side, run in runs.items() if side not in self.words} for runs in rounds]

    def show(self, side, values, digits=2):
        """A cell of the table: the figures, or why there are none."""
        return spread(values, digits) if values else self.words.get(side, "–")


# Start and options


def positive(word):
    if int(word) < 1:
        raise ValueError
    return int(word)


def options(description, runs, limit, python=None):
    """The options that all benchmarks have. `python` says which Python is needed, if one is."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graft", type=Path, metavar="FILE", default=HERE.parent / ".build" / "release" / "graft",
                        help="the command to measure (default: the release build)")
    if python:
        parser.add_argument("--python", type=Path, metavar="FILE", required=True, help=python)
    parser.add_argument("--runs", type=positive, default=runs, help=f"rounds (default: {runs})")
    parser.add_argument("--limit", type=float, default=limit, metavar="SECONDS",
                        help=f"the most seconds for a cell of the table, all its rounds together (default: {limit}); a process "
                        "that takes longer is ended, and the table says so")
    parser.add_argument("--bound", action="store_true", help="only print how many seconds the benchmark takes at most")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the tables to this file too")
    return parser


def choice(parser, option, names, default=None):
    """An option that restricts a benchmark to some of the names."""
    names, usual = list(names), "all" if default is None else " ".join(default)
    parser.add_argument(option, nargs="*", choices=names, default=default or names, metavar="NAME",
                        help=f"which of {', '.join(names)} (default: {usual})")


def begin(arguments, cells, *modules):
    """Says which processor this is and how long the benchmark takes at most, and ends where graft or a peer is missing.

    `cells` is their number; each of `modules` is what must load into one process, as in "keras, tensorflow". Returns the
    machine's load.
    """
    cells += len(modules)
    most = cells * arguments.limit
    if arguments.bound:
        print(round(most))
        sys.exit()
    # Else what was started would go on when this process is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    note(machine.line())
    note(f"it takes {duration(most)} at most, most likely much less: {cells} cells of at most {arguments.limit:g} s (--limit)")
    load = os.getloadavg()[0]
    if load > 0.5:
        note(f"the machine is busy (load {load:.1f}): the figures will be wrong and uneven")
    if not arguments.graft.is_file():
        stop(f"{arguments.graft} is missing: run make build.")
    os.environ.update(machine.environment())
    for names in modules:
        Run(Cell(arguments.limit), [arguments.python, "-c", f"import {names}  # scripts/peers.sh makes a Python that has them"])
    return load


def duration(seconds):
    return f"{seconds / 3600:.1f} hours" if seconds > 5400 else f"{max(seconds / 60, 1):.0f} minutes"


def need(*paths, hint):
    """Ends the benchmark where a file or folder is missing."""
    for path in paths:
        if not path.exists():
            stop(f"{path} is missing: {hint}.")


def read(*paths):
    """Reads files, so that they are in the page cache."""
    buffer = bytearray(1 << 22)
    for path in paths:
        with path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass


# Tables


def spread(values, digits=2, unit=""):
    """The median, the least and the most."""
    if not values:
        return "–"
    return f"{statistics.median(values):.{digits}f}{unit} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def met(is_met):
    return "met" if is_met else "NOT met"


def verdict(ratios, goal, digits=1):
    """Two cells of a table: the ratios, and whether their median reaches the goal, if there is one."""
    words = f"{goal}×: {met(statistics.median(ratios) >= goal)}" if ratios and goal else "–"
    return f"{spread(ratios, digits, '×')} | {words}"


def values(rounds, side, key):
    """By round, what `key` takes from the side's measurement; nothing of rounds without one."""
    return [key(runs[side]) for runs in rounds if side in runs]


def ratios(rounds, above, below, key):
    """One side's figure by another's, within each round that has both."""
    return [key(runs[above]) / key(runs[below]) for runs in rounds if above in runs and below in runs]


def shares(rounds, side):
    """Where the time of a process goes, by its own word: the median seconds of each part."""
    found = values(rounds, side, lambda run: run.result["seconds"])
    return ", ".join(f"{part} {statistics.median(seconds[part] for seconds in found):.2f} s" for part in found[0])


def footer(arguments, loads, *versions):
    """The last line of each table: processor, load and versions."""
    graft = Run(Cell(arguments.limit), [arguments.graft, "--version"]).lines
    words = [f"graft {graft[0] if graft else 'unknown'}", *dict.fromkeys(filter(None, versions))]
    return (f"{machine.line()}; load before the start {loads[0]:.1f}, at the end {loads[-1]:.1f}; {'; '.join(words)}.")


def publish(arguments, *lines):
    """Prints the table, and writes it where it was asked for."""
    result = "\n".join(lines)
    print(result)
    if arguments.output:
        arguments.output.write_text(result + "\n")
