"""The peer of `graft predict MODEL PHOTO`: one photo, from a cold start. Prints one JSON object."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Conformance"))

import torch  # noqa: E402

import reference  # noqa: E402
from preprocessing import preprocess  # noqa: E402

model_path, photo = sys.argv[1:]
saved = torch.load(model_path, weights_only=True)
model = reference.build(saved["network"])
reference.load_published(saved["network"], model)
with torch.inference_mode():
    picture = torch.from_numpy(preprocess(photo, reference.native_size(saved["network"])))
    features = model.extract_features(picture.permute(2, 0, 1)[None]).mean((2, 3))
    logits = torch.nn.functional.linear(features, saved["head"]["weight"], saved["head"]["bias"])
    probabilities = logits.softmax(1)[0]
best = int(probabilities.argmax())
print(json.dumps({"label": saved["classes"][best], "probability": float(probabilities[best])}))
