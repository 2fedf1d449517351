"""A trained model: what it answers, how good it is, what its report shows."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ._answering import Answering
from ._errors import GraftError
from ._pictures import PictureFiles
from ._process import arguments, one, positional, run

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    from ._pictures import Pictures
    from ._process import Event

#: From this probability on a multi-label model names a class, as the command does.
_NAMED_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one picture.

    Attributes:
        path: The path of the picture; ``None`` for one in memory.
        label: The most probable class; ``None`` where there is none: for numbers, or with an ``error``.
        probability: Its probability.
        probabilities: The probability of each class, greatest first.
        labels: The classes that are named: the most probable one; in multi-label models all with a
            probability of at least 0.5.
        numbers: The numbers of a regression model.
        set: With ``coverage``, the classes among which the right one is with that probability.
        unlike: Whether the picture is unlike anything that the model was trained on; the answer means
            little then.
        error: Why the picture could not be used, if it could not.
    """

    path: str | None
    label: str | None = None
    probability: float | None = None
    probabilities: dict[str, float] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    numbers: dict[str, float] = field(default_factory=dict)
    set: tuple[str, ...] = ()
    unlike: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good a model is on labelled pictures.

    Attributes:
        part: The part of the data that was used: ``test``, ``validation`` or ``all``.
        images: The number of pictures that count.
        top1: The share of pictures whose class is right; 0 for regression.
        top1_interval: The range in which 95 % of such shares lie, by chance alone.
        loss: The loss.
        mean_average_precision: The measure of multi-label models, else ``None``.
        classes: The class names in the order of ``confusion``.
        confusion: The confusion matrix: rows are the given classes, columns the predicted ones.
        details: All that the command tells: figures of each class, calibration and more.
    """

    part: str
    images: int
    top1: float
    top1_interval: tuple[float, float]
    loss: float
    mean_average_precision: float | None
    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    details: Mapping[str, Any] = field(repr=False)


class Model:
    """A model that was trained: a folder, by custom with the ending ``.graft``.

    The command that answers is started by the first call of :meth:`predict` and goes on running for the next
    ones. It ends with :meth:`close` or the ``with`` statement, when the model is collected, and when the
    program ends. Threads may share a model; they take turns.

    Example:
        >>> model = load("flowers.graft")
        >>> model.classes
        ('daisy', 'dandelion', 'roses', 'sunflowers', 'tulips')
        >>> [answer] = model.predict("daisy.jpg")
        >>> answer.label, answer.probability > 0.5
        ('daisy', True)
        >>> with load("flowers.graft") as model:
        ...     [answer.label for answer in model.predict(["daisy.jpg", "daisy.jpg"])]
        ['daisy', 'daisy']
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._answering = Answering()
        try:
            text = (self.path / "bundle.json").read_text("utf-8", "surrogateescape")
            self._bundle: dict[str, Any] = json.loads(text)
        except (OSError, ValueError) as error:
            # The command knows best what is wrong with it.
            run("predict", positional(path), ".")
            raise GraftError(f"{self.path} cannot be read: {error}.") from error

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, or of the numbers in regression, in the model's order."""
        return tuple(self._bundle["classes"])

    @property
    def task(self) -> str:
        """What was learned: ``classification``, ``multi-label`` or ``regression``."""
        return str(self._bundle.get("task", "classification"))

    @property
    def validation(self) -> Mapping[str, Any]:
        """The figures on the validation pictures when it was saved, such as ``top1`` and ``loss``."""
        return dict(self._bundle.get("validation", {}))

    @property
    def network(self) -> str:
        """The name of the pretrained network."""
        trunk = self._bundle.get("trunk") or self._bundle.get("network") or {}
        return str(trunk.get("architecture") or trunk.get("name") or "a network")

    @property
    def report(self) -> Path | None:
        """The page that shows how good the model is; ``None`` where there is none."""
        path = self.path / "report.html"
        return path if path.is_file() else None

    def predict(
        self,
        pictures: Pictures,
        *,
        top: int | None = None,
        coverage: float | None = None,
        **options: object,
    ) -> list[Prediction]:
        """Says what is on pictures.

        The first call starts the command; calls with the same options then get their answers from it. A call
        with other options, from another current folder, or after the model's files were replaced starts it
        anew. Each folder is answered by a run of its own, which tells what is a picture in it.

        Args:
            pictures: A path, an array H x W x 3 (or H x W, grey) of ``uint8``, a picture of Pillow, several
                of them, or an array N x H x W x 3. A folder stands for all pictures in it.
            top: The greatest number of ``probabilities`` to keep. All by default.
            coverage: Each answer also has a ``set`` of classes: with this probability, such as 0.9, the
                right one is among them.
            options: Any other option of ``graft predict``, such as ``tta=4`` or ``threads=1``.

        Returns:
            One answer a picture, in their order. A picture that cannot be used has an ``error``.

        Raises:
            GraftError: the command failed.

        Example:
            >>> [answer] = load("flowers.graft").predict("daisy.jpg", coverage=0.8)
            >>> "daisy" in answer.set
            True
        """
        if top is not None and top < 1:
            raise ValueError(f"top is {top}; it must be 1 or more.")
        if self.task != "regression":
            options["top"] = min(top or len(self.classes), len(self.classes))
        options["coverage"] = coverage
        with PictureFiles(pictures) as files:
            named = [
                _Named(position, path, name, name is not None and _is_folder(path))
                for position, (path, name) in enumerate(zip(files.paths, files.names, strict=True))
            ]
            return [answer for group in _groups(named) for answer in self._answers(group, options)]

    def close(self) -> None:
        """Ends the command that answers. A later call of :meth:`predict` starts it again."""
        self._answering.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        # A copy, or a pickle, starts a command of its own.
        return {name: value for name, value in vars(self).items() if name != "_answering"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._answering = Answering()

    def _answers(self, group: list[_Named], options: Mapping[str, object]) -> Iterator[Prediction]:
        """What the command says of one folder, or of several files."""
        if group[0].is_folder:
            where = positional(self.path)
            events = run("predict", where, positional(group[0].path), *arguments(options), accepts=(0, 1))
            yield from (self._prediction(event, event["image"]) for event in events)
            return
        events = self._answering.ask(self.path, options, [entry.path for entry in group])
        for event, (position, path, name, _) in zip(events, group, strict=True):
            if name is None and "error" in event:
                event["error"] = str(event["error"]).replace(path, f"Picture {position}")
            yield self._prediction(event, name)

    def _prediction(self, event: Event, path: str | None) -> Prediction:
        probabilities = {
            entry["label"]: float(entry["probability"]) for entry in event.get("predictions", [])
        }
        label = next(iter(probabilities), None)
        if self.task == "multi-label":
            labels = tuple(name for name, value in probabilities.items() if value >= _NAMED_FROM)
        else:
            labels = () if label is None else (label,)
        return Prediction(
            path=path,
            label=label,
            probability=None if label is None else probabilities[label],
            probabilities=probabilities,
            labels=labels,
            numbers={entry["name"]: float(entry["value"]) for entry in event.get("numbers", [])},
            set=tuple(event.get("set", ())),
            unlike=bool(event.get("unlike", False)),
            error=event.get("error") or event.get("leftOut"),
        )

    def evaluate(self, data: str | os.PathLike[str], **options: object) -> Evaluation:
        """Measures the model on labelled pictures.

        Args:
            data: The pictures with their classes, in any form that ``graft evaluate`` reads.
            options: Any option of ``graft evaluate``, such as ``include_training=True``.

        Raises:
            GraftError: the command failed.
        """
        events = run("evaluate", positional(self.path), positional(data), *arguments(options))
        result = one(events, "evaluate")
        confusion = result.get("confusion", {})
        low, high = result["top1Interval"]
        return Evaluation(
            part=result["part"],
            images=result["images"],
            top1=float(result["top1"]),
            top1_interval=(float(low), float(high)),
            loss=float(result["loss"]),
            mean_average_precision=result.get("meanAveragePrecision"),
            classes=tuple(confusion.get("classes", self.classes)),
            confusion=tuple(map(tuple, confusion.get("counts", []))),
            details=result,
        )

    def __repr__(self) -> str:
        count = len(self.classes)
        kinds = ("number", "numbers") if self.task == "regression" else ("class", "classes")
        size = f"{count} {kinds[count != 1]}"
        figures = self.validation
        score = ""
        if self.task == "multi-label" and "meanAveragePrecision" in figures:
            score = f", validation mAP {figures['meanAveragePrecision']:.3f}"
        elif self.task == "classification" and "top1" in figures:
            score = f", validation top-1 {figures['top1']:.3f}"
        return f"<graft.Model {self.path}: {size}, {self.network}{score}>"

    def _repr_html_(self) -> str:
        """The report, for notebooks."""
        page = self.report
        if page is None:
            return f"<code>{html.escape(repr(self))}</code>"
        text = html.escape(page.read_text("utf-8", "replace"), quote=True)
        return (
            f'<iframe title="{html.escape(repr(self), quote=True)}" sandbox="allow-scripts" '
            f'style="width: 100%; height: 640px; border: 0" srcdoc="{text}"></iframe>'
        )


def load(path: str | os.PathLike[str]) -> Model:
    """Opens a model that was trained.

    Args:
        path: The folder that training made.

    Raises:
        GraftError: there is no model.
    """
    return Model(path)


class _Named(NamedTuple):
    """A picture or folder of a call."""

    position: int
    path: str
    #: The path that was given; ``None`` for a picture in memory.
    name: str | None
    is_folder: bool


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except OSError:
        # Such as a name that is too long; the command tells it.
        return False


def _groups(named: list[_Named]) -> Iterator[list[_Named]]:
    """Folders alone, and files as many as follow each other."""
    group: list[_Named] = []
    for entry in named:
        if entry.is_folder:
            if group:
                yield group
            yield [entry]
            group = []
        else:
            group.append(entry)
    if group:
        yield group
