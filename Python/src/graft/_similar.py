"""Finds pictures that a model sees as alike, and those that it would learn most from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._model import Model
from ._pictures import PictureFiles
from ._process import arguments, positional, run

if TYPE_CHECKING:
    import os

    from ._pictures import Picture


@dataclass(frozen=True, slots=True)
class Match:
    """A picture that is like another one.

    Attributes:
        path: Its path; of a training picture, below the folder of the data.
        label: Its class, where it has one.
        similarity: How alike the model sees them; 1 is the greatest.
    """

    path: str
    label: str | None
    similarity: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture to label next.

    Attributes:
        path: Its path.
        label: What the model takes it for.
        probability: The probability of that.
        uncertainty: How unsure the model is: from 0, sure, to 1.
    """

    path: str
    label: str
    probability: float
    uncertainty: float


def similar(
    model: Model | str | os.PathLike[str],
    picture: Picture,
    folder: str | os.PathLike[str] | None = None,
    count: int = 10,
    **options: object,
) -> list[Match]:
    """Finds the pictures that a model sees as most alike to one.

    Args:
        model: A model, or its path.
        picture: The path of a picture, an array, or a picture of Pillow.
        folder: Where to look: a folder, or a list of pictures. By default the pictures that the model was
            trained on, of which it keeps up to 2,000.
        count: How many to name.
        options: Any other option of ``graft similar``, such as ``threads=1``.

    Returns:
        The pictures, the most alike one first.

    Raises:
        GraftError: the command failed.

    Example:
        >>> found = similar("flowers.graft", "daisy.jpg", count=3)
        >>> len(found), found[0].label, found[0].similarity > found[2].similarity
        (3, 'daisy', True)
    """
    where = positional(model.path if isinstance(model, Model) else model)
    with PictureFiles(picture) as files:
        if len(files.paths) != 1:
            raise ValueError(f"There are {len(files.paths)} pictures; expected one.")
        places = [] if folder is None else [positional(folder)]
        given = arguments({"count": count, **options})
        events = run("similar", where, positional(files.paths[0]), *places, *given)
    return [Match(event["path"], event.get("label"), float(event["similarity"])) for event in events]


def active(
    model: Model | str | os.PathLike[str],
    folder: str | os.PathLike[str],
    count: int = 50,
    *,
    output: str | os.PathLike[str] | None = None,
    **options: object,
) -> list[Candidate]:
    """Chooses the pictures that a model learns most from when somebody labels them.

    Args:
        model: A model, or its path.
        folder: The pictures: a folder, or a list of them.
        count: How many to choose.
        output: Writes them as a list, a name that ends in ``.csv``, with what the model takes them for as
            labels: correct these, and give the list to :func:`train`.
        options: Any other option of ``graft active``, such as ``threads=1``.

    Returns:
        The pictures, first the one to label first.

    Raises:
        GraftError: the command failed.

    Example:
        >>> chosen = active("flowers.graft", "flowers/val", count=2)
        >>> len(chosen), chosen[0].uncertainty > 0
        (2, True)
    """
    where = positional(model.path if isinstance(model, Model) else model)
    given = arguments({"count": count, "output": output, **options})
    return [
        Candidate(event["path"], event["label"], float(event["probability"]), float(event["uncertainty"]))
        for event in run("active", where, positional(folder), *given)
    ]
