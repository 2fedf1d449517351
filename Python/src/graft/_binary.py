"""Finds the command that does the work."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from ._errors import GraftError
from ._version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator


def binary() -> str:
    """The path of the command.

    ``$GRAFT_BINARY`` names it, if it is set. Else it is the one that was installed with this module, else
    the first one on the ``PATH``.

    Raises:
        GraftError: there is none, or it is older than this module.
    """
    named = os.environ.get("GRAFT_BINARY")
    if named:
        return _checked(named, "$GRAFT_BINARY")
    for folder in _script_folders():
        path = folder / "graft"
        if _is_program(path):
            return _checked(str(path), "the command beside the module")
    found = shutil.which("graft")
    if found:
        return _checked(found, "the command on the PATH")
    places = ", ".join(dict.fromkeys(map(str, _script_folders())))
    raise GraftError(
        f"The command graft was not found: $GRAFT_BINARY is not set, and it is neither in {places} nor on "
        "the PATH. Install graft-vision from a wheel, which holds it, or build it and set GRAFT_BINARY to "
        "its path."
    )


def _script_folders() -> Iterator[Path]:
    """Where installers put the programs of a package, nearest first."""
    here = Path(__file__).resolve().parent
    # Of `pip install --target` and `--prefix`.
    yield here.parent / "bin"
    if len(here.parents) > 3 and here.parent.name.endswith("-packages"):
        yield here.parents[3] / "bin"
    yield Path(sysconfig.get_path("scripts"))
    yield Path(sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user")))


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


@functools.cache
def _checked(path: str, origin: str) -> str:
    """The path, once the command there has said its version."""
    try:
        answer = subprocess.run(
            [path, "--version"], capture_output=True, text=True, errors="replace", timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GraftError(f"{path} ({origin}) cannot be run: {error}.") from error
    version = answer.stdout.strip()
    if answer.returncode != 0 or not version[:1].isdigit():
        said = (answer.stderr.strip() or version or "nothing").splitlines()[-1]
        raise GraftError(f"{path} ({origin}) is not Graft's command, or cannot start here: it says {said!r}.")
    if _numbers(version) < _numbers(__version__):
        raise GraftError(
            f"{path} ({origin}) is version {version}, older than this module, {__version__}. Install a newer "
            "command, or an older graft-vision."
        )
    return path


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers at the start of a version, so that 0.10 is newer than 0.9."""
    numbers = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers)
