"""Checks data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._process import Child, arguments, one, positional

if TYPE_CHECKING:
    import os


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the data that its owner should know.

    Attributes:
        severity: ``leftOut``, ``warning`` or ``note``.
        kind: What was found, such as ``cutShort``, ``duplicate`` or ``wrongLabel``.
        message: One sentence.
        path: The file that it is about, below the data's folder.
        other: The other file, where it is about two.
        score: How sure it is, or how far from the others.
    """

    severity: str
    kind: str
    message: str
    path: str | None = None
    other: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many usable pictures a class has, by part."""

    name: str
    train: int
    validation: int
    test: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the doctor found.

    Attributes:
        is_trainable: Whether a model can be trained on the data; with ``strict``, without leaving out any
            file.
        task: What can be learned from it.
        usable: The number of usable pictures.
        classes: The classes.
        findings: What was found, gravest first.
    """

    is_trainable: bool
    task: str
    usable: int
    classes: tuple[ClassCount, ...]
    findings: tuple[Finding, ...]


def doctor(data: str | os.PathLike[str], **options: object) -> Diagnosis:
    """Reads every picture and says what is wrong with the data.

    Args:
        data: The folder, or a list of pictures.
        options: Any option of ``graft doctor``, such as ``quick=True``.

    Raises:
        GraftError: the data cannot be read at all.

    Example:
        >>> diagnosis = doctor("flowers", quick=True)
        >>> diagnosis.is_trainable, diagnosis.usable > 100
        (True, True)
    """
    with Child("doctor", positional(data), *arguments(options)) as child:
        events = list(child)
        # 1 says that the data cannot be trained on, or, with `strict`, that a file would be left out.
        code = child.finish(accepts=(0, 1))
    result = one(events, "doctor")
    findings = tuple(
        Finding(
            severity=entry["severity"],
            kind=entry["kind"],
            message=entry["message"],
            path=entry.get("path"),
            other=entry.get("other"),
            score=entry.get("score"),
        )
        for entry in result["findings"]
    )
    return Diagnosis(
        is_trainable=code == 0,
        task=result["task"],
        usable=result["usableCount"],
        classes=tuple(
            ClassCount(entry["name"], entry["train"], entry["validation"], entry["test"])
            for entry in result["classes"]
        ),
        findings=findings,
    )
