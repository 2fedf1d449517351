#!/usr/bin/env bash
# Numbers: the box of each picture's largest object in Pascal VOC, its sides as fractions of the picture, against always giving the mean.
# Usage: Experiments/boxes.sh [--fast]             What else changes it stands in common.sh.
# --fast: at most 6 epochs of tuning.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need "$data/VOCdevkit/VOC2012"
list_boxes
file=$(recipe boxes.yaml)
if [ -n "$fast" ]; then sed -i 's/epochs: 20/epochs: 6/' "$file"; fi
for seed in $seeds; do
    measure "mean over the map" "$seed" "$scratch/boxes/boxes.csv" --resize whole --recipe features
    measure "flatten, dense 64" "$seed" "$scratch/boxes/boxes.csv" --resize whole --recipe "$file"
done
table "$scratch/boxes/boxes.csv" <<'END_OF_TABLE'
import csv
import statistics
import sys

from results import final, parts, runs, spread, stages, table

sides = ["left", "top", "right", "bottom"]
with open(sys.argv[2], newline="") as file:
    boxes = list(csv.DictReader(file))


def column(side, part):
    return [float(box[side]) for box in boxes if box["part"] == part]


rows = []
away = []
for side in sides:
    mean, right = statistics.mean(column(side, "train")), column(side, "validation")
    away.append(statistics.mean(abs(number - mean) for number in right))
# R² of a mean is 0, or a little less where that of other pictures is given.
rows.append(["always the training pictures' mean", "", *[f"{number:.3f}" for number in away], spread([statistics.mean(away)]), "about 0"])
for label, measured in runs().items():
    pictures = "{} + {}".format(*parts(measured[0]))
    for stage in stages(measured[0]):
        best = [stages(run)[stage]["best"]["validation"]["errors"] for run in measured]
        absolute = [[number["meanAbsolute"] for number in errors] for errors in best]
        kept = sum(stages(run)[stage]["isKept"] for run in measured)
        words = f"{label}: the head" if stage == "head" else f"{label}: tuned (kept in {kept} of {len(measured)})"
        rows.append([
            words, pictures, *[f"{statistics.mean(errors[side] for errors in absolute):.3f}" for side in range(4)],
            spread([statistics.mean(errors) for errors in absolute]),
            spread([statistics.mean(number["determination"] for number in errors) for errors in best], 2)])
table(["what", "pictures", *sides, "mean absolute error", "R²"], rows)
END_OF_TABLE
