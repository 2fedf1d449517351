"""What the benchmarks share that keep their peers running and ask them in turn: processes, notes, verdicts. Standard library only."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from compare import HERE, spread, stop


def note(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def command(python, script, *options):
    """The command of a script of this folder."""
    return [str(part) for part in (python, "-W", "ignore", HERE / script, *options)]


class Peer:
    """A process that has built its network and waits for the word to measure; `ready` is what it said of itself."""

    def __init__(self, command, errors):
        self.name, self.errors = Path(command[3]).name, errors
        environment = os.environ | {"OMP_NUM_THREADS": command[command.index("--threads") + 1]}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        )
        self.ready = self.answer()

    def answer(self):
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
        self.process.stdin.close()
        self.process.wait()


def check(arguments, *peers):
    """Ends where graft or a peer is missing; a peer is modules that load into one process, as in "keras, tensorflow"."""
    if not arguments.graft.is_file():
        stop(f"{arguments.graft} is missing: run make build.")
    for modules in peers:
        done = subprocess.run([arguments.python, "-c", f"import {modules}"], capture_output=True, text=True)
        if done.returncode != 0:
            stop(f"{arguments.python} lacks a peer ({modules}): run scripts/peers.sh.\n{done.stderr[-500:]}")


def load():
    """The machine's load before the start, complained about."""
    load = os.getloadavg()[0]
    if load > 0.5:
        note(f"the machine is busy (load {load:.1f}): the figures will be wrong and uneven")
    return load


def graft_version(arguments):
    return subprocess.run([arguments.graft, "--version"], capture_output=True, text=True).stdout.strip() or "unknown"


def verdict(ratios, goal, digits=1):
    """Two cells of a table: the ratios, and whether their median reaches the goal."""
    met = "met" if statistics.median(ratios) >= goal else "NOT met"
    return f"{spread(ratios, digits, '×')} | {goal}×: {met}"
