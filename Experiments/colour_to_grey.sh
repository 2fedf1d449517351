#!/usr/bin/env bash
# From colour to grey: a network that learnt colour photos is given Fashion-MNIST, each grey picture three times, or once into a first
# layer whose kernels are added up. MNIST stands in where Fashion-MNIST is not here.
# Usage: Experiments/colour_to_grey.sh [--fast]    What else changes it stands in common.sh.
# FASHION  the folder with the IDX files           (default: /usr/share/datasets/fashion-mnist)
# --fast: 7000 pictures, 1000 of them the test part, 96 pixels instead of 224, the head alone.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
pictures=${FASHION:-/usr/share/datasets/fashion-mnist}
[ -e "$pictures" ] || pictures=$data/mnist_idx
need "$pictures"
how=(--limit 20000 --unfreeze 0.3)
if [ -n "$fast" ]; then how=(--limit 7000 --input-size 96 --recipe features); fi
for grey in replicate sum; do
    for seed in $seeds; do
        measure "$(basename "$pictures")|$grey" "$seed" "$pictures" --resize whole --grey $grey "${how[@]}"
    done
done
table <<'END_OF_TABLE'
from results import figures, runs, table

rows = [[*label.split("|"), *figures(measured)] for label, measured in runs().items()]
table(["data", "grey", "pictures", "top-1", "loss"], rows)
END_OF_TABLE
