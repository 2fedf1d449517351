#!/usr/bin/env bash
# The built-in recipes beside each other: validation top-1, loss and seconds, over three seeds.
# Usage: Experiments/recipes.sh [--fast]           What else changes it stands in common.sh.
# SETS names the data (default: hymenoptera flowers cats_and_dogs cifar10_bin), RECIPES the recipes (default: features auto two-stage
# discriminative all-layers), SIZE the input size of cifar10_bin (default: the network's own).
# --fast: features and auto alone, seed 0, CIFAR-10 at 96 pixels.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
sets=${SETS:-hymenoptera flowers cats_and_dogs cifar10_bin}
recipes=${RECIPES:-features auto two-stage discriminative all-layers} size=${SIZE:-}
if [ -n "$fast" ]; then recipes=${RECIPES:-features auto} seeds=${SEEDS:-0} size=${SIZE:-96}; fi
for name in $sets; do need "$data/$name"; done
for name in $sets; do
    more=()
    if [ "$name" = cifar10_bin ] && [ -n "$size" ]; then more=(--input-size "$size"); fi
    for seed in $seeds; do
        for recipe in $recipes; do measure "$name|\`$recipe\`" "$seed" "$data/$name" --recipe "$recipe" "${more[@]}"; done
    done
done
table <<'END_OF_TABLE'
from results import figures, runs, seconds, spread, table

rows = [
    [*label.split("|"), *figures(measured), spread([seconds(run) for run in measured], 0)] for label, measured in runs().items()]
table(["data", "recipe", "pictures", "top-1", "loss", "seconds"], rows)
END_OF_TABLE
