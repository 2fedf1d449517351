#!/usr/bin/env bash
# Every benchmark, one after the other, into one file: .build/benchmarks/benchmarks.md, or where OUTPUT says, with the plot
# beside it. Hours; wants a quiet machine. It says at its start how long it takes at most.
# Options of one benchmark are in BENCH, FORWARD, TRAINING, TUTORIAL, INPUT, SCALING and LOADING; arguments go to all of them.
#     FORWARD='--networks mobilenet_v2.torchvision' Benchmarks/all.sh --runs 1
# Ends with 1 and names what failed, as where a peer is missing; what else was measured stays.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -x .build/release/graft ] || { echo "bench: .build/release/graft is missing: run make build." >&2; exit 1; }
python=$(scripts/peers.sh) || exit 1
folder=${OUTPUT:-.build/benchmarks} failed= seconds=0
mkdir -p "$folder"
# Calls $1 with each benchmark's script, title and options; the arguments after it come last, so that they win.
each() {
    local what=$1
    shift
    "$what" compare "Training and prediction from photos, against PyTorch" ${BENCH:-} "$@"
    "$what" forward_speed "The forward pass" --precisions f32 bf16 int8 --plot "$folder/forward.svg" ${FORWARD:-} "$@"
    "$what" training_speed "Steps of fine-tuning" ${TRAINING:-} "$@"
    "$what" tutorial_speed "The MobileNetV2 tutorial" ${TUTORIAL:-} "$@"
    "$what" input_speed "Reading photos" ${INPUT:-} "$@"
    "$what" scaling "Threads and photos" ${SCALING:-} "$@"
    "$what" weight_loading "Loading weights" ${LOADING:-} "$@"
}
bound() {
    local script=$1
    shift 2
    seconds=$((seconds + $(python3 "Benchmarks/$script.py" --python "$python" "$@" --bound))) || exit 1
}
run() {
    local script=$1 title=$2
    shift 2
    echo "bench: $title" >&2
    rm -f "$folder/$script.md"
    python3 "Benchmarks/$script.py" --python "$python" --output "$folder/$script.md" "$@" >/dev/null || failed+=" $script.py"
    [ ! -e "$folder/$script.md" ] || { echo "## $title"; echo; cat "$folder/$script.md"; echo; } >>"$folder/benchmarks.md"
}
each bound "$@"
echo "bench: all of it takes $((seconds / 3600)) hours at most, most likely much less" >&2
: >"$folder/benchmarks.md"
each run "$@"
cat "$folder/benchmarks.md"
[ -z "$failed" ] || { echo "bench: failed:$failed" >&2; exit 1; }
