#!/usr/bin/env python3
"""Makes Fixtures/statistics.json: what reference implementations say about generated answers.

Made with scikit-learn==1.9.1, scipy==1.17.1, statsmodels==0.15.0, cleanlab==2.9.0 and numpy==2.4.6.

It is not called statistics.py, because Python's own module of that name would be hidden from the scripts beside it.

Probabilities and other inputs are whole numbers over a power of two ("scale"), so that they are exact in 32 bits.
Undefined results are null.

cleanlab takes the pictures with the greatest margins by np.argpartition, and rounds with the help of np.argsort. Which
of equal numbers these take depends on the instructions of the processor: the same sets get other flags with and
without AVX-512. Here both are replaced by stable sorting, the first picture first. For sets marked "untouched" it
is checked that cleanlab as it is says the same.
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import sklearn.metrics as metrics
from cleanlab.count import compute_confident_joint
from cleanlab.filter import find_label_issues
from scipy import optimize, special, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

warnings.simplefilter("ignore")
SORT = np.argsort
MASK = (1 << 64) - 1


def clean(value):
    """The value in types that JSON has; what is no number becomes null."""
    if isinstance(value, dict):
        return {key: clean(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [clean(entry) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def answers(seed, count, classes, scale, noise, sharpness=2.0, missing=()):
    """Labels and probabilities; the probabilities tell the true class, which some labels are not."""
    random = np.random.default_rng(seed)
    share = random.dirichlet(np.full(classes, 3.0))
    share[list(missing)] = 0
    share /= share.sum()
    truth = random.choice(classes, count, p=share)
    labels = np.where(random.random(count) < noise, random.choice(classes, count, p=share), truth)
    logits = random.normal(size=(count, classes))
    logits[np.arange(count), truth] += sharpness
    exact = special.softmax(logits, axis=1)
    whole = np.floor(exact * scale).astype(int)
    whole[np.arange(count), whole.argmax(1)] += scale - whole.sum(1)
    return labels, whole


class SplitMix64:
    """Steele, Lea and Flood, 2014."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        bits = self.state
        bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & MASK
        return bits ^ (bits >> 31)

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53

    def below(self, bound):
        return self.next() * bound >> 64


def classification(seed, count, classes, scale, missing=()):
    labels, whole = answers(seed, count, classes, scale, 0.2, missing=missing)
    p = whole / scale
    answered = p.argmax(1)
    every = np.arange(classes)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, answered, labels=every, zero_division=np.nan
    )
    report = metrics.classification_report(labels, answered, output_dict=True, zero_division=0)
    auc = [metrics.roc_auc_score(labels == c, p[:, c]) if support[c] else np.nan for c in every]
    # scikit-learn prefers the last of equal classes: reversed, the first. It wants more than two classes.
    top = {
        k: metrics.top_k_accuracy_score(classes - 1 - labels, p[:, ::-1], k=k, labels=every)
        for k in ((1, 2, classes - 1) if classes > 2 else ())
    }
    means = lambda name: [report[f"{name} avg"][key] for key in ("precision", "recall", "f1-score")]
    return {
        "labels": labels, "probabilities": whole, "scale": scale,
        "confusion": metrics.confusion_matrix(labels, answered, labels=every),
        "precision": precision, "recall": recall, "f1": f1, "support": support,
        "rocAUC": auc,
        "averagePrecision": [
            metrics.average_precision_score(labels == c, p[:, c]) if support[c] else np.nan for c in every
        ],
        "macro": means("macro"), "weighted": means("weighted"),
        "accuracy": metrics.accuracy_score(labels, answered),
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, answered),
        "top": [{"k": k, "accuracy": value} for k, value in top.items()],
        "kappa": metrics.cohen_kappa_score(labels, answered),
        "matthews": metrics.matthews_corrcoef(labels, answered),
        "macroROCAUC": np.nanmean(auc),
        "logLoss": metrics.log_loss(labels, np.clip(p, 2.0**-23, 1), labels=every)
        if p.min() > 0
        else float(np.mean(-np.log(np.maximum(p[np.arange(count), labels], 2.0**-23)))),
    }


def best_threshold(positive, scores):
    if min(positive.sum(), (~positive).sum()) < 5:
        return None
    fold = np.zeros(len(scores), int)
    for value in (True, False):
        fold[positive == value] = np.arange((positive == value).sum()) % 5
    found = []
    for left_out in range(5):
        kept = fold != left_out
        precision, recall, thresholds = metrics.precision_recall_curve(positive[kept], scores[kept])
        f1 = (2 * precision * recall / np.maximum(precision + recall, 1e-300))[:-1]
        best = np.flatnonzero(f1 >= f1.max() - 1e-12)[-1]
        found.append(thresholds[best] if best == 0 else (thresholds[best] + thresholds[best - 1]) / 2)
    return float(np.median(found))


def multi_label(seed, count, classes, scale, threshold):
    random = np.random.default_rng(seed)
    targets = random.random((count, classes)) < np.linspace(0.05, 0.6, classes)
    targets[:, 0] = False
    whole = np.rint(special.expit(2.5 * targets - 1.5 + random.normal(size=targets.shape)) * scale).astype(int)
    p = whole / scale
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        targets, p >= threshold, zero_division=np.nan
    )
    average = [
        metrics.average_precision_score(targets[:, c], p[:, c]) if support[c] else np.nan for c in range(classes)
    ]
    return {
        "targets": targets.astype(int), "probabilities": whole, "scale": scale, "threshold": threshold,
        "precision": precision, "recall": recall, "f1": f1, "averagePrecision": average,
        "meanAveragePrecision": np.nanmean(average),
        "bestThresholds": [best_threshold(targets[:, c], p[:, c]) for c in range(classes)],
    }


def error_of(confidence, right, bins):
    return sum(abs((confidence - right)[bins == b].sum()) for b in range(10)) / len(confidence)


def calibration(seed, count, classes, scale):
    labels, whole = answers(seed, count, classes, scale, 0.15)
    p = whole / scale
    confidence, right = p.max(1), p.argmax(1) == labels
    bins = np.digitize(confidence, np.arange(1, 10) / 10, right=True)
    used = np.unique(bins)
    generator = SplitMix64(seed)
    draws = np.array([[generator.uniform() for _ in range(count)] for _ in range(1000)])
    own = [error_of(confidence, draw < confidence, bins) for draw in draws]
    random = np.random.default_rng(seed)
    other = [error_of(confidence, random.random(count) < confidence, bins) for _ in range(20000)]
    return {
        "labels": labels, "probabilities": whole, "scale": scale, "seed": seed,
        "meanConfidence": [confidence[bins == b].mean() for b in used],
        "accuracy": [right[bins == b].mean() for b in used],
        "count": [(bins == b).sum() for b in used],
        "expectedError": error_of(confidence, right, bins),
        "band": np.quantile(own, [0.025, 0.975]),
        "independentBand": np.quantile(other, [0.025, 0.975]),
    }


def log_loss(logits, labels, inverse):
    return (special.logsumexp(logits * inverse, axis=1) - logits[np.arange(len(labels)), labels] * inverse).sum()


def shrunk_inverse(logits, labels):
    def slope(inverse):
        expected = (special.softmax(logits * inverse, axis=1) * logits).sum(1)
        return (expected - logits[np.arange(len(labels)), labels]).sum()

    low, high = 0.05, 20
    best = low if slope(low) >= 0 else high if slope(high) <= 0 else optimize.brentq(slope, low, high, xtol=1e-14)
    return best ** (len(labels) / (len(labels) + 20))


def temperature(seed, count, classes, scale, true_temperature):
    random = np.random.default_rng(seed)
    honest = random.normal(size=(count, classes)) * 2
    labels = np.array([random.choice(classes, p=row) for row in special.softmax(honest, axis=1)])
    whole = np.rint(honest * true_temperature * scale).astype(int)
    logits = whole / scale
    part = np.arange(count) % 5
    fitted, plain = 0, 0
    for left_out in range(5):
        inverse = shrunk_inverse(logits[part != left_out], labels[part != left_out])
        fitted += log_loss(logits[part == left_out], labels[part == left_out], inverse)
        plain += log_loss(logits[part == left_out], labels[part == left_out], 1)
    result = 1 / shrunk_inverse(logits, labels) if fitted < plain else None
    return {"labels": labels, "logits": whole, "scale": scale, "temperature": result}


def label_issues(labels, p, stable):
    partition = np.argpartition
    if stable:
        np.argsort = lambda numbers, **_: SORT(numbers, kind="stable")
        np.argpartition = lambda numbers, kth, **_: SORT(numbers, kind="stable")
    try:
        return compute_confident_joint(labels, p), find_label_issues(labels, p, n_jobs=1)
    finally:
        np.argsort, np.argpartition = SORT, partition


def confident_learning(seed, count, classes, scale, noise, sharpness, missing=()):
    labels, whole = answers(seed, count, classes, scale, noise, sharpness, missing)
    p = whole / scale
    joint, flags = label_issues(labels, p, stable=True)
    same = bool((label_issues(labels, p, stable=False)[1] == flags).all())
    print(f"confident learning: {count} pictures, {classes} classes, {flags.sum()} flags, untouched {same}")
    return {
        "labels": labels, "probabilities": whole, "scale": scale, "classCount": classes,
        "joint": joint, "flags": np.flatnonzero(flags), "untouched": same,
    }


def intervals():
    shares = [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (497, 1000), (49_999, 50_000)]
    values = np.random.default_rng(5).integers(0, 1000, 40)
    generator = SplitMix64(11)
    means = [np.mean([values[generator.below(40)] for _ in range(40)]) for _ in range(1000)]
    return {
        "shares": [
            {"successes": s, "count": n, "bounds": proportion_confint(s, n, method="wilson")} for s, n in shares
        ],
        "values": values, "seed": 11, "bootstrap": np.quantile(means, [0.025, 0.975]),
    }


def mcnemar_tests():
    pairs = [(0, 0), (1, 0), (0, 5), (7, 7), (3, 12), (12, 3), (40, 60), (480, 560), (2400, 2700), (0, 900)]
    return [{"b": b, "c": c, "p": mcnemar([[0, b], [c, 0]], exact=True).pvalue} for b, c in pairs]


def conformal(seed, count):
    scores = np.random.default_rng(seed).integers(0, 257, count)
    rows = []
    for level in (10, 50, 100, 200, 300, 455, 500):  # one minus coverage, in thousandths
        rank = -(-(count + 1) * (1000 - level) // 1000)
        left = (count + 1) * level // 1000
        known = rank <= count
        rows.append({
            "coverage": (1000 - level) / 1000,
            "threshold": int(np.sort(scores)[rank - 1]) if known else None,
            "band": stats.beta.ppf([0.025, 0.975], count + 1 - left, left) if known else None,
        })
    return {"scores": scores, "scale": 256, "levels": rows}


def regression(seed, count, ties):
    random = np.random.default_rng(seed)
    targets = random.integers(0, 8 if ties else 4096, count)
    answered = targets + random.integers(-3, 4, count) * (1 if ties else 300)
    t, a = targets / 16, answered / 16
    return {
        "targets": targets, "answers": answered, "scale": 16,
        "absolute": metrics.mean_absolute_error(t, a),
        "root": metrics.root_mean_squared_error(t, a),
        "determination": metrics.r2_score(t, a),
        "pearson": stats.pearsonr(t, a).statistic, "spearman": stats.spearmanr(t, a).statistic,
    }


def special_functions():
    return {
        "logGamma": [{"x": x, "value": special.gammaln(x)} for x in (0.01, 0.5, 1, 2, 3.7, 9.99, 10, 171.5, 50_001)],
        "beta": [
            {"x": x, "a": a, "b": b, "value": special.betainc(a, b, x)}
            for x, a, b in [
                (0.3, 2, 5), (0.9, 2, 5), (0.5, 0.5, 0.5), (0.01, 1, 1), (0.951, 950, 50), (0.9, 45_000, 5001),
            ]
        ],
    }


def main():
    fixture = {
        "classification": [
            classification(1, 90, 3, 4096), classification(2, 70, 2, 16), classification(3, 120, 7, 64, missing=(4,)),
            classification(4, 200, 20, 4096), classification(5, 25, 12, 32, missing=(0, 11)),
        ],
        "multiLabel": [multi_label(6, 80, 5, 4096, 0.5), multi_label(7, 60, 4, 16, 0.25)],
        "calibration": [calibration(8, 150, 3, 4096), calibration(9, 60, 10, 32)],
        "temperature": [
            temperature(10, 100, 4, 256, 3.0), temperature(11, 100, 4, 256, 0.4), temperature(12, 60, 3, 256, 1.0),
            temperature(13, 12, 2, 256, 1.5), temperature(14, 300, 5, 256, 40.0),
        ],
        "confidentLearning": [
            confident_learning(35, 90, 2, 65536, 0.3, 2), confident_learning(16, 150, 3, 4096, 0.1, 3),
            confident_learning(17, 300, 10, 2**20, 0.3, 2), confident_learning(18, 400, 20, 65536, 0.4, 1.5),
            confident_learning(19, 200, 5, 4096, 0.0, 4), confident_learning(20, 250, 8, 16, 0.3, 2),
            confident_learning(21, 120, 4, 8, 0.5, 1), confident_learning(22, 200, 12, 32, 0.3, 2, missing=(3, 7)),
            confident_learning(23, 40, 15, 16, 0.4, 1), confident_learning(24, 30, 2, 8, 0.3, 1),
            # A class that no answer names, a label that seems to be right nowhere, and halves that rounding errors
            # of a sum decide.
            confident_learning(1575, 10, 10, 8, 0.3, 2), confident_learning(1436, 10, 5, 16, 0.3, 1),
            confident_learning(6665, 154, 10, 1024, 0.3, 3), confident_learning(7499, 159, 10, 1024, 0.3, 3),
        ],
        "intervals": intervals(), "mcNemar": mcnemar_tests(),
        "conformal": [conformal(26, 9), conformal(27, 99), conformal(28, 500), conformal(29, 199)],
        "regression": [regression(30, 50, False), regression(31, 80, True)],
        "specialFunctions": special_functions(),
        "sums": [{"count": n, "sum": np.sum(np.arange(n) / 10)} for n in (3, 7, 8, 13, 128, 129, 200, 1000)],
    }
    path = Path(__file__).parent / "Fixtures" / "statistics.json"
    path.write_text(json.dumps(clean(fixture), separators=(",", ":")) + "\n")
    print(path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
