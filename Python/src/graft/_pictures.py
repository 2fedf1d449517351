"""Pictures in memory as files that the command can read."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    #: The path of a picture or a folder, an array H x W x 3 or H x W of bytes, or a picture of Pillow.
    Picture: TypeAlias = str | os.PathLike[str] | npt.NDArray[np.uint8] | Image.Image
    #: One of them, several, or an array N x H x W x 3.
    Pictures: TypeAlias = Picture | Sequence[Picture] | Iterable[Picture]


class PictureFiles:
    """Paths for pictures, in a ``with`` statement: those in memory get a file that lives as long as that.

    Attributes:
        paths: A path for each picture.
        names: The path that was given for each picture; ``None`` for those that were in memory.
    """

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = separated(pictures)
        self._folder: Path | None = None
        self.paths: list[str] = []
        self.names: list[str | None] = []

    def __enter__(self) -> PictureFiles:
        try:
            for index, picture in enumerate(self._pictures):
                if isinstance(picture, (str, os.PathLike)):
                    path = os.fspath(picture)
                    if not path:
                        raise ValueError(f"Picture {index} is an empty path.")
                    if "\0" in path:
                        raise ValueError(f"Picture {index} has a path with a zero byte: {path!r}.")
                    self.names.append(path)
                    self.paths.append(path)
                else:
                    head, samples = _portable(picture, index)
                    path = str(self._room(len(samples)) / f"{index}.ppm")
                    with Path(path).open("wb") as file:
                        file.write(head)
                        file.write(samples)
                    self.names.append(None)
                    self.paths.append(path)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None

    def _room(self, size: int) -> Path:
        """The folder for the files: in memory, where that has room for them all."""
        if self._folder is None:
            total = 2 * size * len(self._pictures)
            memory = Path("/dev/shm")
            fits = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > total
            self._folder = Path(tempfile.mkdtemp(prefix="graft-", dir=memory if fits else None))
        return self._folder


def separated(pictures: Pictures) -> list[Any]:
    """The pictures one by one.

    Example:
        >>> separated("a.jpg"), separated(["a.jpg", "b.jpg"])
        (['a.jpg'], ['a.jpg', 'b.jpg'])
    """
    if isinstance(pictures, (str, os.PathLike)) or hasattr(pictures, "tobytes"):
        dimensions = getattr(pictures, "ndim", None)
        is_text = getattr(getattr(pictures, "dtype", None), "kind", "") in "UO"
        if dimensions == 4 or (dimensions == 1 and is_text):
            return list(pictures)  # type: ignore[arg-type]
        return [pictures]
    if isinstance(pictures, Iterable):
        return list(pictures)
    raise TypeError(f"{type(pictures).__name__} is no picture: give a path, an array or a picture of Pillow.")


def _portable(picture: Any, index: int) -> tuple[bytes, bytes | memoryview]:  # noqa: ANN401
    """Head and samples of a lossless file, PPM in colour or PGM in grey."""
    if hasattr(picture, "getexif") and hasattr(picture, "convert"):
        from PIL import ImageOps

        upright = ImageOps.exif_transpose(picture)
        if upright.has_transparency_data:
            # Over white, as the command does with files.
            from PIL import Image

            white = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(white, upright.convert("RGBA"))
        upright = upright.convert("RGB")
        return b"P6\n%d %d\n255\n" % upright.size, upright.tobytes()
    shape = getattr(picture, "shape", None)
    if shape is None:
        raise TypeError(
            f"Picture {index} is {type(picture).__name__}: give a path, an array or a picture of Pillow."
        )
    if str(picture.dtype) != "uint8":
        raise TypeError(
            f"Picture {index} has numbers of type {picture.dtype}; expected uint8, from 0 to 255. For values "
            "from 0 to 1: (255 * picture).round().astype('uint8')."
        )
    is_grey = len(shape) == 2
    if not (is_grey or (len(shape) == 3 and shape[2] == 3)) or 0 in shape:
        raise ValueError(
            f"Picture {index} has the shape {tuple(shape)}; expected height x width x 3, or height x width "
            "for grey."
        )
    return b"P%d\n%d %d\n255\n" % (5 if is_grey else 6, shape[1], shape[0]), picture.tobytes()
