"""The peer of `graft train`: the same job as a careful Python user does it with PyTorch.

Trunk EfficientNet-Lite0 with the same published weights and preprocessing, features computed once, a head of dropout
and a dense layer trained on them, early stopping on validation loss, best epoch kept. Prints one JSON object.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import machine

started = time.perf_counter()
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Conformance"))

import torch  # noqa: E402
from torch.utils.data import DataLoader, Dataset  # noqa: E402

import reference  # noqa: E402
from preprocessing import preprocess  # noqa: E402

NETWORK = "efficientnet_lite0"
DROPOUT = 0.2


# Tried on two cores (Zen 5, AVX512-BF16) that other work shared, so these are the best of several runs: on one core
# bf16 by autocast passes 110 photos a second, a network converted to bf16 137, f32 45; on both, f32 passes 75 in
# channels-last and 26 in NCHW, bf16 195. Tracing, freezing and optimize_for_inference took 4 to 40 s and showed no
# gain. Whole jobs: one or two loader workers with batches of 16 or 32 14 s, none 15 s, batches of 64 21 s, f32 35 s.
def trunk(precision):
    """The network without its top, ready for pictures [N, 3, H, W]; returns features [N, 1280] in float32."""
    model = reference.build(NETWORK)
    reference.load_published(NETWORK, model)
    model = model.to(memory_format=torch.channels_last)

    def run(pictures):
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            return model.extract_features(pictures).mean((2, 3)).float()

    return run


class Photos(Dataset):
    def __init__(self, paths, size):
        self.paths, self.size = paths, size

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        begun = time.perf_counter()
        try:
            picture = torch.from_numpy(preprocess(self.paths[index], self.size))
        except (OSError, SyntaxError):
            return None
        return index, picture, time.perf_counter() - begun


def collate(items):
    items = [item for item in items if item is not None]
    indexes, pictures, seconds = zip(*items)
    # [N, H, W, C] seen as [N, C, H, W]: channels-last as it lies.
    return torch.tensor(indexes), torch.stack(pictures).permute(0, 3, 1, 2), sum(seconds)


def list_photos(data):
    """Paths and labels of train/ and validation/ (or val/), with the class names."""
    validation = next(data / name for name in ("validation", "val") if (data / name).is_dir())
    classes = sorted(folder.name for folder in (data / "train").iterdir() if folder.is_dir())
    parts = []
    for part in (data / "train", validation):
        parts.append([(path, label) for label, name in enumerate(classes) for path in sorted((part / name).iterdir())])
    return classes, parts


def compute_features(paths, arguments):
    """Features of all readable photos, their indexes, worker seconds of decoding and seconds waiting for the trunk."""
    run = trunk(arguments.precision)
    photos = Photos(paths, reference.native_size(NETWORK))
    loader = DataLoader(photos, batch_size=arguments.trunk_batch, num_workers=arguments.workers, collate_fn=collate)
    indexes, features, decoding, computing = [], [], 0.0, 0.0
    for batch_indexes, pictures, seconds in loader:
        begun = time.perf_counter()
        features.append(run(pictures))
        computing += time.perf_counter() - begun
        decoding += seconds
        indexes.append(batch_indexes)
    return torch.cat(indexes), torch.cat(features), decoding, computing


def train_head(features, labels, validation_features, validation_labels, classes, arguments):
    """The best epoch's dense layer by validation loss, its top-1 there, and the number of epochs run."""
    torch.manual_seed(arguments.seed)
    dense = torch.nn.Linear(features.shape[1], classes)
    optimizer = torch.optim.Adam(dense.parameters(), lr=arguments.learning_rate)
    best, best_state, best_top1, waited = float("inf"), None, 0.0, 0
    for epoch in range(1, arguments.epochs + 1):
        for batch in torch.randperm(len(features)).split(arguments.batch_size):
            optimizer.zero_grad()
            logits = dense(torch.nn.functional.dropout(features[batch], DROPOUT))
            torch.nn.functional.cross_entropy(logits, labels[batch]).backward()
            optimizer.step()
        with torch.inference_mode():
            logits = dense(validation_features)
            loss = torch.nn.functional.cross_entropy(logits, validation_labels).item()
        waited += 1
        if loss < best:
            best, waited = loss, 0
            best_state = {name: tensor.clone() for name, tensor in dense.state_dict().items()}
            best_top1 = (logits.argmax(1) == validation_labels).float().mean().item()
        if waited == arguments.patience:
            break
    return best_state, best_top1, epoch


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--patience", type=int, required=True)
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--learning-rate", type=float, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32" if machine.emulated("bf16") else "bf16")
    parser.add_argument("--trunk-batch", type=int, default=32)
    parser.add_argument("--workers", type=int, default=machine.cores())
    arguments = parser.parse_args()
    imported = time.perf_counter()

    classes, (train, validation) = list_photos(arguments.data)
    photos = train + validation
    indexes, features, decoding, computing = compute_features([path for path, _ in photos], arguments)
    computed = time.perf_counter()

    labels = torch.tensor([label for _, label in photos])[indexes]
    training = indexes < len(train)
    state, top1, epochs = train_head(
        features[training], labels[training], features[~training], labels[~training], len(classes), arguments
    )
    torch.save({"network": NETWORK, "classes": classes, "head": state}, arguments.output)
    ended = time.perf_counter()
    print(json.dumps({
        "precision": arguments.precision,
        "photos": len(indexes),
        "skipped": len(photos) - len(indexes),
        "top1": top1,
        "epochs": epochs,
        "seconds": {
            "import": imported - started,
            "features": computed - imported,
            "decode": decoding / max(arguments.workers, 1),
            "trunk": computing,
            "head": ended - computed,
            "total": ended - started,
        },
    }))


if __name__ == "__main__":
    main()
