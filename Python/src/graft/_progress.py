"""Shows how far a training is."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from typing import TYPE_CHECKING, Any

from ._errors import GraftWarning

if TYPE_CHECKING:
    from ._process import Event


class Progress:
    """Bars of tqdm where it is installed, else the command's own lines; nothing where nobody looks."""

    def __init__(self, shown: bool | None, *, bars: bool = True) -> None:
        self._is_shown = _is_watched() if shown is None else shown
        self._has_bars = bars and self._is_shown and importlib.util.find_spec("tqdm") is not None
        self._bar: Any = None
        self._task: str | None = None
        self._warnings: list[str] = []
        self._left_out: list[str] = []

    def words(self, line: str) -> None:
        """Takes a line that the command writes for people."""
        if self._is_shown and not self._has_bars:
            print(line, file=sys.stderr, flush=True)

    def show(self, event: Event) -> None:
        """Takes what happened."""
        name = event.get("event")
        if name == "warning" or (name == "finding" and event["severity"] == "warning"):
            self._warnings.append(event["message"])
        elif name == "finding" and event["severity"] == "leftOut":
            self._left_out.append(event["message"])
        if not self._has_bars:
            return
        if name in ("features", "references"):
            self._advance(str(name), event["done"], event["total"], "picture")
        elif name == "epoch":
            self._advance(event["stage"], event["epoch"], None, "epoch")
            figures = event.get("validation", {})
            shown = {"loss": event["loss"]} | {
                words: figures[key]
                for key, words in (("top1", "top-1"), ("meanAveragePrecision", "mAP"))
                if key in figures
            }
            self._bar.set_postfix({key: f"{value:.3f}" for key, value in shown.items()}, refresh=False)

    def warn(self) -> None:
        """Passes on what the command warned of, once it has ended."""
        for message in self._warnings:
            warnings.warn(message, GraftWarning, stacklevel=3)
        if self._left_out:
            count = len(self._left_out)
            rest = f" So are {count - 1} more; `graft doctor` names all." if count > 1 else ""
            warnings.warn(f"Left out: {self._left_out[0]}{rest}", GraftWarning, stacklevel=3)

    def close(self) -> None:
        """Ends the bar that is shown."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _advance(self, task: str, done: int, total: int | None, unit: str) -> None:
        if self._bar is None or self._task != task:
            self.close()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                from tqdm.auto import tqdm

            self._task = task
            self._bar = tqdm(desc=task, total=total, unit=" " + unit)
        self._bar.update(max(0, done - self._bar.n))


def _is_watched() -> bool:
    """Whether a person sees this: on a terminal, or in a notebook."""
    return "ipykernel" in sys.modules or sys.stderr.isatty()
