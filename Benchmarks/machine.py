"""What this processor can do, what it would only emulate, and how many cores there are to use. Standard library only."""

import contextlib
import os
import platform
from pathlib import Path

# The features that decide how fast a network runs, as /proc/cpuinfo writes them.
FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_int8", "amx_bf16")
# Any one of these computes the precision. Without them it is emulated, which is very slow, or refused.
NEEDED = {"bf16": {"avx512_bf16", "amx_bf16"}, "int8": {"avx2"}}
# What oneDNN still uses, by the value of ONEDNN_MAX_CPU_ISA. Other values change nothing here.
HELD = {
    "SSE41": (), "AVX": (), "AVX2": FEATURES[:1], "AVX2_VNNI": ("avx2", "avx_vnni"), "AVX2_VNNI_2": ("avx2", "avx_vnni"),
    "AVX512_CORE": FEATURES[:2], "AVX512_CORE_VNNI": FEATURES[:3], "AVX512_CORE_BF16": FEATURES[:4],
    "AVX512_CORE_FP16": FEATURES[:5],
}


def _entry(*names):
    """The first line of /proc/cpuinfo with one of these names; empty where there is no such file, as on macOS."""
    path = Path("/proc/cpuinfo")
    for line in path.read_text().splitlines() if path.exists() else []:
        name, _, value = line.partition(":")
        if name.strip() in names:
            return value.strip()
    return ""


def name():
    return _entry("model name") or platform.processor() or platform.machine()


def held():
    """The value of ONEDNN_MAX_CPU_ISA, or of its older name, if it takes features away; else nothing."""
    value = (os.environ.get("ONEDNN_MAX_CPU_ISA") or os.environ.get("DNNL_MAX_CPU_ISA") or "").upper()
    return value if value in HELD else ""


def features():
    """The features of this processor that may be used."""
    flags = set(_entry("flags", "Features").split())
    return [feature for feature in FEATURES if feature in flags and feature in HELD.get(held(), FEATURES)]


def emulated(precision):
    """What a table says of a precision that this processor has no instructions for; nothing where it has them."""
    needed = NEEDED.get(precision)
    return f"left out: {precision} is emulated on this processor" if needed and needed.isdisjoint(features()) else ""


def _words(*paths):
    try:
        return [word for path in paths for word in path.read_text().split()]
    except OSError:
        return []


def _granted():
    """The cores that each control group around this process grants, rounded up, as graft rounds them."""
    root = Path("/sys/fs/cgroup")
    for line in (Path("/proc/self/cgroup").read_text().splitlines() if root.exists() else []):
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        inner = Path(path.lstrip("/"))
        for base in (root / controllers, root / "cpu") if controllers else (root, root / "unified"):
            for folder in (base / part for part in (inner, *inner.parents)):
                # Version 2 has one file, version 1 has two. "max" and -1 are no limit.
                quota = _words(folder / "cpu.max") or _words(folder / "cpu.cfs_quota_us", folder / "cpu.cfs_period_us")
                if len(quota) == 2 and all(word.isdigit() for word in quota):
                    yield max(-(-int(quota[0]) // int(quota[1])), 1)


def cores():
    """How many cores this process may use, by its affinity and by the quota of its control groups."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min([allowed, *_granted()])


def line():
    """The processor in one line, for the start of a benchmark and for its table."""
    emulation = [f"no {precision}" for precision in NEEDED if emulated(precision)]
    parts = [f"{name()}, {cores()} usable cores", ", ".join([*features(), *emulation])]
    return "; ".join([*parts, *([f"held to {held()} by ONEDNN_MAX_CPU_ISA"] if held() else [])])


def environment():
    """Variables that hold what else PyTorch computes with to AVX2, where oneDNN is held to it."""
    is_held = held() in ("AVX2", "AVX2_VNNI", "AVX2_VNNI_2")
    return {"ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"} if is_held else {}


@contextlib.contextmanager
def only(count):
    """Keeps what is started within to so many cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_cores)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_cores)
