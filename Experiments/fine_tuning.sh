#!/usr/bin/env bash
# Fine-tuning against the head alone: validation top-1 and loss over three seeds, on the folders of pictures given.
# Usage: Experiments/fine_tuning.sh DATA...        GRAFT names the command (default: .build/release/graft).
# SHARE is the share of the trunk that is unfrozen (default 0.3); BASE the network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# -ge 1 ] || { sed -n '2,4s/^# //p' "$0"; exit 64; }
graft=${GRAFT:-.build/release/graft}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for data in "$@"; do
    for seed in 0 1 2; do
        "$graft" train "$data" -o "$scratch/model.graft" --seed "$seed" --base "${BASE:-efficientnet_lite0}" \
            --unfreeze "${SHARE:-0.3}" --json >>"$scratch/$(basename "$data").jsonl" 2>"$scratch/errors" ||
            { cat "$scratch/errors" >&2; exit 1; }
    done
done
python3 - "$scratch"/*.jsonl <<'END'
import json, pathlib, statistics, sys

def words(values, digits):
    return f"{statistics.mean(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"

print("| data | head alone: top-1 | loss | tuned: top-1 | loss | kept | seconds: head, tuning |")
print("|---|---|---|---|---|---|---|")
for path in map(pathlib.Path, sys.argv[1:]):
    events = [json.loads(line) for line in path.read_text().splitlines()]
    head = [event for event in events if event["event"] == "trained"]
    tuned = [event for event in events if event["event"] == "fineTuned"]
    best = [event["best"]["validation"] for event in head]
    after = [event["result"]["best"]["validation"] for event in tuned]
    print(
        f"| {path.stem} | {words([m['top1'] for m in best], 3)} | {words([m['loss'] for m in best], 3)} "
        f"| {words([m['top1'] for m in after], 3)} | {words([m['loss'] for m in after], 3)} "
        f"| {sum(event['isKept'] for event in tuned)} of {len(tuned)} "
        f"| {statistics.mean(event['seconds'] for event in head):.1f}, "
        f"{statistics.mean(event['result']['seconds'] for event in tuned):.1f} |")
END
