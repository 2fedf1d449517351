#!/usr/bin/env bash
# CIFAR-10: pictures of 32 pixels, scaled up to a network that learnt photos of 224; the head, then the last two thirds with it.
# Usage: Experiments/cifar10.sh [--fast]           What else changes it stands in common.sh.
# SIZES names the sizes that pictures are scaled to (default: 64 128 224; with --fast 64 and 96).
# --fast: 1500 of the 5506 pictures, at most 5 epochs of tuning, seed 0.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need "$data/cifar10_bin"
sizes=${SIZES:-64 128 224} limit=()
file=$(recipe cifar10.yaml)
if [ -n "$fast" ]; then
    sizes=${SIZES:-64 96} limit=(--limit 1500) seeds=${SEEDS:-0}
    sed -i 's/epochs: 20/epochs: 5/' "$file"
fi
for size in $sizes; do
    for seed in $seeds; do
        measure "$size" "$seed" "$data/cifar10_bin" "${limit[@]}" --resize whole --input-size "$size" --recipe "$file"
    done
done
table <<'END_OF_TABLE'
from results import final, parts, runs, spread, stages, table

rows = []
for label, measured in runs().items():
    tests = [[stage["test"]["top1"] for stage in stages(run).values() if "test" in stage] for run in measured]
    heads = [stages(run)["head"]["best"]["validation"] for run in measured]
    rows.append([
        f"{label} px", "{} + {}".format(*parts(measured[0])), spread([m["loss"] for m in heads]), spread([m["top1"] for m in heads]),
        spread([test[0] for test in tests]), spread([final(run)["loss"] for run in measured]),
        spread([final(run)["top1"] for run in measured]), spread([test[-1] for test in tests]),
        "{} of {}".format(sum(stages(run)["tune"]["isKept"] for run in measured), len(measured))])
table([
    "scaled to", "pictures", "head: loss", "top-1", "test top-1", "tuned: loss", "top-1", "test top-1", "kept"],
    rows)
END_OF_TABLE
