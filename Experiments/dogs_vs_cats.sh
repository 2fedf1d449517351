#!/usr/bin/env bash
# Dogs against cats as the Keras tutorials do it: a new top on the frozen base, then both together with augmentation, the lowest
# layers frozen; for a top of 256 units on the flattened features and for one dense layer on their mean.
# Usage: Experiments/dogs_vs_cats.sh [--fast]       What else changes it stands in common.sh.
# --fast: 700 of the 1400 pictures, 3 epochs of joint training, 2 variants of each picture, seed 0.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need "$data/cats_and_dogs"
limit=()
if [ -n "$fast" ]; then limit=(--limit 700) seeds=${SEEDS:-0}; fi
for head in flatten pooled; do
    file=$(recipe dogs_vs_cats_$head.yaml)
    # The top's own epochs cost nothing; only the joint training is made shorter.
    if [ -n "$fast" ]; then sed -i 's/epochs: 20/epochs: 3/; s/variants: 4/variants: 2/' "$file"; fi
    for seed in $seeds; do measure "$head" "$seed" "$data/cats_and_dogs" "${limit[@]}" --recipe "$file"; done
done
table <<'END_OF_TABLE'
from results import parts, runs, spread, stages, table

names = {"flatten": "flatten, dense 256, dropout 0.5, dense", "pooled": "mean, dropout 0.2, dense"}
rows = []
for label, measured in runs().items():
    for stage, words in (("top", "frozen base"), ("joint", "then joint, augmented")):
        best = [stages(run)[stage]["best"]["validation"] for run in measured]
        rows.append([
            names[label], words, "{} + {}".format(*parts(measured[0])), spread([m["top1"] for m in best]),
            spread([m["loss"] for m in best])])
table(["top", "what", "pictures", "top-1", "loss"], rows)
END_OF_TABLE
