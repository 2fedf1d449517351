#!/usr/bin/env bash
# Pictures of other sets given to a model: the share that it tells to be unlike anything it was trained on, and of its own validation pictures.
# Usage: Experiments/rejection.sh           What changes it stands in common.sh.
# SETS names the data (default: hymenoptera flowers cats_and_dogs cifar10_bin mnist_png).
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
sets=${SETS:-hymenoptera flowers cats_and_dogs mnist_png}
for name in $sets; do need "$data/$name"; done
for seed in $seeds; do
    for name in $sets; do
        begin "$name" "$seed"
        run "$graft" train "$data/$name" --recipe features --seed "$seed" --no-checkpoint -o "$scratch/$name.graft" --json
        for other in $sets; do
            # Its own pictures are those that it was validated on.
            if [ "$other" = "$name" ]; then
                "$graft" evaluate "$scratch/$name.graft" "$data/$name" --json 2>"$scratch/words" |
                    python3 -c 'import json, sys
for line in map(json.loads, sys.stdin):
    if "unlike" in line: print(json.dumps({"event": "unlike", "of": sys.argv[1], "share": line["unlike"]}))' "$other" >>"$lines"
                continue
            fi
            find -L "$data/$other" -type f \( -name '*.jpg' -o -name '*.png' \) | sort | awk 'NR % 3 == 1 && count++ < 200' >"$scratch/pictures"
            "$graft" predict "$scratch/$name.graft" - --json <"$scratch/pictures" 2>"$scratch/words" |
                python3 -c 'import json, sys
answers = [json.loads(line) for line in sys.stdin]
told = sum(answer.get("unlike", False) for answer in answers)
print(json.dumps({"event": "unlike", "of": sys.argv[1], "share": told / len(answers)}))' "$other" >>"$lines"
        done
    done
done
SETS="$sets" table <<'END_OF_TABLE'
import os
from results import runs, spread, table

sets, found = os.environ["SETS"].split(), runs()
shares = {}
for name, measured in found.items():
    for run in measured:
        for event in run:
            if event.get("event") == "unlike":
                shares.setdefault((name, event["of"]), []).append(event["share"])
rows = [[name, *(spread(shares[name, other], 2) if (name, other) in shares else "" for other in sets)] for name in sets]
table(["trained on", *(f"of {name}" for name in sets)], rows)
foreign = [sum(values) / len(values) for (name, other), values in shares.items() if name != other]
print(f"\nMean over the pairs of different sets: {sum(foreign) / len(foreign):.3f}")
END_OF_TABLE
