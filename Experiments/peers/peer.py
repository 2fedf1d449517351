"""What the three peers share: arguments, pictures, loss, score, and the line of JSON at the end."""

import argparse
import contextlib
import json
import math
import random
import sys
import time

import numpy as np
import torch
from torch.nn import functional

import trunk
from pictures import DataSet

SCORE_NAMES = {"classification": "top-1", "multi-label": "mAP", "regression": "R²"}


class Peer:
    """One run of a peer's recipe. The clock starts with it, before anything is read."""

    def __init__(self, name, epochs, learning_rate=None):
        """`epochs` and `learning_rate` are the recipe's own; without a learning rate there is no option for it."""
        self.started = time.perf_counter()
        self.name = name
        parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
        parser.add_argument("--data", required=True, help="what graft train was given: a folder or a list")
        parser.add_argument("--bundle", required=True, help="the model that it wrote: which picture is in which part")
        parser.add_argument("--weights", required=True, help="the file of EfficientNet-Lite0's weights")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--size", type=int, default=224, help="pixels")
        parser.add_argument("--threads", type=int, default=2)
        parser.add_argument("--epochs", type=int, default=epochs)
        if learning_rate is not None:
            parser.add_argument("--learning-rate", type=float, default=learning_rate)
        # Tried on a Xeon with AMX, torch 2.15, in processor time of one thread: a step of training takes 1.6 times as long in
        # bfloat16 as in 32 bits, what needs no gradients 0.46 times. Channels-last (always on) halves the time in 32 bits.
        parser.add_argument(
            "--bf16", nargs="?", const="forward", choices=["forward", "all"],
            help="bfloat16 for what needs no gradients (the faster way where it was tried), or for all")
        parser.add_argument("--limit", type=int, help="only so many pictures of each part: a quick try")
        self.options = parser.parse_args()
        for plant in (random.seed, np.random.seed, torch.manual_seed):
            plant(self.options.seed)
        torch.set_num_threads(self.options.threads)
        self.data = DataSet(self.options.data, self.options.bundle)
        self.task, self.width = self.data.task, len(self.data.names)
        self.training, self.validation = self.part("train"), self.part("validation")
        # What Graft subtracts from 0 to 255, and what it multiplies by.
        self.mean, self.scale = self.data.preprocessing["mean"], self.data.preprocessing["scale"]
        self.rule = self.data.preprocessing["resizeRule"]
        self.say(f"{self.task}, {len(self.training)} pictures to train on, {len(self.validation)} to validate")

    def part(self, name):
        """The pictures of a part; with --limit a random choice, the same in each run."""
        pictures = self.data.part(name)
        if self.options.limit is None or self.options.limit >= len(pictures):
            return pictures
        return random.Random(0).sample(pictures, self.options.limit)

    def say(self, words):
        """Progress, for people."""
        print(f"{self.name:8}{time.perf_counter() - self.started:7.1f} s  {words}", file=sys.stderr, flush=True)

    def network(self, outputs, **options):
        """The trunk, see trunk.network."""
        return trunk.network(self.options.weights, outputs, **options)

    def views(self, pictures):
        """What Graft's network sees of the pictures, 8 bits: [N, 3, size, size]."""
        return trunk.views(pictures, self.options.size, self.rule, self.options.threads)

    def normalized(self, views):
        """Views as the network takes them."""
        mean, scale = (torch.tensor(values).reshape(1, 3, 1, 1) for values in (self.mean, self.scale))
        return ((views - mean) * scale).contiguous(memory_format=torch.channels_last)

    def unit_statistics(self):
        """The same mean and deviation for pixels from 0 to 1, as libraries of Python take them."""
        return [mean / 255 for mean in self.mean], [1 / scale / 255 for scale in self.scale]

    def targets(self, pictures):
        """Targets as the loss takes them; numbers brought to mean 0 and deviation 1, as Graft does it."""
        targets = [picture.target for picture in pictures]
        if self.task == "classification":
            return torch.tensor(targets)
        if self.task == "multi-label":
            rows = torch.zeros(len(targets), self.width)
            for row, classes in zip(rows, targets):
                row[classes] = 1
            return rows
        standard = self.data.bundle["standardization"]
        mean, deviation = (torch.tensor(standard[name], dtype=torch.float64) for name in ("mean", "deviation"))
        return ((torch.tensor(targets, dtype=torch.float64) - mean) / deviation).float()

    def loss(self, outputs, targets):
        """The mean loss of the task."""
        if self.task == "classification":
            return functional.cross_entropy(outputs, targets)
        if self.task == "multi-label":
            return functional.binary_cross_entropy_with_logits(outputs, targets)
        return functional.mse_loss(outputs, targets)

    def score(self, outputs, targets):
        """Top-1, mean average precision, or the mean R² of the numbers: as Graft computes them."""
        if self.task == "classification":
            return (outputs.argmax(1) == targets).double().mean().item()
        if self.task == "multi-label":
            areas = [average_precision(*column) for column in zip(outputs.T.numpy(), targets.T.numpy() > 0)]
            return float(np.mean([area for area in areas if area is not None] or [0.0]))
        outputs, targets = outputs.double(), targets.double()
        spread = (targets - targets.mean(0)).square().sum(0)
        errors = (outputs - targets).square().sum(0)
        return (1 - errors / spread)[spread > 0].mean().item()

    def autocast(self, gradients=True):
        """bfloat16 where --bf16 asks for it."""
        wanted = self.options.bf16 == "all" or (self.options.bf16 == "forward" and not gradients)
        return torch.autocast("cpu", torch.bfloat16) if wanted else contextlib.nullcontext()

    def outputs(self, network, views, batch=64):
        """What a network, in evaluation mode, gives for views."""
        with torch.inference_mode(), self.autocast(gradients=False):
            return torch.cat([network(self.normalized(some)).float() for some in views.split(batch)])

    def measured(self, network, views, targets):
        """Score and loss of a network, in evaluation mode."""
        outputs = self.outputs(network, views)
        return self.score(outputs, targets), self.loss(outputs, targets).item()

    def finish(self, score, loss, epochs, test=None, **more):
        """Prints the line of JSON. `test` measures pictures of the test part, which had no influence on anything."""
        line = {
            "event": "peer", "name": self.name, "task": self.task, "training": len(self.training),
            "validation": len(self.validation), "score": score, "scoreName": SCORE_NAMES[self.task], "loss": loss,
            "seconds": self.seconds, "epochs": epochs, **more}
        testing = self.part("test")
        if testing and test is not None:
            line["testing"] = len(testing)
            line["testScore"], line["testLoss"] = test(testing)
        print(json.dumps(line, ensure_ascii=False))

    def stop_clock(self):
        """The end of the training; what comes after only measures."""
        self.seconds = time.perf_counter() - self.started


def average_precision(scores, is_positive):
    """The area below precision over recall, as AveragePrecision.swift and scikit-learn compute it; None without positives.

    Pictures with the same score pass the threshold together.
    """
    positives = int(is_positive.sum())
    if positives == 0:
        return None
    scores = np.where(np.isnan(scores), -math.inf, scores)
    order = np.argsort(-scores, kind="stable")
    scores, found = scores[order], np.cumsum(is_positive[order])
    last = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)
    gained = np.diff(found[last], prepend=0)
    return float((gained / positives * found[last] / (last + 1)).sum())
