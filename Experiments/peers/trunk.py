"""EfficientNet-Lite0 from the weights file that Graft uses, and the pixels that Graft would give it."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import timm
import torch
from PIL import Image

FEATURES = 1280


def network(weights, outputs, **options):
    """timm's network with the file's weights and a new last layer of so many outputs; 0 leaves the last layer out.

    timm's `tf_` variant has the padding and the epsilon of the TensorFlow original. The file names the layers otherwise, but
    has them in the same order. With 1000 outputs the last layer is the file's own.
    """
    model = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=outputs, **options)
    own = model.state_dict()
    given = list(torch.load(weights, weights_only=True).values())
    for name, tensor in zip([name for name in own if outputs == 1000 or not name.startswith("classifier.")], given):
        if own[name].shape != tensor.shape:
            raise SystemExit(f"{weights} does not fit: {name} is {tuple(own[name].shape)} here, {tuple(tensor.shape)} there.")
        own[name] = tensor
    model.load_state_dict(own)
    return model.to(memory_format=torch.channels_last)


def view(image, size, rule):
    """The part of a picture that Graft's bundle says the network sees, scaled to [size, size, 3] with bicubic antialiasing."""
    if rule["kind"] == "centerBox":
        # As TensorFlow's code for EfficientNet: of 224 pixels 224 / 256 = 0.875 of the shorter side.
        side = max(size * min(image.size) // (size + rule["pixels"]), 1)
        left, top = (image.width - side + 1) // 2, (image.height - side + 1) // 2
        image = image.crop((left, top, left + side, top + side))
    elif rule["kind"] != "squash":
        raise SystemExit(f"The rule {rule} of the bundle is not written here.")
    return np.asarray(image.resize((size, size), Image.Resampling.BICUBIC))


def views(pictures, size, rule, threads):
    """The views of many pictures, 8 bits: [N, 3, size, size]."""
    with ThreadPoolExecutor(threads) as pool:
        seen = list(pool.map(lambda picture: view(picture.image(), size, rule), pictures))
    return torch.from_numpy(np.stack(seen)).permute(0, 3, 1, 2)
