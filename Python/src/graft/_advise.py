"""Finds out how to train on some pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ._errors import GraftError
from ._process import Child, arguments, positional
from ._progress import Progress

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Advice:
    """Which network suits some pictures, and how to train it.

    The figures are those of the command, in mappings with its names.

    Attributes:
        base: The network.
        input_size: Height and width that pictures are scaled to.
        recipe: How to train it. ``output=`` writes it as a file that :func:`train` takes.
        expected: What a new head alone is expected to reach: ``top1``, ``mAP`` or ``r2``, with an
            ``interval``, and its ``seconds``.
        trunks: The networks that were tried: ``name``, ``probe``, ``picturesPerSecond`` and more.
        sizes: The input sizes of the best one: ``inputSize``, ``probe``, ``picturesPerSecond``.
        depths: The layers of it: ``layer``, ``probe``. Without a ``layer``: all together.
        curve: What fewer pictures would have given: ``pictures``, ``score``.
        reasons: Why so, in sentences.
        details: All that the command tells.
    """

    base: str
    input_size: int
    recipe: Mapping[str, Any] = field(repr=False)
    expected: Mapping[str, Any]
    trunks: tuple[Mapping[str, Any], ...] = field(repr=False)
    sizes: tuple[Mapping[str, Any], ...] = field(repr=False)
    depths: tuple[Mapping[str, Any], ...] = field(repr=False)
    curve: tuple[Mapping[str, Any], ...] = field(repr=False)
    reasons: tuple[str, ...]
    details: Mapping[str, Any] = field(repr=False)


def advise(
    data: str | os.PathLike[str],
    *,
    output: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    **options: object,
) -> Advice:
    """Finds out which network suits some pictures, and how to train it. That takes up to ten minutes.

    Args:
        data: The pictures, in any form that ``graft train`` reads.
        output: Writes the recipe, a name that ends in ``.yaml``, for ``train(data, recipe=...)``.
        progress: Whether to show the command's lines. By default on a terminal and in a notebook.
        options: Any other option of ``graft advise``, such as ``budget="2m"`` or
            ``bases="efficientnet_lite0"``.

    Raises:
        GraftError: the command failed.

    Example:
        >>> advice = advise("flowers/val", bases="efficientnet_lite0", budget="1s", output="advised.yaml")
        >>> advice.base, len(advice.reasons) > 0
        ('efficientnet_lite0', True)
    """
    shown = Progress(progress, bars=False)
    given = arguments({"output": output, **options})
    result: Mapping[str, Any] | None = None
    with Child("advise", positional(data), *given, on_words=shown.words) as child:
        for event in child:
            shown.show(event)
            if event.get("event") == "advice":
                result = event
        child.finish()
    shown.warn()
    if result is None:
        raise GraftError("graft advise ended without advice.")
    return Advice(
        base=result["base"],
        input_size=result["inputSize"],
        recipe=result["recipe"],
        expected=result["expected"],
        trunks=tuple(result["trunks"]),
        sizes=tuple(result["sizes"]),
        depths=tuple(result["depths"]),
        curve=tuple(result["curve"]),
        reasons=tuple(result["reasons"]),
        details=result,
    )
