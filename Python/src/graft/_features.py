"""Features of pictures as an array."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ._pictures import PictureFiles, separated
from ._process import arguments, one, positional, run

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ._model import Model
    from ._pictures import Pictures
    from ._process import Event


@dataclass(frozen=True, slots=True)
class Features:
    """What a network sees in pictures.

    Attributes:
        array: The numbers, a row a picture: a memory map of the file that the command wrote.
        paths: The path of each row's picture, below the folder that was given; ``None`` for one in memory.
        labels: The class of each row's picture; empty where the pictures have no classes.
    """

    array: npt.NDArray[np.float32] = field(repr=False)
    paths: tuple[str | None, ...]
    labels: tuple[str, ...]


def features(
    pictures: Pictures,
    network: str | os.PathLike[str] | Model = "efficientnet_lite0",
    normalize: bool = False,
    *,
    output: str | os.PathLike[str] | None = None,
    **options: object,
) -> Features:
    """Computes the features of pictures. They are cached: a second call takes hardly any time.

    Args:
        pictures: A folder, a list that the command reads, or several pictures: paths, arrays, pictures of
            Pillow. Pictures that cannot be used have no row.
        network: The name of a pretrained network, or a model.
        normalize: Whether to bring each row to length 1.
        output: Where the numbers shall stay, a name that ends in ``.npy``. By default they are gone when
            the array is.
        options: Any other option of ``graft embed``, such as ``threads=1``.

    Raises:
        GraftError: the command failed, or no picture can be used.

    Example:
        >>> found = features("flowers")
        >>> found.array.shape[1], found.labels[0]
        (1280, 'daisy')
    """
    import numpy as np

    source = getattr(network, "path", network)
    name = positional(source) if isinstance(source, (str, os.PathLike)) else str(source)
    given = arguments({"normalize": normalize, **options})
    with tempfile.TemporaryDirectory(prefix="graft-") as folder:
        file = Path(output) if output is not None else Path(folder) / "features.npy"
        to = f"--output={file}"
        if isinstance(pictures, (str, os.PathLike)):
            result: Event = one(run("embed", name, positional(pictures), to, *given), "embed")
            paths: tuple[str | None, ...] = tuple(result["paths"])
            labels: tuple[str, ...] = tuple(result["labels"])
        else:
            with PictureFiles(separated(pictures)) as files:
                # Zero bytes separate paths that hold line ends, too.
                list_file = Path(folder) / "pictures.txt"
                list_file.write_bytes(b"".join(os.fsencode(Path(p).absolute()) + b"\0" for p in files.paths))
                result = one(run("embed", name, str(list_file), to, *given), "embed")
                known = {
                    str(Path(path).absolute()): given_name
                    for path, given_name in zip(files.paths, files.names, strict=True)
                }
                paths = tuple(known.get(path, path) for path in result["paths"])
                labels = ()
        array = np.load(file, mmap_mode="r")
    return Features(array=array, paths=paths, labels=labels)
