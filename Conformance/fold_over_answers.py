#!/usr/bin/env python3
"""Shows that what is evaluated is what is answered: graft evaluate beside a fold over graft predict --json, bit for bit.

    Conformance/fold_over_answers.py GRAFT MODEL DATA

DATA is a folder with a folder of pictures per class (of its test or validation part, where it has one), or a list in
JSON lines. Prints the figures of both and ends with 1 where a bit differs.
"""
import json, math, os, struct, subprocess, sys


def lines(*command):
    return [json.loads(line) for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()]


def labelled(data):
    """Path and what is right, in the order of graft's data sets."""
    if os.path.isdir(data):
        part = next((p for p in ("test", "validation", "val") if os.path.isdir(os.path.join(data, p))), ".")
        root = os.path.normpath(os.path.join(data, part))
        return [(os.path.join(root, c, n), [c]) for c in sorted(os.listdir(root)) for n in sorted(os.listdir(os.path.join(root, c)), key=os.fsencode)]
    rows = [json.loads(line) for line in open(data)]
    parts = {r.get("part") for r in rows}
    part = next((p for p in ("test", "validation") if p in parts), None)
    return [(os.path.join(os.path.dirname(data), r["path"]), r.get("labels") or ([r["label"]] if "label" in r else r.get("numbers", [])))
            for r in rows if part is None or r.get("part") == part]


def smallest(p):
    return max(p, 2.0 ** -126)


def single(x):
    """The nearest number in 32 bits."""
    return struct.unpack("f", struct.pack("f", x))[0]


def main():
    graft, model, data = sys.argv[1:]
    description = json.load(open(os.path.join(model, "bundle.json")))
    names, task = description["classes"], description["task"]
    evaluation = lines(graft, "evaluate", model, data, "--json", "--include-training")[-1]
    pictures = labelled(data)
    top = [] if task == "regression" else ["--top", str(len(names))]
    answers = {a["image"]: a for a in lines(graft, "predict", model, *top, "--json", *[p for p, _ in pictures])}
    loss, first, count = 0.0, 0, 0
    classes = {name: [0, 0] for name in names}
    numbers = [[0.0, 0.0] for _ in names]
    for path, right in pictures:
        answer = answers[path]
        if "error" in answer:
            continue
        count += 1
        if task == "regression":
            deviation = description["standardization"]["deviation"]
            found = {n["name"]: n["value"] for n in answer["numbers"]}
            square = 0.0
            for index, name in enumerate(names):
                error = found[name] - single(right[name])
                square += (error / single(deviation[index])) ** 2
                numbers[index][0] += abs(error)
                numbers[index][1] += error * error
            loss += square / len(names)
            continue
        p = {a["label"]: a["probability"] for a in answer["predictions"]}
        ranked = [a["label"] for a in answer["predictions"]]
        if task == "classification":
            loss += -math.log(smallest(p[right[0]]))
        else:
            part = 0.0
            for name in names:
                part -= math.log(smallest(p[name] if name in right else single(1 - p[name])))
            loss += part / len(names)
        ranks = [ranked.index(name) for name in right]
        first += 1 if ranks and min(ranks) == 0 else 0
        for name, rank in zip(right, ranks):
            classes[name][1] += 1
            classes[name][0] += rank == 0
    labelled_count = sum(1 for path, right in pictures if right and "error" not in answers[path])
    pairs = [("images", count, evaluation["images"]), ("loss", loss / count, evaluation["loss"])]
    if task == "regression":
        for index, entry in enumerate(evaluation["numbers"]):
            pairs.append((entry["name"] + ", mean absolute error", numbers[index][0] / count, entry["errors"]["meanAbsolute"]))
            pairs.append((entry["name"] + ", RMS", math.sqrt(numbers[index][1] / count), entry["errors"]["rootMeanSquare"]))
    else:
        pairs.append(("top-1", first / labelled_count, evaluation["top1"]))
        for entry in evaluation["classes"]:
            right, all_ = classes[entry["name"]]
            pairs.append((f"{entry['name']}, of {all_}", right / all_, entry["top1"]))
    for name, fold, told in pairs:
        print(f"{'same' if fold == told else 'DIFFERENT'}  {name}: {fold!r} {told!r}")
    sys.exit(any(fold != told for _, fold, told in pairs))


main()
