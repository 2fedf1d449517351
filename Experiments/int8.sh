#!/usr/bin/env bash
# A trunk in eight bits against the same in bf16 (f32 where the processor lacks it): validation top-1 and loss of a head on its features.
# Usage: Experiments/int8.sh [--fast]        What else changes it stands in common.sh.
# BASES names the networks (default: efficientnet_lite0 mobilenet_v2.keras googlenet.bvlc; with --fast the first).
# --fast: without CIFAR-10, seed 0.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
sets="hymenoptera flowers cats_and_dogs cifar10_bin" bases=${BASES:-efficientnet_lite0 mobilenet_v2.keras googlenet.bvlc}
if [ -n "$fast" ]; then sets=${sets% *} bases=${BASES:-efficientnet_lite0} seeds=${SEEDS:-0}; fi
for name in $sets; do need "$data/$name"; done
for base in $bases; do
    file=$(weights_of "$base") || continue
    weights=()
    if [ -n "$file" ]; then weights=(--weights "$file"); fi
    for name in $sets; do
        size=()
        # Pictures of 32 pixels need no more.
        if [ $name = cifar10_bin ]; then size=(--input-size 96); fi
        for seed in $seeds; do
            for precision in auto int8; do
                measure "$base|$name|$precision" "$seed" "$data/$name" --base "$base" "${weights[@]}" "${size[@]}" \
                    --recipe features --precision $precision
            done
        done
    done
done
table <<'END_OF_TABLE'
from results import event, final, parts, runs, spread, table

rows, found = [], runs()
for label, measured in found.items():
    base, name, precision = label.split("|")
    if precision != "int8":
        continue
    floating = found[f"{base}|{name}|auto"]
    calibrated = event(measured[0], "calibrated")
    lost = [final(before)["top1"] - final(after)["top1"] for before, after in zip(floating, measured)]
    rows.append([
        base, name, "{} + {}".format(*parts(measured[0])), event(floating[0], "trunk")["precision"],
        spread([final(run)["top1"] for run in floating]), spread([final(run)["top1"] for run in measured]),
        spread(lost, 2, 100), "{:.3f} / {:.3f}".format(*(sum(final(run)["loss"] for run in side) / len(side)
                                                       for side in (floating, measured))),
        "{convolutions} of {allConvolutions}".format(**calibrated),
        "{:.1f} / {:.1f}".format(100 * calibrated["floatingFeatureError"], 100 * calibrated["featureError"])])
table(["network", "data", "pictures", "compared with", "its top-1", "int8 top-1", "points lost", "loss, both",
       "convolutions in int8", "features off f32 in %, both"], rows)
END_OF_TABLE
