#!/usr/bin/env bash
# Fine-tuning against the head alone: validation top-1 and loss, over three seeds, of the recipe `features`, of `--unfreeze 0.3`
# and of the default recipe `auto`.
# Usage: Experiments/fine_tuning.sh [--fast]        What else changes it stands in common.sh.
# --fast: 210 of the 1400 pictures of cats_and_dogs, and 4 epochs of `--unfreeze` instead of up to 20.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
for name in cats_and_dogs flowers hymenoptera; do need "$data/$name"; done
for name in hymenoptera flowers cats_and_dogs; do
    limit=() epochs=()
    if [ -n "$fast" ]; then epochs=(--unfrozen-epochs 4); fi
    if [ -n "$fast" ] && [ $name = cats_and_dogs ]; then limit=(--limit 210); fi
    for seed in $seeds; do
        measure "$name|\`--recipe features\`" "$seed" "$data/$name" "${limit[@]}" --recipe features
        measure "$name|\`--unfreeze 0.3\`" "$seed" "$data/$name" "${limit[@]}" --unfreeze 0.3 "${epochs[@]}"
        measure "$name|\`auto\`" "$seed" "$data/$name" "${limit[@]}"
    done
done
table <<'END_OF_TABLE'
from results import figures, runs, stages, table

rows = []
for label, measured in runs().items():
    kept = [sum(stage["isKept"] for stage in list(stages(run).values())[1:]) for run in measured]
    rows.append([*label.split("|"), *figures(measured), " ".join(map(str, kept))])
table(["data", "how", "pictures", "top-1", "loss", "stages kept after the head, by seed"], rows)
END_OF_TABLE
