"""Shows what in a picture an answer rests on."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ._model import Model
from ._pictures import PictureFiles
from ._process import arguments, positional, run

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ._pictures import Pictures


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an answer rests on.

    Attributes:
        path: The path of the picture; ``None`` for one in memory.
        label: The class, or number, that is explained.
        value: Its probability, or the number.
        map: The evidence for it, from 0 to 1, in rows and columns over what the network sees.
        output: The drawing of it, a PNG file.
        error: Why the picture could not be used, if it could not.
    """

    path: str | None
    label: str | None
    value: float | None
    map: npt.NDArray[np.float32] | None = field(repr=False)
    output: str | None
    error: str | None


def explain(
    model: Model | str | os.PathLike[str],
    pictures: Pictures,
    *,
    output: str | os.PathLike[str] = "explained",
    label: str | None = None,
    **options: object,
) -> list[Explanation]:
    """Draws what in pictures the model's answers rest on.

    Args:
        model: A model, or its path.
        pictures: As for :meth:`Model.predict`, but no folders.
        output: The folder for the drawings, which is made.
        label: The class to explain. The most probable one by default.
        options: Any other option of ``graft explain``, such as ``threads=1``.

    Raises:
        GraftError: the command failed.

    Example:
        >>> [found] = explain("flowers.graft", "daisy.jpg")
        >>> found.label, found.map.shape
        ('daisy', (7, 7))
    """
    import numpy as np

    where = positional(model.path if isinstance(model, Model) else model)
    given = arguments({"output": output, "class": label, **options})
    with PictureFiles(pictures) as files:
        paths = b"".join(os.fsencode(path) + b"\0" for path in files.paths)
        if not paths:
            return []
        events = run("explain", where, "-", *given, input=paths, accepts=(0, 1))
        names = files.names
    result = []
    for event, name in zip(events, names, strict=True):
        grid = event.get("map")
        values = None
        if grid is not None:
            values = np.asarray(grid["values"], np.float32).reshape(grid["height"], grid["width"])
        result.append(
            Explanation(
                path=name,
                label=event.get("label"),
                value=event.get("value"),
                map=values,
                output=event.get("output"),
                error=event.get("error"),
            )
        )
    return result
