"""What the reference computes with the published weights.

Without an argument: makes Fixtures/efficientnet_lite_real.json.
--dump FOLDER: writes FOLDER/<network>.safetensors with the preprocessed photos (`inputs` [N, H, W, 3]), their
`logits` [N, 1000], `features` [N, 1280] and `labels` [N], and FOLDER/photos.json with the N file names.
Photos are those of --photos FOLDER, a folder with labels.csv (default: ../shared/data/imagenet_samples).
"""

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

import reference
from preprocessing import preprocess

BATCH = 32


def read_labels(folder):
    """[(file name, class index)] in the order of labels.csv."""
    with open(folder / "labels.csv", newline="") as table:
        return [(row["file"], int(row["class_index"])) for row in csv.DictReader(table)]


def run_all(network, folder, names):
    """Inputs, pooled features and logits of all photos."""
    model = reference.build(network)
    reference.load_published(network, model)
    size, features = reference.native_size(network), []
    model._avg_pooling.register_forward_hook(lambda _module, _inputs, output: features.append(output.flatten(1)))
    inputs = torch.from_numpy(np.stack([preprocess(folder / name, size) for name in names]))
    logits = torch.cat([reference.run(model, batch) for batch in inputs.split(BATCH)])
    return inputs, torch.cat(features), logits


def generated_logits(network):
    """All logits for the generated picture at native size, with the published weights, computed in float64."""
    model = reference.build(network).double()
    reference.load_published(network, model)
    size = reference.native_size(network)
    return [round(value, 6) for value in reference.run(model, reference.generated_input(size, size).double())[0].tolist()]


def top_five(name, label, logits):
    values, indexes = logits.topk(5)
    return {
        "file": name,
        "label": label,
        "indexes": indexes.tolist(),
        "logits": [round(value, 4) for value in values.tolist()],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "imagenet_samples"
    parser.add_argument("--photos", type=Path, default=beside)
    parser.add_argument("--dump", type=Path)
    arguments = parser.parse_args()
    if not (arguments.photos / "labels.csv").is_file():
        parser.error(f"{arguments.photos} has no labels.csv; name a folder of labelled photos with --photos.")
    photos = read_labels(arguments.photos)
    names, labels = [name for name, _ in photos], torch.tensor([label for _, label in photos])

    fixture = {
        "note": "generated_logits compare to 1e-3: same input on both sides. The photos' values also carry the "
        "difference between two JPEG decoders and resamplers: compare the classes, and the logits loosely.",
        "seed": reference.SEED,
        "photos": len(names),
        "networks": [],
    }
    for network in reference.NETWORKS:
        inputs, features, logits = run_all(network, arguments.photos, names)
        correct = int((logits.argmax(1) == labels).sum())
        in_five = int((logits.topk(5).indices == labels[:, None]).any(1).sum())
        print(f"{network}: top-1 {correct} of {len(names)}, top-5 {in_five}")
        if arguments.dump:
            arguments.dump.mkdir(parents=True, exist_ok=True)
            tensors = {"inputs": inputs, "features": features, "logits": logits, "labels": labels.to(torch.int32)}
            save_file({key: value.contiguous() for key, value in tensors.items()}, arguments.dump / f"{network}.safetensors")
        else:
            every = len(names) // 8
            fixture["networks"].append({
                "network": network,
                "input_size": reference.native_size(network),
                "top1_correct": correct,
                "top5_correct": in_five,
                "samples": [
                    top_five(names[index], int(labels[index]), logits[index]) for index in range(0, 8 * every, every)
                ],
                "generated_logits": generated_logits(network),
            })
    if arguments.dump:
        (arguments.dump / "photos.json").write_text(json.dumps(names, indent=1) + "\n")
    else:
        reference.write(reference.FIXTURES / "efficientnet_lite_real.json", fixture)


if __name__ == "__main__":
    main()
