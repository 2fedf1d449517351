#!/usr/bin/env bash
# The built-in recipes beside each other, and beside what other libraries usually do: score, loss and seconds, over three seeds.
# Usage: Experiments/recipes.sh [--fast]           What else changes it stands in common.sh.
# SETS names the data (default: hymenoptera flowers cats_and_dogs cifar10_bin mnist_png voc boxes), RECIPES the recipes (default: features
# auto two-stage discriminative all-layers), SIZE the input size of cifar10_bin (default: the network's own).
# PEERS names a Python that has the packages of peers/requirements.txt; then PEER_RECIPES (default: timm fastai keras) are run too, on the same
# network, weights, pictures and parts.
# --fast: features and auto alone, seed 0, CIFAR-10 at 96 pixels.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
sets=${SETS:-hymenoptera flowers cats_and_dogs cifar10_bin mnist_png voc boxes}
recipes=${RECIPES:-features auto two-stage discriminative all-layers} size=${SIZE:-}
if [ -n "$fast" ]; then recipes=${RECIPES:-features auto} seeds=${SEEDS:-0} size=${SIZE:-96}; fi
peers=${PEERS:-}
[ -n "$peers" ] || echo "the peers are left out: PEERS names no Python that has peers/requirements.txt" >&2
# Each run computes all features itself, as the peers do.
weights=$(published_weights efficientnet_lite0)
mkdir "$scratch/home"
ln -s "$(realpath "$(dirname "$weights")")" "$scratch/home/weights"
export GRAFT_HOME=$scratch/home
for name in $sets; do
    more=() peer_more=()
    case $name in
    voc) pictures=$data/VOCdevkit/VOC2012 more=(--task multi-label) ;;
    boxes) pictures=$scratch/boxes/boxes.csv more=(--resize whole) ;;
    *) pictures=$data/$name ;;
    esac
    if [ "$name" = boxes ]; then need "$data/VOCdevkit/VOC2012" && list_boxes; else need "$pictures"; fi
    if [ "$name" = cifar10_bin ] && [ -n "$size" ]; then more=(--input-size "$size") peer_more=(--size "$size"); fi
    for seed in $seeds; do
        for recipe in $recipes; do
            rm -rf "$GRAFT_HOME/features"
            measure "$name|\`$recipe\`" "$seed" "$pictures" --recipe "$recipe" "${more[@]}"
        done
        if [ -n "$peers" ]; then
            for peer in ${PEER_RECIPES:-timm fastai keras}; do measure_peer "$name|$peer" "$seed" "$peer" "$pictures" "${peer_more[@]}"; done
        fi
    done
done
table <<'END_OF_TABLE'
from results import figures, runs, seconds, spread, table

rows = [
    [*label.split("|"), *figures(measured), spread([seconds(run) for run in measured], 0)] for label, measured in runs().items()]
table(["data", "recipe", "pictures", "score", "loss", "seconds"], rows)
END_OF_TABLE
