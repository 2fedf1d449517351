"""Trains a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._errors import GraftError
from ._model import Model
from ._process import Child, arguments, positional
from ._progress import Progress

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from ._process import Event


def train(
    data: str | os.PathLike[str],
    *,
    output: str | os.PathLike[str] | None = None,
    base: str | None = None,
    recipe: str | os.PathLike[str] | None = None,
    from_: Model | str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    on_event: Callable[[Event], None] | None = None,
    **options: object,
) -> Model:
    """Trains a model on pictures.

    Ctrl-C ends it gently: what was computed is kept, and the same call with ``resume=True`` goes on.

    Args:
        data: The pictures: a folder with one folder per class, a list such as a ``.csv``, or another form
            that ``graft train`` reads.
        output: Where to save the model. By default beside you, with the name of ``data`` and ``.graft``.
        base: The pretrained network. ``efficientnet_lite0`` by default.
        recipe: How to train: the name of a recipe, or a file. ``"features"`` trains a new head alone; by
            default the network itself is fine-tuned too, where validation shows that this helps.
        from_: A model of yours, or its path, to go on from with more pictures or more classes; ``--from`` of
            the command, which is no keyword in Python.
        progress: Whether to show progress. By default on a terminal and in a notebook.
        on_event: Is called with each event of ``graft train --json``, a dictionary.
        options: Any other option of ``graft train``, with underscores: ``learning_rate=0.001``,
            ``no_cache=True``. The command checks them.

    Raises:
        GraftError: the command failed; with its own sentence.

    Example:
        >>> model = train("flowers", output="mine.graft", recipe="features", seed=1)
        >>> model.validation["top1"] > 0.7
        True
        >>> train("flowers", output="more.graft", from_=model, recipe="features").classes == model.classes
        True
    """
    shown = Progress(progress)
    finished: Event | None = None
    start = from_.path if isinstance(from_, Model) else from_
    given = arguments({"output": output, "base": base, "recipe": recipe, "from": start, **options})
    with Child("train", positional(data), *given, on_words=shown.words) as child:
        try:
            for event in child:
                shown.show(event)
                if on_event is not None:
                    on_event(event)
                if event.get("event") == "finished":
                    finished = event
        finally:
            shown.close()
        child.finish()
    shown.warn()
    if finished is None:
        raise GraftError("graft train ended without a model.")
    return Model(finished["model"])
