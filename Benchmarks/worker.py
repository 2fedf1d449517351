"""What every peer shares that builds its network once and then measures when asked.

It prints one JSON object when it is ready; then, for each line on standard input, it measures for the seconds on that
line and prints one more, to which its greatest memory is added.
"""

import json
import resource
import sys
import time
from pathlib import Path


def peak():
    """The greatest memory so far in MB. Linux counts kilobytes of 1024, macOS bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def begin_peak():
    """Lets the greatest memory be counted from now, where the system can."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")


def warm_up(step):
    """What steps that do not count return: two, or one if that one took long."""
    begun = time.perf_counter()
    found = [step()]
    return found if time.perf_counter() - begun > 20 else [*found, step()]


def repeat(step, seconds):
    """Takes steps, at least one, for so many seconds: the seconds of one step, and how many there were."""
    count, begun = 0, time.perf_counter()
    while True:
        step()
        count += 1
        elapsed = time.perf_counter() - begun
        if elapsed >= seconds:
            return elapsed / count, count


def serve(measure, ready):
    """Prints what `measure(seconds)` returns, on request, with the greatest memory since the start and since it was ready."""
    loading = peak()
    print(json.dumps(ready), flush=True)
    begin_peak()
    for line in sys.stdin:
        found, running = measure(float(line)), peak()
        print(json.dumps(found | {"megabytes": max(loading, running), "runningMegabytes": running}), flush=True)
