#!/usr/bin/env bash
# What `graft advise` recommends beside an exhaustive comparison: a head trained on the features of every network whose weights are here, at
# every size. How far below the best the recommended one is, and the share of the time that the advice took.
# Usage: Experiments/advise.sh [--fast]           What else changes it stands in common.sh.
# SETS names the data (default: hymenoptera flowers cats_and_dogs cifar10_bin mnist_png voc), BASES the networks (default: those whose weights
# are here), SIZES the input sizes (default: 96 128 160 192 224 288).
# --fast: seed 0, hymenoptera and flowers, sizes 128 and 224.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
sets=${SETS:-hymenoptera flowers cats_and_dogs cifar10_bin mnist_png voc} sizes=${SIZES:-96 128 160 192 224 288}
if [ -n "$fast" ]; then sets=${SETS:-hymenoptera flowers} sizes=${SIZES:-128 224} seeds=${SEEDS:-0}; fi
published_weights efficientnet_lite0 >"$scratch/path"
bases=${BASES:-$("$graft" weights --json | python3 -c '
import json, sys
print(*dict.fromkeys(line["name"] for line in map(json.loads, sys.stdin) if any(file["isHere"] for file in line["files"])))')}
# All features are computed anew, those of the advice too.
mkdir "$scratch/home"
ln -s "$(realpath "$(dirname "$(cat "$scratch/path")")")" "$scratch/home/weights"
export GRAFT_HOME=$scratch/home
for name in $sets; do
    more=()
    case $name in
    voc) pictures=$data/VOCdevkit/VOC2012 more=(--task multi-label) ;;
    *) pictures=$data/$name ;;
    esac
    need "$pictures"
    rm -rf "$GRAFT_HOME/features"
    begin "$name" 0
    start=$(date +%s.%N)
    run "$graft" advise "$pictures" "${more[@]}" ${BASES:+--bases "${BASES// /,}"} ${THREADS:+--threads "$THREADS"} --json
    echo "{\"event\": \"took\", \"seconds\": $(python3 -c "import sys; print(float(sys.argv[2]) - float(sys.argv[1]))" "$start" "$(date +%s.%N)")}" >>"$lines"
    rm -rf "$GRAFT_HOME/features"
    for base in $bases; do
        for size in $sizes; do
            for seed in $seeds; do
                # A size that a network cannot take ends its run, and not the experiment.
                "$graft" plan "$pictures" "${more[@]}" --base "$base" --input-size "$size" --recipe features --measure-seconds 0.01 >/dev/null 2>&1 || continue
                measure "$name|$base|$size" "$seed" "$pictures" "${more[@]}" --base "$base" --input-size "$size" --recipe features
            done
        done
    done
done
SETS="$sets" table <<'END_OF_TABLE'
import os
import statistics
from results import event, runs, score, seconds, table

found = runs()
rows = []
for name in os.environ["SETS"].split():
    if name not in found:
        continue
    advised = found[name][0]
    advice, took = event(advised, "advice"), event(advised, "took")["seconds"]
    tried = {tuple(label.split("|")[1:]): measured for label, measured in found.items() if label.startswith(name + "|")}
    scores = {key: statistics.mean(score(run) for run in measured) for key, measured in tried.items()}
    if not scores:
        continue
    best = max(scores, key=scores.get)
    # The recommended size, or the nearest one that was compared.
    sizes = [int(size) for base, size in scores if base == advice["base"]]
    size = min(sizes, key=lambda other: abs(other - advice["inputSize"]))
    chosen = scores[advice["base"], str(size)]
    # The features of a network and size are computed once; its other seeds find them.
    whole = sum(seconds(run) for measured in tried.values() for run in measured)
    expected = advice["expected"]
    figure = next(expected[key] for key in ("top1", "mAP", "r2") if key in expected)
    rows.append([
        name, f"{advice['base']} {advice['inputSize']} px", f"{chosen:.3f}", f"{best[0]} {best[1]} px", f"{scores[best]:.3f}",
        f"{scores[best] - chosen:.3f}", f"{figure:.3f}", f"{took:.0f}", f"{whole:.0f}", f"{took / whole:.2f}"])
table(["data", "advised", "score", "best", "score", "lost", "expected", "seconds", "of all", "share"], rows)
END_OF_TABLE
