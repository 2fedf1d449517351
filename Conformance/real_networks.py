"""Makes Fixtures/real_networks.json: what the references say about photos with real weights.

Keras' MobileNetV2, BVLC GoogLeNet and the PyTorch MobileNetV1 0.25, with the files of ../shared/weights (--weights),
on the labelled photos of ../shared/data/imagenet_samples (--photos). All photos are treated alike, with Pillow: made
upright (EXIF), RGB, the shorter side scaled to 256 pixels and the longer one rounded down (bilinear, antialiased,
8 bits), the centre 224 x 224 cut out with its offset rounded to the nearest, halves to even: torchvision's Resize
and CenterCrop.
First checks each reference against reference_chelsea.safetensors, which others computed.
"""

import argparse
from pathlib import Path

import keras_networks
import numpy as np
import torch
from PIL import Image, ImageOps
from safetensors.torch import load_file

import paper_networks
import reference
from real_weights import BATCH, read_labels

SHORTER_SIDE, SIZE = 256, 224


def centre(path):
    """[224, 224, 3], RGB, 0 to 255."""
    with Image.open(path) as image:
        ImageOps.exif_transpose(image, in_place=True)
        photo = image.convert("RGB")
    width, height = (SHORTER_SIDE * side // min(photo.size) for side in photo.size)
    photo = photo.resize((width, height), Image.Resampling.BILINEAR)
    left, top = round((width - SIZE) / 2), round((height - SIZE) / 2)
    return np.asarray(photo.crop((left, top, left + SIZE, top + SIZE)))


def one_to_minus_one(pictures):
    return pictures / 127.5 - 1


def caffe(pictures):
    return pictures.flip(-1) - torch.tensor([104.0, 117, 123])


def imagenet(pictures):
    return (pictures / 255 - torch.tensor([0.485, 0.456, 0.406])) / torch.tensor([0.229, 0.224, 0.225])


def keras_mobilenet(weights):
    name = "mobilenet_v2.keras"
    model = keras_networks.generate(name, (SIZE, SIZE))
    model.load_weights(weights / "mobilenet_v2_1.0_224_tfslim_folded.h5")
    return lambda pictures: keras_networks.run(name, model, pictures)["logits"]


def in_torch(model, state):
    model.load_state_dict(state)
    model.eval()

    def run(pictures):
        with torch.inference_mode():
            return model(pictures.permute(0, 3, 1, 2))

    return run


def bvlc_googlenet(weights):
    return in_torch(paper_networks.GoogLeNetBVLC(), load_file(weights / "googlenet_bvlc.safetensors"))


def torch_mobilenet(weights):
    file = torch.load(weights / "mobilenetV1X0.25_pretrain.pth.tar", weights_only=True, map_location="cpu")
    return in_torch(paper_networks.MobileNetV1Quarter(), file["state_dict"])


NETWORKS = [
    # Graft's name, name in reference_chelsea.safetensors, preprocessing in words and as a function, the network
    ("mobilenet_v2.keras", "mobilenet_v2_1.0_224", "RGB, x / 127.5 - 1", one_to_minus_one, keras_mobilenet),
    ("googlenet.bvlc", "googlenet_bvlc", "BGR, x - (104, 117, 123)", caffe, bvlc_googlenet),
    (
        "mobilenet_v1_025.pytorch", "mobilenet_v1_0.25",
        "RGB, (x / 255 - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)", imagenet, torch_mobilenet,
    ),
]


def main():
    shared = Path(__file__).resolve().parents[2] / "shared"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=shared / "data" / "imagenet_samples")
    parser.add_argument("--weights", type=Path, default=shared / "weights")
    arguments = parser.parse_args()
    needed = {"--photos": arguments.photos / "labels.csv", "--weights": arguments.weights / "SHA256SUMS"}
    for option, file in needed.items():
        if not file.is_file():
            parser.error(f"there is no {file}; name its folder with {option}.")
    torch.set_num_threads(1)
    photos = read_labels(arguments.photos)
    labels = torch.tensor([label for _, label in photos])
    pictures = torch.from_numpy(np.stack([centre(arguments.photos / name) for name, _ in photos])).float()
    chelsea = load_file(arguments.weights / "reference_chelsea.safetensors")
    made = []
    for name, key, words, preprocess, build in NETWORKS:
        run = build(arguments.weights)
        difference = (run(chelsea[f"{key}/input"].permute(0, 2, 3, 1)) - chelsea[f"{key}/logits"]).abs().max().item()
        if not difference < 1e-4:
            raise ValueError(f"{name} differs from reference_chelsea.safetensors by {difference}.")
        logits = torch.cat([run(preprocess(batch)) for batch in pictures.split(BATCH)])
        top1 = logits.argmax(1)
        made.append({
            "network": name,
            "preprocessing": words,
            "top1_correct": int((top1 == labels).sum()),
            "top5_correct": int((logits.topk(5).indices == labels[:, None]).any(1).sum()),
            "top1": top1.tolist(),
        })
        correct = made[-1]["top1_correct"]
        print(f"{name}: top-1 {correct} of {len(photos)}; chelsea's logits differ by {difference:.1e}")
    reference.write(reference.FIXTURES / "real_networks.json", {
        "resize_rule": "EXIF-upright, shorter side to 256 (longer one rounded down), Pillow's bilinear, centre crop 224",
        "photos": len(photos),
        "order": "labels.csv",
        "networks": made,
    })


if __name__ == "__main__":
    main()
