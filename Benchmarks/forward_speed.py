"""Pictures a second of networks without top, in graft, OpenVINO, ONNX Runtime, Keras and PyTorch. Standard library only.

For each network every peer builds it once in each precision and waits, with the setting that was the fastest in a short
measurement before. A round is then graft in each precision (`graft models --measure`, a process of its own), and the
peers one after the other. Ratios are formed within a round. Precisions that this processor emulates are left out. Where a
peer is missing or fails, the benchmark ends; where one takes too long, its cells say so.
"""

import os
import statistics
import tempfile
from pathlib import Path

import bars
import machine
import peers
from forward_networks import NETWORKS
from peers import Cell, Cells, Late, Peer, Run, command, met, note, ratios, spread, stop, values, verdict

PEERS = {"openvino": "OpenVINO", "onnxruntime": "ONNX Runtime", "keras": "Keras", "pytorch": "PyTorch"}
MODULES = {
    "openvino": "openvino, onnx", "onnxruntime": "onnxruntime, onnx", "keras": "keras, tensorflow",
    "pytorch": "torch, torchvision, efficientnet_lite_pytorch",
}
# The columns of the first table.
COLUMNS = {"f32": "without bf16 (f32)", "bf16": "with bf16", "int8": "int8"}
# The goals by the network's name, or its beginning, against bf16; and for the memory.
OF_OPENVINO = {"bf16": {"": 1}, "int8": {"vgg16": 1.2, "resnet50": 1.2, "mobilenet_v2": 1.5, "googlenet": 2}}
OF_PYTHON = {"bf16": {"vgg16": 1.2, "resnet50": 2.5, "mobilenet_v2": 4}}
MEMORY = 0.5


def parse():
    parser = peers.options(__doc__, runs=5, limit=180, python="the Python that has all peers")
    peers.choice(parser, "--networks", NETWORKS)
    peers.choice(parser, "--peers", PEERS)
    peers.choice(parser, "--precisions", COLUMNS, default=["f32", "bf16"])
    parser.add_argument("--threads", type=peers.positive, default=2, help="of every side (default: 2)")
    parser.add_argument("--batch", type=peers.positive, nargs="+", metavar="PICTURES",
                        help="how many pictures a peer computes at one time (default: 16, and 1 or 8 where that may be faster)")
    parser.add_argument("--seconds", type=float, default=2, help="least time of each measurement of a peer (default: 2)")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the ratios")
    return parser.parse_args()


def peer_precision(precision):
    """What graft's precision is compared with: int8 with bf16, or with f32 where bf16 is emulated."""
    return precision if precision != "int8" else "f32" if machine.emulated("bf16") else "bf16"


def measured(arguments):
    """The precisions that this processor has instructions for."""
    return [precision for precision in arguments.precisions if not machine.emulated(precision)]


def sides(arguments, network):
    """The peers that have a network, as (name, precision). Keras and PyTorch are to be had at the better of two precisions."""
    sources, wanted = NETWORKS[network], {peer_precision(precision) for precision in measured(arguments)}
    of_python = {"f32", *wanted} if wanted else set()
    precisions = {
        "openvino": wanted, "onnxruntime": wanted & {"f32"} if sources.torch else (),
        "keras": of_python if sources.keras else (), "pytorch": of_python if sources.torch else (),
    }
    return [(name, precision) for name in PEERS if name in arguments.peers for precision in sorted(precisions[name])]


def count(arguments):
    """How many cells there are: graft, its outline, the peers and the conversion for each network; and the peak, twice."""
    cells = [len(measured(arguments)) + len(sides(arguments, network)) + 2 for network in arguments.networks]
    return sum(cells) + 2


def graft(arguments, cell, network, precision):
    run = Run(cell, [
        arguments.graft, "models", network, "--no-top", "--measure", "--precision", precision,
        "--threads", arguments.threads, "--json",
    ])
    if not run.result.get("measured"):
        stop(f"graft did not measure {network} in {precision}: {run.result}")
    found = run.result["measured"][0]
    return {
        "rate": found["picturesPerSecond"], "share": found["coreShare"], "megabytes": found["loadingMemory"] / 1e6,
        "runningMegabytes": found["memory"] / 1e6, "operations": 2 * run.result["multiplyAccumulates"],
    }


class Case:
    """A network's rounds, each of them the measurements by side, and the peers' settings and versions by side."""

    def __init__(self, arguments, network):
        self.arguments, self.network, self.settings, self.versions = arguments, network, {}, {}
        self.cells, started = Cells(arguments.limit), {}
        for precision in arguments.precisions:
            self.cells.leave_out(("graft", precision), precision)
        with tempfile.TemporaryDirectory(prefix="graft-bench-") as folder, tempfile.TemporaryFile("w+") as errors:
            converted = self._convert(folder)
            try:
                for side in sides(arguments, network):
                    peer = self.cells.take(side, lambda cell: self._start(cell, side, folder, errors))
                    started |= {side: peer} if peer else {}
                work = {
                    ("graft", precision): lambda cell, precision=precision: graft(arguments, cell, network, precision)
                    for precision in arguments.precisions
                }
                self._agree(converted, started)
                work |= {side: lambda cell, peer=peer: peer.measure(arguments.seconds) for side, peer in started.items()}
                rounds = [self._round(number, work) for number in range(arguments.runs)]
            finally:
                for peer in started.values():
                    peer.end()
        self.rounds = self.cells.measured(rounds)

    def _convert(self, folder):
        """Writes the files of the peers that read one; the number of parameters in it, nothing without a file."""
        readers = [side for side in sides(self.arguments, self.network) if side[0] in ("openvino", "onnxruntime")]
        if not readers:
            return None
        words = command(self.arguments.python, "forward_convert.py", self.network, "--to", folder)
        try:
            # With one thread: on a busy machine several wait for each other.
            return Run(Cell(self.arguments.limit), words, {"OMP_NUM_THREADS": "1"}).result["parameters"]
        except Late as late:
            note(f"{self.network}, conversion {late}: {', '.join(map(' '.join, readers))} left out")
            self.cells.words |= {side: f"conversion {late}" for side in readers}
            return None

    def _start(self, cell, side, folder, errors):
        """A peer with the fastest of its settings."""
        name, precision = side
        script = command(self.arguments.python, f"{name}_forward.py", self.network, "--precision", precision,
                         "--threads", self.arguments.threads, "--files", folder)
        batch = ["--batch", *map(str, self.arguments.batch)] if self.arguments.batch else []
        environment = {"OMP_NUM_THREADS": str(self.arguments.threads)}
        rates = Run(cell, [*script, *batch, "--choose", self.arguments.seconds / 2], environment).result
        self.settings[side] = max(rates, key=rates.get)
        note(f"{self.network}, {name} {precision}: " + "; ".join(f"{key}: {rate:.1f}" for key, rate in rates.items()))
        peer = Peer(cell, [*script, *batch, "--setting", self.settings[side]], errors)
        self.versions[name] = peer.ready["versions"]
        return peer

    def _round(self, number, work):
        runs = self.cells.in_turn(work)
        note(f"{self.network}, round {number + 1}: "
             + ", ".join(f"{' '.join(side)} {run['rate']:.1f}" for side, run in runs.items()))
        return runs

    def _agree(self, converted, started):
        """All must have the same network; some have biases before a BatchNorm and some have none."""
        words = [self.arguments.graft, "models", self.network, "--no-top", "--json"]
        ours = Run(Cell(self.arguments.limit), words).result["parameters"]
        found = {" ".join(side): peer.ready.get("parameters") for side, peer in started.items()}
        for name, theirs in {"the converted network": converted, **found}.items():
            if theirs and abs(theirs - ours) > 0.01 * theirs:
                stop(f"graft's {self.network} has {ours} parameters, {name} {theirs}: not the same.")

    def rates(self, name, precision):
        return values(self.rounds, (name, precision), lambda run: run["rate"])

    def ratios(self, precision):
        """graft's rate by that of OpenVINO, and by that of the better of Keras and PyTorch."""
        theirs = peer_precision(precision)
        # In f32 like with like, else at whichever precision is the faster one for them.
        others = [(name, other) for name in ("keras", "pytorch") for other in {"f32", theirs}]
        rounds = [
            runs | {"better": max((runs[side] for side in others if side in runs), key=lambda run: run["rate"], default=None)}
            for runs in self.rounds
        ]
        rounds = [{side: run for side, run in runs.items() if run} for runs in rounds]
        return [ratios(rounds, ("graft", precision), side, lambda run: run["rate"]) for side in (("openvino", theirs), "better")]

    def memory(self, precision, key):
        """The cell: graft's share of the least of the peers, and the megabytes of each."""
        found = {}
        for name in ("graft", *PEERS):
            side = name, precision if name == "graft" else peer_precision(precision)
            found[name] = max(values(self.rounds, side, lambda run: run[key]), default=None)
        theirs = [megabytes for name, megabytes in found.items() if name != "graft" and megabytes]
        words = " / ".join(f"{megabytes:.0f}" if megabytes else "–" for megabytes in found.values())
        if not theirs or not found["graft"]:
            return words
        share = found["graft"] / min(theirs)
        return f"{share:.2f}×: {met(share <= MEMORY)}; {words}"

    def outline(self):
        """The row of the first table."""
        parts = [f"| {self.network} |"]
        for precision in self.arguments.precisions:
            words = [self.cells.show(("graft", precision), self.rates("graft", precision), 1)]
            for name, found in zip(("OpenVINO", "Keras and PyTorch"), self.ratios(precision)):
                words += [f"{spread(found, 2, '×')} {name}"] if found else []
            parts.append(f" {'; '.join(words)} |")
        return "".join(parts)

    def row(self, precision, peak):
        """The row of the second table."""
        theirs = peer_precision(precision)
        columns = [("graft", precision), *((name, theirs) for name in PEERS)]
        rates = [self.cells.show(side, self.rates(*side), 1) for side in columns]
        like = [goal_of(goals, self.network, precision) for goals in (OF_OPENVINO, OF_PYTHON)]
        # The goals are against bf16.
        compared = [verdict(found, theirs == "bf16" and goal, 2) for found, goal in zip(self.ratios(precision), like)]
        operations, rate = (values(self.rounds, ("graft", precision), lambda run: run[key]) for key in ("operations", "rate"))
        share = "–"
        if rate and precision in peak:
            share = f"{100 * operations[0] * statistics.median(rate) / peak[precision]:.0f} %"
        return (f"| {self.network} | {precision} | {' | '.join(rates)} | {' | '.join(compared)} | {share} "
                f"| {self.memory(precision, 'runningMegabytes')} | {self.memory(precision, 'megabytes')} |")


def goal_of(goals, network, precision):
    return next((goal for begin, goal in goals.get(precision, {}).items() if network.startswith(begin)), None)


def settings(cases):
    """A line for each peer and precision: its settings, and the networks that they were the fastest for."""
    chosen = {}
    for case in cases:
        for side, setting in case.settings.items():
            chosen.setdefault(side, {}).setdefault(setting, []).append(case.network)
    for (name, precision), networks in chosen.items():
        words = "; ".join(f"{setting} ({', '.join(those)})" for setting, those in networks.items())
        yield f"{PEERS[name]} {precision}: {words}."


def table(arguments, cases, peak, loads):
    shares = [run["share"] for case in cases for runs in case.rounds for side, run in runs.items() if side[0] == "graft"]
    is_free = machine.held() and "onnxruntime" in arguments.peers
    return [
        "| network | " + " | ".join(f"{COLUMNS[precision]}: graft, pictures/s" for precision in arguments.precisions) + " |",
        "| --- " * (1 + len(arguments.precisions)) + "|",
        *(case.outline() for case in cases),
        "",
        "×: graft's rate by OpenVINO's, and by that of the better of Keras and PyTorch.",
        "",
        "| network | precision | graft, pictures/s | " + " | ".join(PEERS.values()) + " | graft of OpenVINO | goal "
        "| graft of the better of Keras and PyTorch | goal | share of the peak | MB while running | MB from the start |",
        "| --- " * 14 + "|",
        *(case.row(precision, peak) for case in cases for precision in measured(arguments)),
        "",
        f"Median (least to most) of {arguments.runs} rounds, ratios within a round; {arguments.threads} threads a side.",
        f"MB: graft's share of the least of the peers (goal {MEMORY}×); graft / {' / '.join(PEERS.values())}.",
        "Peak, a matrix product on each thread, before and after, in thousand million operations a second: "
        + (", ".join(f"{precision} {rate / 1e9:.0f}" for precision, rate in peak.items()) or "not measured") + ".",
        *([f"graft had at least {100 * min(shares):.0f} % of its threads' time."] if shares else []),
        *settings(cases),
        *(["ONNX Runtime does not heed ONEDNN_MAX_CPU_ISA."] if is_free else []),
        peers.footer(arguments, loads, *(words for case in cases for words in case.versions.values())),
    ]


def plot(arguments, cases):
    groups = {}
    for case in cases:
        found = [case.ratios(precision) for precision in measured(arguments)]
        groups[case.network] = [
            [(statistics.median(one[panel]), min(one[panel]), max(one[panel])) if one[panel] else None for one in found]
            for panel in range(2)
        ]
    caption = (f"{machine.name()}, {arguments.threads} threads; median, least and most of {arguments.runs} rounds; "
               "more is better for graft")
    titles = ["graft of OpenVINO", "graft of the better of Keras and PyTorch"]
    arguments.plot.write_text(bars.chart(titles, measured(arguments), groups, caption))


def measure_peak(arguments, peak):
    """The greater of what was found and what is found now, by precision; PyTorch finds it."""
    if "pytorch" not in arguments.peers or not measured(arguments):
        return peak
    try:
        found = Run(Cell(arguments.limit), command(
            arguments.python, "forward_peak.py", "--threads", arguments.threads, "--precisions", *measured(arguments)
        )).result
    except Late as late:
        note(f"the peak {late}")
        return peak
    return {precision: max(rate, peak.get(precision, 0)) for precision, rate in found.items()}


def main():
    arguments = parse()
    loads = [peers.begin(arguments, count(arguments), *(MODULES[name] for name in arguments.peers))]
    cases, peak = [], measure_peak(arguments, {})
    for network in arguments.networks:
        cases.append(Case(arguments, network))
        if network == arguments.networks[-1]:
            peak = measure_peak(arguments, peak)
        loads.append(os.getloadavg()[0])
        result = table(arguments, cases, peak, loads)
        if arguments.output:
            arguments.output.write_text("\n".join(result) + "\n")
        if arguments.plot:
            plot(arguments, cases)
    peers.publish(arguments, *result)


if __name__ == "__main__":
    main()
