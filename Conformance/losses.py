"""Makes Fixtures/losses.json: losses of PyTorch and Keras and their gradients, in float64.

Outputs [5, 4] are twice the normal numbers of CounterGenerator(seed: 1, purpose: "losses/outputs"), the numbers to be met those of
"losses/numbers". The loss is the mean of the pictures' losses weighted by WEIGHTS.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow
import torch
import torch.nn.functional as F

import reference
from counter_generator import CounterGenerator

ROWS, WIDTH = 5, 4
LABELS = [2, 0, 3, 1, 2]
WEIGHTS = [1.0, 0.5, 2.0, 0.0, 1.5]
SOFT = [[0.7, 0.3, 0, 0], [0.1, 0.2, 0.3, 0.4], [0, 0, 1, 0], [0.25, 0.25, 0.25, 0.25], [0, 0.5, 0, 0.5]]
MULTIPLE = [[1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 0], [0.4, 0.6, 0, 1]]
keras.config.set_floatx("float64")


def drawn(purpose):
    numbers = CounterGenerator(reference.SEED, f"losses/{purpose}").normal(ROWS * WIDTH)
    return torch.from_numpy(numbers).double().reshape(ROWS, WIDTH)


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.reshape(-1).tolist()]


def with_torch(function):
    outputs = (2 * drawn("outputs")).requires_grad_()
    weights = torch.tensor(WEIGHTS).double()
    loss = (function(outputs) * weights).sum() / weights.sum()
    loss.backward()
    return loss.item(), rounded(outputs.grad)


def with_keras(loss, targets):
    outputs = tensorflow.Variable(2 * drawn("outputs").numpy())
    weights = tensorflow.constant(WEIGHTS, tensorflow.float64)
    with tensorflow.GradientTape() as tape:
        values = loss(tensorflow.constant(targets, tensorflow.float64), outputs)
        mean = tensorflow.reduce_sum(values * weights) / tensorflow.reduce_sum(weights)
    return mean.numpy().item(), rounded(tape.gradient(mean, outputs).numpy())


def case(loss, found, targets=None, **settings):
    values = None if targets is None else [float(value) for row in targets for value in row]
    return {"loss": loss, **settings, "targets": values, "value": float(f"{found[0]:.9g}"), "gradient": found[1]}


def cases():
    labels, soft, multiple = torch.tensor(LABELS), torch.tensor(SOFT).double(), torch.tensor(MULTIPLE).double()
    numbers = drawn("numbers")
    one_hot = F.one_hot(labels, WIDTH).double()
    options = {"reduction": None}
    cross, binary = keras.losses.CategoricalCrossentropy, keras.losses.BinaryCrossentropy
    for smoothing in (0.0, 0.1):
        for targets, tensor in [(None, labels), (SOFT, soft)]:
            yield case("crossEntropy", with_torch(lambda outputs: F.cross_entropy(
                outputs, tensor, reduction="none", label_smoothing=smoothing)), targets, smoothing=smoothing)
        found = with_keras(cross(from_logits=True, label_smoothing=smoothing, **options), one_hot.numpy())
        yield case("crossEntropy", found, smoothing=smoothing)
        found = with_keras(binary(from_logits=True, label_smoothing=smoothing, **options), MULTIPLE)
        yield case("binaryCrossEntropy", found, MULTIPLE, smoothing=smoothing)
    yield case("binaryCrossEntropy", with_torch(lambda outputs: F.binary_cross_entropy_with_logits(
        outputs, multiple, reduction="none").mean(1)), MULTIPLE)
    yield case("binaryCrossEntropy", with_torch(lambda outputs: F.binary_cross_entropy_with_logits(
        outputs, one_hot, reduction="none").mean(1)))
    regressions = {
        "meanSquaredError": (F.mse_loss, {}, keras.losses.MeanSquaredError, {}),
        "meanAbsoluteError": (F.l1_loss, {}, keras.losses.MeanAbsoluteError, {}),
        "huber": (F.huber_loss, {"delta": 0.7}, keras.losses.Huber, {"delta": 0.7}),
    }
    for name, (function, settings, kind, keras_settings) in regressions.items():
        yield case(name, with_torch(lambda outputs: function(
            outputs, numbers, reduction="none", **settings).mean(1)), numbers.tolist())
        yield case(name, with_keras(kind(**keras_settings, **options), numbers.numpy()), numbers.tolist())


def clipping():
    """A gradient of two parts, clipped by the norm of both."""
    parts = [torch.nn.Parameter(torch.zeros(WIDTH)) for _ in range(2)]
    for part, gradient in zip(parts, drawn("outputs")):
        part.grad = gradient.clone().float()
    before = torch.nn.utils.clip_grad_norm_(parts, 0.75)
    return {"maximum": 0.75, "norm": float(f"{before.item():.9g}"), "clipped": rounded(torch.stack([p.grad for p in parts]))}


if __name__ == "__main__":
    reference.write(reference.FIXTURES / "losses.json", {
        "seed": reference.SEED, "labels": LABELS, "weights": WEIGHTS, "width": WIDTH, "cases": list(cases()),
        "clipping": clipping(),
    })
