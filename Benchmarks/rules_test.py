"""Tests of what all benchmarks promise: they end in time, and nothing is measured that is emulated. Seconds; no peers.

    python3 Benchmarks/rules_test.py
"""

import os
import sys
import tempfile
import time
import unittest
from unittest import mock

import machine
import peers

# Has a child, as PyTorch's loader has, tells its number and hangs. The words after it are Peer's.
HANGS = "import subprocess, time; print(subprocess.Popen(['sleep', '987']).pid, flush=True); time.sleep(987)"
ZEN3, ZEN5 = "fma avx2 vaes", "avx2 avx512f avx512_vnni avx512_bf16 avx_vnni"


def is_alive(number):
    """Whether the process runs; one that has ended may still have its number."""
    try:
        with open(f"/proc/{number}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


class Ending(unittest.TestCase):
    def assertEnded(self, number):
        deadline = time.monotonic() + 5
        while is_alive(number) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertFalse(is_alive(number))

    def test_a_process_that_hangs_is_ended_with_its_child_and_the_table_says_so(self):
        cells = peers.Cells(0.5)
        with tempfile.NamedTemporaryFile("r") as told:
            words = [sys.executable, "-c", HANGS.replace("flush=True", f"file=open({told.name!r}, 'w', 1)")]
            self.assertIsNone(cells.take("side", lambda cell: peers.Run(cell, words)))
            self.assertEnded(int(told.read()))
        self.assertEqual(cells.show("side", []), "took more than 0.5 s")
        self.assertIsNone(cells.take("side", lambda cell: self.fail("it had its time")))

    def test_a_peer_that_hangs_is_ended_with_its_child(self):
        cells = peers.Cells(1)
        with tempfile.TemporaryFile("w+") as errors:
            # What it says first, the child's number, counts as ready.
            words = [sys.executable, "-W", "ignore", "-c", HANGS, "--threads", "1"]
            peer = cells.take("side", lambda cell: peers.Peer(cell, words, errors))
            self.assertIsNone(cells.take("side", lambda cell: peer.measure(1)))
            peer.end()
        self.assertEnded(peer.ready)

    def test_the_processes_of_a_cell_share_its_time(self):
        cell, words = peers.Cell(1), ["sleep", "0.7"]
        peers.Run(cell, words)
        with self.assertRaises(peers.Late):
            peers.Run(cell, words)

    def test_rounds_have_no_figures_of_a_side_that_was_late_in_one(self):
        cells = peers.Cells(0.5)
        rounds = [cells.in_turn({"quick": lambda cell: 1.0, "slow": lambda cell: seconds(cell, rest)}) for rest in (0, 9)]
        self.assertEqual(cells.measured(rounds), [{"quick": 1.0}, {"quick": 1.0}])


def seconds(cell, rest):
    return peers.Run(cell, ["sleep", rest]).seconds


class Emulation(unittest.TestCase):
    def emulated(self, flags, held=""):
        with mock.patch.object(machine, "_entry", lambda *names: flags), mock.patch.dict(os.environ, ONEDNN_MAX_CPU_ISA=held):
            return [precision for precision in ("f32", "bf16", "int8") if machine.emulated(precision)]

    def test_by_the_processor(self):
        self.assertEqual(self.emulated(ZEN3), ["bf16"])
        self.assertEqual(self.emulated(ZEN5), [])
        self.assertEqual(self.emulated("avx2 avx_vnni"), ["bf16"])
        self.assertEqual(self.emulated("avx2 avx512f"), ["bf16"])
        self.assertEqual(self.emulated("avx"), ["bf16", "int8"])

    def test_by_what_oneDNN_is_held_to(self):
        self.assertEqual(self.emulated(ZEN5, "AVX2"), ["bf16"])
        self.assertEqual(self.emulated(ZEN5, "avx512_core_vnni"), ["bf16"])
        self.assertEqual(self.emulated(ZEN5, "AVX512_CORE_AMX"), [])

    def test_a_side_is_left_out_and_the_table_says_so(self):
        cells = peers.Cells(1)
        with mock.patch.object(machine, "features", lambda: ["avx2"]):
            self.assertTrue(cells.leave_out("bf16", "bf16"))
            self.assertFalse(cells.leave_out("f32", "f32"))
        self.assertEqual(cells.show("bf16", []), "left out: bf16 is emulated on this processor")

    def test_cores_are_those_that_the_control_group_grants(self):
        allowed = len(os.sched_getaffinity(0))
        for granted, cores in (([], allowed), ([1], 1), ([allowed + 5], allowed)):
            with mock.patch.object(machine, "_granted", lambda: iter(granted)):
                self.assertEqual(machine.cores(), cores)


if __name__ == "__main__":
    unittest.main()
