"""Transfer learning for images on CPUs: from a folder of photos to a trained classifier.

This module runs the command ``graft`` and reads its JSON. What it does and which options it has is the
command's matter: ``graft train --help`` lists those of :func:`train`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._advise import Advice, advise
from ._binary import binary
from ._doctor import ClassCount, Diagnosis, Finding, doctor
from ._errors import GraftError, GraftWarning
from ._explain import Explanation, explain
from ._features import Features, features
from ._model import Evaluation, Model, Prediction, load
from ._similar import Candidate, Match, active, similar
from ._train import train
from ._version import __version__

if TYPE_CHECKING:
    # Not in __all__, so that `from graft import *` works without scikit-learn.
    from ._classifier import GraftClassifier as GraftClassifier

__all__ = [
    "Advice",
    "Candidate",
    "ClassCount",
    "Diagnosis",
    "Evaluation",
    "Explanation",
    "Features",
    "Finding",
    "GraftError",
    "GraftWarning",
    "Match",
    "Model",
    "Prediction",
    "__version__",
    "active",
    "advise",
    "binary",
    "doctor",
    "explain",
    "features",
    "load",
    "similar",
    "train",
]


def __getattr__(name: str) -> object:
    # scikit-learn is imported for this class alone.
    if name == "GraftClassifier":
        try:
            from ._classifier import GraftClassifier
        except ModuleNotFoundError as error:
            if error.name is None or error.name.split(".")[0] != "sklearn":
                raise
            raise ModuleNotFoundError(
                "GraftClassifier needs scikit-learn: pip install 'graft-vision[sklearn]'", name="sklearn"
            ) from error
        return GraftClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
