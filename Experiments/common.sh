# What all experiments share; sourced by them. Variables that change them:
# GRAFT    the command                                   (default: .build/release/graft)
# DATA     the folder with the data sets                 (default: ../shared/data)
# SEEDS    what random numbers depend on, one run each   (default: "0 1 2"; with --fast as each experiment says)
# THREADS  how many threads to use                       (default: one a core)
# RESULTS  where each run's JSON lines are kept          (default: nowhere)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
graft=${GRAFT:-.build/release/graft}
data=${DATA:-../shared/data}
seeds=${SEEDS:-0 1 2}
fast=
if [ "${1:-}" = --fast ]; then fast=yes && shift; fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
results=${RESULTS:-$scratch/results}
mkdir -p "$results"
command -v "$graft" >/dev/null || { echo "$graft is not here: make build, or set GRAFT" >&2; exit 69; }

# Ends the experiment, without an error, where a file or folder is missing.
need() {
    [ -e "$1" ] || { echo "skipped: $1 is not here" >&2; exit 0; }
}

# begin LABEL SEED: makes the file `lines` for a run's JSON lines, which begins with its label.
begin() {
    lines=$(printf '%s/%03d.jsonl' "$results" "$(find "$results" -name '*.jsonl' | wc -l)")
    echo "$1, seed $2" >&2
    python3 -c 'import json, sys; print(json.dumps({"event": "run", "label": sys.argv[1]}))' "$1" >"$lines"
}

# run COMMAND ARGUMENT...: adds what a command prints to `lines`; where it fails, tells why and ends the experiment.
run() {
    "$@" >>"$lines" 2>"$scratch/words" || { rm "$lines"; cat "$scratch/words" >&2; exit 1; }
}

# measure LABEL SEED ARGUMENT...: trains and keeps the run's JSON lines for results.py.
measure() {
    local label=$1 seed=$2 lines
    shift 2
    begin "$label" "$seed"
    run "$graft" train "$@" --seed "$seed" ${THREADS:+--threads "$THREADS"} --no-checkpoint -o "$scratch/model.graft" --json
}

# published_weights NETWORK: the file of its published weights, which are fetched where they are not here.
published_weights() {
    "$graft" weights pull "$1" --json 2>"$scratch/words" | python3 -c '
import json, sys
print([line["path"] for line in map(json.loads, sys.stdin) if "path" in line][-1])' || { cat "$scratch/words" >&2; exit 1; }
}

# measure_peer LABEL SEED PEER DATA ARGUMENT...: another library's recipe on the same pictures, in the parts of the last model.
measure_peer() {
    local label=$1 seed=$2 peer=$3 pictures=$4 lines
    shift 4
    begin "$label" "$seed"
    run "$peers" -B Experiments/peers/"$peer"_recipe.py --data "$pictures" --bundle "$scratch/model.graft" --weights "$weights" \
        --seed "$seed" --threads "${THREADS:-$(nproc)}" "$@"
}

# list_boxes: makes the list boxes/boxes.csv in the scratch folder: the box of the largest object of each picture in Pascal VOC.
list_boxes() {
    local voc
    voc=$(realpath "$data/VOCdevkit/VOC2012")
    [ ! -e "$scratch/boxes" ] || return 0
    mkdir "$scratch/boxes"
    ln -s "$voc/JPEGImages" "$scratch/boxes/pictures"
    python3 Experiments/boxes_list.py "$voc" "$scratch/boxes/boxes.csv"
}

# weights_of NETWORK: the file of its weights; nothing for networks that need none. Fails where it is missing.
weights_of() {
    local file
    case $1 in
    mobilenet_v2.keras) file=$data/../weights/mobilenet_v2_1.0_224_tfslim_folded.h5 ;;
    googlenet.bvlc) file=$data/../weights/googlenet_bvlc.safetensors ;;
    *) return 0 ;;
    esac
    [ -e "$file" ] || { echo "$1 is skipped: $file is not here" >&2; return 1; }
    echo "$file"
}

# recipe NAME [EPOCHS]: the recipe's file; its stages of no more epochs than that, where they are given.
recipe() {
    local short=$scratch/$1
    awk -v most="${2:-1000000}" '/^ *epochs:/ && $2 > most { sub(/[0-9]+/, most) } { print }' "Experiments/$1" >"$short"
    echo "$short"
}

# table: makes the table, by the Python on standard input, from what was measured.
table() {
    PYTHONPATH=Experiments PYTHONDONTWRITEBYTECODE=1 python3 - "$results" "$@"
}
