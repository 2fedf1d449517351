"""Makes Conformance/Fixtures/augmentation.json: torchvision's colour operations and Pillow's grey on a small picture.

Needs torchvision and Pillow. Run from the project's root. Operations that torchvision does on floating-point pictures are recorded
from there; posterize and equalize, which it does on bytes only, from bytes. The picture is the upper left 24 x 18 pixels of Conformance/images/source.rgb, every fifth level of a result
is kept.
"""
import json, pathlib
import numpy as np
import torch
from PIL import Image
from torchvision.transforms.v2 import functional as F

WIDTH, HEIGHT = 24, 18
samples = np.frombuffer(pathlib.Path("Conformance/images/source.rgb").read_bytes(), np.uint8)
picture = samples.reshape(47, 61, 3)[:HEIGHT, :WIDTH]
levels = torch.from_numpy(picture.copy()).permute(2, 0, 1)
floats = levels.double() / 255
records = []


def add(operation, value, result, scale):
    result = (result.double() * scale).permute(1, 2, 0).flatten()
    records.append({"operation": operation, "value": value, "levels": [round(level, 3) for level in result.tolist()[::5]]})


for name, function, values in [
    ("brightness", F.adjust_brightness, [0.4, 1.7]),
    ("contrast", F.adjust_contrast, [0.3, 1.9]),
    ("saturation", F.adjust_saturation, [0, 0.5, 1.8]),
    ("hue", F.adjust_hue, [-0.5, -0.11, 0.02, 0.3]),
    ("sharpness", F.adjust_sharpness, [0.2, 1.9]),
    ("solarize", lambda image, value: F.solarize(image, value / 255), [128]),
]:
    for value in values:
        add(name, value, function(floats, value), 255)
add("autoContrast", 0, F.autocontrast(levels), 1)
for bits in (1, 4, 7, 8):
    add("posterize", bits, F.posterize(levels, bits), 1)
add("equalize", 0, F.equalize(levels), 1)

image = Image.fromarray(picture).convert("L")
grey = [
    {"width": width, "height": height, "interpolation": name,
     "levels": list(image.resize((width, height), filter).tobytes())}
    for width, height in ((24, 18), (10, 7), (31, 40))
    for name, filter in (("bilinear", Image.Resampling.BILINEAR), ("bicubic", Image.Resampling.BICUBIC))
]
out = pathlib.Path("Conformance/Fixtures/augmentation.json")
out.write_text(json.dumps({"colours": records, "grey": grey}, separators=(",", ":")))
print(out, out.stat().st_size, [(r["operation"], r["value"]) for r in records])
