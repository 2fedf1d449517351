"""EfficientNet-Lite's preprocessing of photos, with Pillow: the evaluation rule of the TensorFlow original."""

import numpy as np
from PIL import Image, ImageOps


def preprocess(path, size):
    """[size, size, 3], float32: the upright photo's centre, bicubic with antialiasing, RGB, (x - 127) / 128."""
    with Image.open(path) as image:
        ImageOps.exif_transpose(image, in_place=True)
        photo = image.convert("RGB")
    width, height = photo.size
    side = int(size / (size + 32) * min(height, width))
    top, left = (height - side + 1) // 2, (width - side + 1) // 2
    # Cropped first, as TensorFlow does it: the filter must not see what lies outside the box.
    centre = photo.crop((left, top, left + side, top + side)).resize((size, size), Image.Resampling.BICUBIC)
    return (np.asarray(centre, np.float32) - np.float32(127)) / np.float32(128)
