"""The command as an estimator of scikit-learn."""

from __future__ import annotations

import csv
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from ._errors import GraftError
from ._model import Model
from ._pictures import PictureFiles, separated
from ._train import train

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from ._pictures import Pictures


class GraftClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier of pictures for scikit-learn.

    ``X`` are pictures: paths, arrays H x W x 3 of ``uint8`` (or one array of N of them), or pictures of
    Pillow. It holds out a fifth of them by itself, to choose the best epoch.

    Parameters are options of ``graft train``; ``None`` leaves the command's default. Two differ: ``recipe``
    is ``"features"``, which trains a new head alone and takes seconds, and ``options`` takes a mapping of all
    further options. With ``recipe=None`` the network itself is fine-tuned too, which takes minutes.

    Attributes:
        classes_: The classes, sorted.
        bundle_: The files of the model by name. They are what pickling keeps.

    Example:
        >>> from pathlib import Path
        >>> paths = sorted(str(path) for path in Path("flowers/train").glob("*/*.jpg"))
        >>> labels = [Path(path).parent.name for path in paths]
        >>> classifier = GraftClassifier(seed=1).fit(paths, labels)
        >>> classifier.predict(["daisy.jpg"])
        array(['daisy'], dtype='<U10')
    """

    def __init__(
        self,
        *,
        base: str | None = None,
        recipe: str | None = "features",
        head: str | None = None,
        epochs: int | None = None,
        learning_rate: float | None = None,
        batch_size: int | None = None,
        optimizer: str | None = None,
        unfreeze: str | float | None = None,
        augment: str | None = None,
        budget: str | None = None,
        validation_split: float | None = None,
        precision: str | None = None,
        input_size: int | None = None,
        seed: int = 0,
        threads: int | None = None,
        verbose: bool = False,
        options: Mapping[str, object] | None = None,
    ) -> None:
        self.base = base
        self.recipe = recipe
        self.head = head
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.unfreeze = unfreeze
        self.augment = augment
        self.budget = budget
        self.validation_split = validation_split
        self.precision = precision
        self.input_size = input_size
        self.seed = seed
        self.threads = threads
        self.verbose = verbose
        self.options = options
        # Not what fitting found out but where its files are: unpickled, they are written when needed.
        self._opened: tuple[tempfile.TemporaryDirectory[str], Model] | None

    def fit(self, X: Pictures, y: npt.ArrayLike) -> Self:  # noqa: N803
        """Trains a model.

        Args:
            X: The pictures. Those that cannot be read are left out, with a warning.
            y: The class of each picture.

        Raises:
            GraftError: the command failed.
        """
        pictures = _one_by_one(X)
        targets = column_or_1d(y, warn=True)
        check_classification_targets(targets)
        if len(pictures) != len(targets):
            raise ValueError(f"X has {len(pictures)} pictures, y has {len(targets)} classes.")
        classes = np.unique(targets)
        if len(classes) < 2:
            raise ValueError(f"y has only one class, {classes[0]}; expected at least two.")
        names = _names(classes)
        if len(set(names)) != len(names) or "" in names:
            raise ValueError("Classes must have names that differ in more than white space at their ends.")
        given = {name: value for name, value in self.get_params(deep=False).items() if name not in _OWN}
        with PictureFiles(pictures) as files, tempfile.TemporaryDirectory(prefix="graft-") as folder:
            data = Path(folder) / "pictures.csv"
            _write_list(data, files.paths, _names(targets))
            model = train(
                data,
                output=Path(folder) / "model.graft",
                progress=self.verbose,
                task="classification",
                no_checkpoint=True,
                **{**given, **(self.options or {})},
            )
            bundle = {path.name: path.read_bytes() for path in sorted(model.path.iterdir())}
        self.classes_: npt.NDArray[Any] = classes
        self.bundle_: dict[str, bytes] = bundle
        self._opened = self._open()
        return self

    @property
    def model_(self) -> Model:
        """The model; its files are gone when this estimator is. :meth:`save` keeps them."""
        check_is_fitted(self, "bundle_")
        if self._opened is None:
            self._opened = self._open()
        return self._opened[1]

    def _open(self) -> tuple[tempfile.TemporaryDirectory[str], Model]:
        """Writes the model into a folder that goes away with the first part of this."""
        folder = tempfile.TemporaryDirectory(prefix="graft-")
        path = Path(folder.name) / "model.graft"
        self.save(path)
        return folder, Model(path)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the model as a folder that the command and :func:`graft.load` read."""
        check_is_fitted(self, "bundle_")
        target = Path(path)
        target.mkdir(parents=True)
        for name, content in self.bundle_.items():
            (target / name).write_bytes(content)

    def predict_proba(self, X: Pictures) -> npt.NDArray[np.float64]:  # noqa: N803
        """The probability of each class, in the order of ``classes_``: a row a picture.

        Raises:
            GraftError: a picture cannot be used.
        """
        check_is_fitted(self, "bundle_")
        pictures = _one_by_one(X)
        threads = {} if self.threads is None else {"threads": self.threads}
        answers = self.model_.predict(pictures, no_reject=True, **threads)
        errors = [answer.error for answer in answers if answer.error]
        if errors:
            more = f" And {len(errors) - 1} more." if len(errors) > 1 else ""
            raise GraftError(f"{errors[0]}{more}", 1)
        names = _names(self.classes_)
        rows = [[answer.probabilities.get(name, 0.0) for name in names] for answer in answers]
        return np.asarray(rows, np.float64).reshape(len(pictures), len(names))

    def predict(self, X: Pictures) -> npt.NDArray[Any]:  # noqa: N803
        """The most probable class of each picture.

        Raises:
            GraftError: a picture cannot be used.
        """
        best = self.predict_proba(X).argmax(axis=1)
        result: npt.NDArray[Any] = self.classes_[best]
        return result

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())
        if "_opened" in state:
            state["_opened"] = None
        return state

    def __sklearn_tags__(self) -> Any:  # noqa: ANN401
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.no_validation = True
        return tags


#: Parameters that are no options of the command.
_OWN = frozenset({"verbose", "options"})


def _one_by_one(pictures: Pictures) -> list[Any]:
    if isinstance(pictures, (str, os.PathLike)):
        raise ValueError("X is one path; expected a list of them.")
    if getattr(pictures, "ndim", 4) not in (1, 4):
        raise ValueError(
            "X is no array of pictures; expected paths, or an array of pictures x height x width x 3."
        )
    result = separated(pictures)
    for picture in result:
        if isinstance(picture, (str, os.PathLike)) and Path(picture).is_dir():
            raise ValueError(f"{os.fspath(picture)} is a folder; expected a picture.")
    return result


def _names(classes: npt.NDArray[Any]) -> list[str]:
    """The names that the command shall know the classes by; it leaves out white space at their ends."""
    return [str(name).strip() for name in classes.tolist()]


def _write_list(path: Path, pictures: list[str], names: list[str]) -> None:
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label"])
        writer.writerows(
            (Path(picture).absolute(), name) for picture, name in zip(pictures, names, strict=True)
        )
