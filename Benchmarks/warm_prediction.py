"""Single-picture requests to one warm predictor, by WarmPrediction, for each network: a line of JSON. Standard library only.

What WarmPrediction measures is told in its source. It computes in bf16 where the processor has it, else in f32.
"""

import json
from pathlib import Path

import machine
import peers
from peers import HERE, Cells, Run


def main():
    parser = peers.options(__doc__, runs=1, limit=600)
    parser.set_defaults(graft=HERE.parent / ".build" / "release" / "WarmPrediction")
    parser.add_argument("--networks", nargs="+", default=["efficientnet_lite0"], metavar="NAME",
                        help="as `graft models` lists them (default: efficientnet_lite0)")
    parser.add_argument("--requests", type=peers.positive, default=1000, help="of each network (default: 1000)")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="ask with this file, too")
    arguments = parser.parse_args()
    peers.begin(arguments, len(arguments.networks))
    cells, lines = Cells(arguments.limit), []
    for network in arguments.networks:
        words = [arguments.graft, arguments.requests, network, *([arguments.picture] if arguments.picture else [])]
        for _ in range(arguments.runs):
            run = cells.take(network, lambda cell: Run(cell, words))
            found = run.result if run else {"network": network, "late": cells.words[network]}
            lines.append(json.dumps(found | {"processor": machine.line()}))
    peers.publish(arguments, *lines)


if __name__ == "__main__":
    main()
