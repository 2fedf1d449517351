#!/usr/bin/env bash
# Every benchmark, one after the other, into one file: .build/benchmarks/benchmarks.md, or where OUTPUT says, with the plot beside it.
# Hours; wants a quiet machine. Ends with 1 and names what failed, as where a peer is missing; what else was measured stays.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -x .build/release/graft ] || { echo "bench: .build/release/graft is missing: run make build." >&2; exit 1; }
python=$(scripts/peers.sh) || exit 1
folder=${OUTPUT:-.build/benchmarks} failed=
mkdir -p "$folder"
run() {
    local script=$1 title=$2
    shift 2
    echo "bench: $title" >&2
    rm -f "$folder/$script.md"
    python3 "Benchmarks/$script.py" --python "$python" --output "$folder/$script.md" "$@" >/dev/null || failed+=" $script.py"
    [ ! -e "$folder/$script.md" ] || { echo "## $title"; echo; cat "$folder/$script.md"; echo; } >>"$folder/benchmarks.md"
}
: >"$folder/benchmarks.md"
run compare "Training and prediction from photos, against PyTorch"
run forward_speed "The forward pass" --precisions f32 bf16 int8 --plot "$folder/forward.svg"
run training_speed "Steps of fine-tuning"
run tutorial_speed "The MobileNetV2 tutorial"
run input_speed "Reading photos"
run scaling "Threads and photos"
run weight_loading "Loading weights"
cat "$folder/benchmarks.md"
[ -z "$failed" ] || { echo "bench: failed:$failed" >&2; exit 1; }
