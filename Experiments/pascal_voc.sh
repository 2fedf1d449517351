#!/usr/bin/env bash
# Pascal VOC, the class of each picture's largest object, RMSProp: no transfer, the head alone, two learning rates, one for everything.
# Usage: Experiments/pascal_voc.sh [--fast]        What else changes it stands in common.sh.
# BASES names the networks (default: efficientnet_lite0 mobilenet_v2.keras googlenet.bvlc; with --fast the first);
# WAYS what is done with them (default: no_transfer head two_rates everything); SIZE the pixels that --fast takes.
# --fast: 128 pixels instead of 224, at most 10 epochs of all but the head, seed 0.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
need "$data/VOCdevkit/VOC2012"
bases=${BASES:-efficientnet_lite0 mobilenet_v2.keras googlenet.bvlc} most= size=()
if [ -n "$fast" ]; then bases=${BASES:-efficientnet_lite0} most=10 size=(--input-size "${SIZE:-128}") seeds=${SEEDS:-0}; fi
for base in $bases; do
    file=$(weights_of "$base") || continue
    for way in ${WAYS:-no_transfer head two_rates everything}; do
        weights=()
        if [ -n "$file" ] && [ $way != no_transfer ]; then weights=(--weights "$file"); fi
        for seed in $seeds; do
            # The head's epochs cost nothing.
            recipe_file=$(if [ $way = head ]; then recipe voc_head.yaml; else recipe voc_$way.yaml $most; fi)
            # What has no BatchNorm is told nothing of it.
            case $base in vgg?? | vgg??.* | googlenet.bvlc) sed -i '/batch-norm:/d' "$recipe_file" ;; esac
            measure "$base|$way" "$seed" "$data/VOCdevkit/VOC2012" --base "$base" "${weights[@]}" "${size[@]}" --recipe "$recipe_file"
        done
    done
done
table <<'END_OF_TABLE'
from results import parts, runs, spread, stages, table

ways = {
    "no_transfer": ("no transfer", "30.9"), "head": ("head alone, 5e-4", "19.1"),
    "two_rates": ("head 5e-4, convolutions 1e-4", "20.4"), "everything": ("everything 5e-4", "16.7")}
rows = []
for label, measured in runs().items():
    base, way = label.split("|")
    ends = [list(stages(run).values())[-1] for run in measured]
    best = [end["best"]["validation"] for end in ends]
    words, source = ways[way]
    rows.append([
        base, words, "{} + {}".format(*parts(measured[0])), spread([1 - m["top1"] for m in best], 1, 100),
        spread([1 - m["top5"] for m in best], 1, 100), spread([end["epochs"] for end in ends], 0), source])
table(["network", "what", "pictures", "top-1 error %", "top-5 error %", "epochs", "source: top-1 error %"], rows)
END_OF_TABLE
