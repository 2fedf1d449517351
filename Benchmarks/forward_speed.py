"""Pictures a second of networks without top, in graft, OpenVINO, ONNX Runtime, Keras and PyTorch. Standard library only.

For each network every peer builds it once in each precision and waits, with the setting that was the fastest in a short
measurement before. A round is then graft in each precision (`graft models --measure`, a process of its own), and the
peers one after the other. Ratios are formed within a round. Where a peer is missing or fails, the benchmark ends.
"""

import argparse
import os
import statistics
import tempfile
from pathlib import Path

import bars
from compare import HERE, Run, processor, spread, stop
from forward_networks import NETWORKS
from peers import Peer, check, command, graft_version, load, note, verdict

SCRIPTS = {
    "OpenVINO": "openvino_forward.py", "ONNX Runtime": "onnxruntime_forward.py", "Keras": "keras_forward.py",
    "PyTorch": "pytorch_forward.py",
}
PYTHON_PEERS = ("Keras", "PyTorch")
# The goals by the network's name, or its beginning; and for the memory.
OF_OPENVINO = {"bf16": {"": 1}, "int8": {"vgg16": 1.2, "resnet50": 1.2, "mobilenet_v2": 1.5, "googlenet": 2}}
OF_PYTHON = {"bf16": {"vgg16": 1.2, "resnet50": 2.5, "mobilenet_v2": 4}}
MEMORY = 0.5


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graft", type=Path, default=HERE.parent / ".build" / "release" / "graft")
    parser.add_argument("--python", type=Path, required=True, help="the Python that has all peers")
    parser.add_argument("--networks", nargs="+", choices=list(NETWORKS), default=list(NETWORKS), metavar="NETWORK",
                        help=f"which of {', '.join(NETWORKS)} (default: all)")
    parser.add_argument("--precisions", nargs="+", choices=["f32", "bf16", "int8"], default=["f32", "bf16"],
                        help="graft's arithmetic (default: f32 bf16); the peers' is bf16 where graft's is int8")
    parser.add_argument("--runs", type=int, default=5, help="rounds (default: 5)")
    parser.add_argument("--seconds", type=float, default=2, help="least time of each measurement of a peer (default: 2)")
    parser.add_argument("--threads", type=int, default=2, help="threads of every side (default: 2)")
    parser.add_argument("--output", type=Path, help="write the table to this file too, anew after each network")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the ratios")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("at least 1 round is needed")
    return arguments


def peer_precision(precision):
    return "bf16" if precision == "int8" else precision


def sides(network, precisions):
    """The peers that have a network, as (name, precision). Keras and PyTorch are to be had at the better of two precisions."""
    sources, wanted = NETWORKS[network], sorted({peer_precision(precision) for precision in precisions})
    yield from (("OpenVINO", precision) for precision in wanted)
    if sources.torch and "f32" in wanted:
        yield "ONNX Runtime", "f32"
    for name, source in zip(PYTHON_PEERS, (sources.keras, sources.torch)):
        if source:
            yield from ((name, precision) for precision in sorted({"f32", *wanted}))


def graft(arguments, network, precision):
    run = Run([
        arguments.graft, "models", network, "--no-top", "--measure", "--precision", precision,
        "--threads", arguments.threads, "--json",
    ])
    if not run.result.get("measured"):
        stop(f"graft did not measure {network} in {precision}: {run.result}")
    measured = run.result["measured"][0]
    return {
        "rate": measured["picturesPerSecond"], "share": measured["coreShare"],
        "megabytes": measured["loadingMemory"] / 1e6, "runningMegabytes": measured["memory"] / 1e6, "parameters": run.result["parameters"],
        "operations": 2 * run.result["multiplyAccumulates"],
    }


class Case:
    """A network's rounds, each of them the measurements by side, and the peers' settings and versions by side."""

    def __init__(self, arguments, network):
        self.network, self.rounds, self.settings, self.versions = network, [], {}, {}
        with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder, tempfile.TemporaryFile("w+") as errors:
            converted = Run(command(arguments.python, "forward_convert.py", network, "--to", folder)).result
            peers = {}
            try:
                for side in sides(network, arguments.precisions):
                    peers[side] = self._start(arguments, side, folder, errors)
                self._agree(graft(arguments, network, arguments.precisions[0]), converted, peers)
                for number in range(arguments.runs):
                    runs = {("graft", precision): graft(arguments, network, precision) for precision in arguments.precisions}
                    runs |= {side: peer.measure(arguments.seconds) for side, peer in peers.items()}
                    note(f"{network}, round {number + 1}: "
                         + ", ".join(f"{' '.join(side)} {run['rate']:.1f}" for side, run in runs.items()))
                    self.rounds.append(runs)
            finally:
                for peer in peers.values():
                    peer.end()

    def _start(self, arguments, side, folder, errors):
        """A peer with the fastest of its settings."""
        name, precision = side
        script = command(arguments.python, SCRIPTS[name], self.network, "--precision", precision,
                         "--threads", arguments.threads, "--files", folder)
        environment = {"OMP_NUM_THREADS": str(arguments.threads)}
        rates = Run([*script, "--choose", arguments.seconds / 2], environment).result
        self.settings[side] = max(rates, key=rates.get)
        note(f"{self.network}, {name} {precision}: " + "; ".join(f"{key}: {rate:.1f}" for key, rate in rates.items()))
        peer = Peer([*script, "--setting", self.settings[side]], errors)
        self.versions[name] = peer.ready["versions"]
        return peer

    def _agree(self, ours, converted, peers):
        """All must have the same network; some have biases before a BatchNorm and some have none."""
        found = {f"{name} {precision}": peer.ready.get("parameters") for (name, precision), peer in peers.items()}
        for name, parameters in {"the converted network": converted["parameters"], **found}.items():
            if parameters and abs(parameters - ours["parameters"]) > 0.01 * parameters:
                stop(f"graft's {self.network} has {ours['parameters']} parameters, {name} {parameters}: not the same.")

    def rates(self, name, precision):
        """By round; nothing where that was not measured."""
        return [runs[name, precision]["rate"] for runs in self.rounds if (name, precision) in runs]

    def ratios(self, precision):
        """graft's rate by that of OpenVINO, and by that of the better of Keras and PyTorch."""
        theirs = peer_precision(precision)
        # In f32 like with like, else at whichever precision is the faster one for them.
        others = [
            (name, other) for name in PYTHON_PEERS for other in {"f32", theirs} if self.rates(name, other)
        ]
        return [
            [runs["graft", precision]["rate"] / max(runs[side]["rate"] for side in compared) for runs in self.rounds]
            for compared in ([("OpenVINO", theirs)], others)
        ]

    def memory(self, precision, key):
        """The cell: graft's share of the least of the peers, and the megabytes of each."""
        found = {}
        for name in ("graft", *SCRIPTS):
            side = name, precision if name == "graft" else peer_precision(precision)
            found[name] = max((runs[side][key] for runs in self.rounds if side in runs), default=None)
        least = min(megabytes for name, megabytes in found.items() if name != "graft" and megabytes)
        share = found["graft"] / least
        return (f"{share:.2f}×: {'met' if share <= MEMORY else 'NOT met'}; "
                + " / ".join(f"{megabytes:.0f}" if megabytes else "–" for megabytes in found.values()))

    def row(self, precision, peak):
        rates = [self.rates("graft", precision), *(self.rates(name, peer_precision(precision)) for name in SCRIPTS)]
        compared = [
            verdict(ratios, goal, 2) if (goal := goal_of(goals, self.network, precision)) else f"{spread(ratios, 2, '×')} | –"
            for goals, ratios in zip((OF_OPENVINO, OF_PYTHON), self.ratios(precision))
        ]
        share = self.rounds[0]["graft", precision]["operations"] * statistics.median(rates[0]) / peak[precision]
        return (f"| {self.network} | {precision} | {' | '.join(spread(values, 1) if values else '–' for values in rates)} "
                f"| {' | '.join(compared)} | {100 * share:.0f} % | {self.memory(precision, 'runningMegabytes')} "
                f"| {self.memory(precision, 'megabytes')} |")


def goal_of(goals, network, precision):
    return next((goal for begin, goal in goals.get(precision, {}).items() if network.startswith(begin)), None)


def settings(cases):
    """A line for each peer and precision: its settings, and the networks that they were the fastest for."""
    chosen = {}
    for case in cases:
        for side, setting in case.settings.items():
            chosen.setdefault(side, {}).setdefault(setting, []).append(case.network)
    for (name, precision), networks in chosen.items():
        yield f"{name} {precision}: " + "; ".join(f"{setting} ({', '.join(those)})" for setting, those in networks.items()) + "."


def table(arguments, cases, peak, loads):
    shares = [runs["graft", precision]["share"] for case in cases for runs in case.rounds for precision in arguments.precisions]
    versions = {name: words for case in cases for name, words in case.versions.items()}
    return "\n".join([
        "| network | precision | graft, pictures/s | " + " | ".join(SCRIPTS) + " | graft of OpenVINO | goal "
        "| graft of the better of Keras and PyTorch | goal | share of the peak | MB while running | MB from the start |",
        "| --- " * 14 + "|",
        *(case.row(precision, peak) for case in cases for precision in arguments.precisions),
        "",
        f"Median (least to most) of {arguments.runs} rounds, ratios within a round; {arguments.threads} threads a side.",
        f"MB: graft's share of the least of the peers (goal {MEMORY}×); graft / {' / '.join(SCRIPTS)}.",
        "Peak, a matrix product on each thread, before and after: "
        + ", ".join(f"{precision} {rate / 1e9:.0f}" for precision, rate in peak.items()) + " thousand million operations a second.",
        f"graft had at least {100 * min(shares):.0f} % of its threads' time.",
        *settings(cases),
        f"{processor()}, {os.cpu_count()} cores; load before the start {loads[0]:.1f}, at the end {loads[-1]:.1f}; "
        f"graft {graft_version(arguments)}; {'; '.join(versions.values())}.",
    ])


def plot(arguments, cases):
    groups = {}
    for case in cases:
        ratios = [case.ratios(precision) for precision in arguments.precisions]
        groups[case.network] = [
            [(statistics.median(found[panel]), min(found[panel]), max(found[panel])) for found in ratios] for panel in range(2)
        ]
    caption = f"{processor()}, {arguments.threads} threads; median, least and most of {arguments.runs} rounds; more is better for graft"
    titles = ["graft of OpenVINO", "graft of the better of Keras and PyTorch"]
    arguments.plot.write_text(bars.chart(titles, arguments.precisions, groups, caption))


def main():
    arguments = parse()
    # Processes of their own: the two do not load into one.
    check(arguments, "keras, tensorflow, openvino", "torch, torchvision, efficientnet_lite_pytorch, openvino, onnx, onnxruntime")
    measure_peak = command(arguments.python, "forward_peak.py", "--threads", arguments.threads)
    loads, cases = [load()], []
    peaks = [Run(measure_peak).result]
    for network in arguments.networks:
        cases.append(Case(arguments, network))
        last = network == arguments.networks[-1]
        peaks += [Run(measure_peak).result] if last else []
        loads.append(os.getloadavg()[0])
        peak = {precision: max(found[precision] for found in peaks) for precision in peaks[0]}
        result = table(arguments, cases, peak, loads)
        if arguments.output:
            arguments.output.write_text(result + "\n")
        if arguments.plot:
            plot(arguments, cases)
    print(result)


if __name__ == "__main__":
    main()
