"""Makes Fixtures/metrics.json: what scikit-learn says of 40 pictures with several classes, and with numbers.

Scores [40, 5] are normal numbers of CounterGenerator(seed: 1, purpose: "metrics/scores"), rounded to quarters so that some are equal.
A picture is of a class where its score plus a normal number of "metrics/noise" is above 1; the last class has no picture.
Numbers [40, 2] are 3·normal + 10 of "metrics/numbers", what is found for them adds normal numbers of "metrics/errors".
"""

import numpy as np
from sklearn import metrics

import reference
from counter_generator import CounterGenerator

PICTURES, CLASSES, NUMBERS = 40, 5, 2


def normal(purpose, width):
    numbers = CounterGenerator(reference.SEED, f"metrics/{purpose}").normal(PICTURES * width)
    return numbers.reshape(PICTURES, width)


def rounded(values):
    return [float(f"{value:.9g}") for value in values]


if __name__ == "__main__":
    scores = np.round(normal("scores", CLASSES) * 4) / 4
    positive = scores + normal("noise", CLASSES) > 1
    positive[:, -1] = False
    precisions = [metrics.average_precision_score(positive[:, c], scores[:, c]) for c in range(CLASSES - 1)]
    expected = np.float32(3) * normal("numbers", NUMBERS) + np.float32(10)
    found = expected + normal("errors", NUMBERS)
    options = {"multioutput": "raw_values"}
    reference.write(reference.FIXTURES / "metrics.json", {
        "seed": reference.SEED, "pictures": PICTURES, "classes": CLASSES, "numbers": NUMBERS,
        "positives": positive.sum(0).tolist(),
        "average_precisions": rounded(precisions), "mean_average_precision": float(f"{np.mean(precisions):.9g}"),
        "mean_absolute": rounded(metrics.mean_absolute_error(expected, found, **options)),
        "root_mean_square": rounded(metrics.root_mean_squared_error(expected, found, **options)),
        "determination": rounded(metrics.r2_score(expected, found, **options)),
    })
