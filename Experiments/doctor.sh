#!/usr/bin/env bash
# Wrong labels planted in good data: how many of them the doctor names first, and what it says of the data as they are.
# Usage: Experiments/doctor.sh              What changes it stands in common.sh.
# SETS names the data (default: cats_and_dogs flowers hymenoptera), COUNT how many labels are planted (default: 20).
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
sets=${SETS:-cats_and_dogs flowers hymenoptera} count=${COUNT:-20}
for name in $sets; do need "$data/$name"; done
for name in $sets; do
    for seed in $seeds; do
        begin "$name" "$seed"
        rm -rf "$scratch/planted"
        python3 - "$data/$name" "$scratch/planted" "$seed" "$count" <<'END' >>"$lines"
import json, pathlib, random, sys

source, target, seed, count = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
draw = random.Random(seed)
pictures = sorted(path for path in source.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
classes = sorted({path.parent.name for path in pictures})
changed = set(draw.sample(pictures, count)) if count else set()
planted = []
for path in pictures:
    place = path.relative_to(source)
    if path in changed:
        other = draw.choice([name for name in classes if name != path.parent.name])
        place = place.parent.parent / other / f"planted-{path.parent.name}-{path.name}"
        planted.append(str(place))
    (target / place).parent.mkdir(parents=True, exist_ok=True)
    (target / place).write_bytes(path.read_bytes())
print(json.dumps({"event": "planted", "paths": planted, "pictures": len(pictures)}))
END
        for what in "with planted" clean; do
            path=$scratch/planted
            if [ "$what" = clean ]; then path=$(realpath "$data/$name"); fi
            "$graft" doctor "$path" ${THREADS:+--threads "$THREADS"} --json 2>"$scratch/words" |
                python3 -c 'import json, sys
report = json.loads(sys.stdin.readlines()[-1])
wrong = [[f["path"], f["severity"]] for f in report["findings"] if f["kind"] == "wrongLabel"]
counts = {}
for finding in report["findings"]:
    counts[finding["kind"]] = counts.get(finding["kind"], 0) + 1
print(json.dumps({"event": sys.argv[1], "wrong": wrong, "counts": counts}))' "$what" >>"$lines"
        done
    done
done
table <<'END_OF_TABLE'
from results import event, runs, spread, table

rows = []
for name, measured in runs().items():
    shares, sure, clean = [], [], []
    for run in measured:
        found = event(run, "planted")
        planted, report = found["paths"], event(run, "with planted")
        named = [path for path, _ in report["wrong"]]
        first = set(named[:2 * len(planted)])
        shares.append(sum(path in first for path in planted) / max(len(planted), 1))
        certain = [path for path, severity in report["wrong"] if severity == "warning"]
        sure.append(sum(path in planted for path in certain) / max(len(certain), 1))
        clean.append(sum(severity == "warning" for _, severity in event(run, "clean")["wrong"]))
    others = event(measured[0], "clean")["counts"]
    rows.append([
        name, str(found["pictures"]), str(len(planted)), spread(shares, 2), spread(sure, 2), spread(clean, 0),
        ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))])
table(["data", "pictures", "planted", "of them among the first 2 x planted", "right of those called certain",
       "called certain in the data as they are", "all findings there"], rows)
END_OF_TABLE
