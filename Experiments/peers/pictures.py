"""The pictures that a Graft bundle was trained on, with the same targets and in the same parts.

A bundle's `bundle.json` names each picture, its class or classes, its part, and the SHA-256 of what was read. So nothing is
guessed here, also where Graft drew the validation part itself. Only numbers (regression) stand in the data alone: in the list.
"""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

CIFAR_SIDE = 32


@dataclass(frozen=True)
class Picture:
    """One picture: where it is, its part (train, validation or test), and its target.

    The target is a class's index, a list of such indexes (multi-label), or a list of numbers (regression).
    """

    file: Path
    record: int | None  # which record of a binary file of CIFAR-10; None for a file that is one picture
    part: str
    target: object

    def content(self):
        """The bytes of the file; of a record the pixels, one colour after the other."""
        if self.record is None:
            return self.file.read_bytes()
        count = 3 * CIFAR_SIDE**2
        with open(self.file, "rb") as file:
            file.seek(self.record * (1 + count) + 1)
            return file.read(count)

    def image(self):
        """The picture upright, in RGB; transparent ones over white, as Graft reads them."""
        content = self.content()
        if self.record is not None:
            planes = [content[start : start + CIFAR_SIDE**2] for start in range(0, len(content), CIFAR_SIDE**2)]
            return Image.merge("RGB", [Image.frombytes("L", (CIFAR_SIDE, CIFAR_SIDE), plane) for plane in planes])
        with Image.open(io.BytesIO(content)) as image:
            upright = ImageOps.exif_transpose(image)
        if not upright.has_transparency_data:
            return upright.convert("RGB")
        clear = upright.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")

    def digest(self):
        """The SHA-256 by which the bundle knows the picture."""
        size = b"" if self.record is None else b"%dx%dx3 " % (CIFAR_SIDE, CIFAR_SIDE)
        return hashlib.sha256(size + self.content()).hexdigest()


class DataSet:
    """The pictures of a bundle, its task, and how it prepares pictures."""

    def __init__(self, data, bundle):
        """`data` is what `graft train` was given: a folder, or the file of a list. Each picture is compared with the bundle's."""
        self.bundle = json.loads((Path(bundle) / "bundle.json").read_text())
        self.task = self.bundle["task"]  # classification, multi-label or regression
        self.names = self.bundle["classes"]  # of the classes, or of the numbers
        self.preprocessing = self.bundle["preprocessing"]
        data = Path(data)
        numbers = self._numbers(data) if self.task == "regression" else {}
        folder = data if data.is_dir() else data.parent
        self.pictures = []
        for member in self.bundle["split"]["members"]:
            file, record = folder / member["path"], None
            if not file.exists():
                file, record = file.parent.with_suffix(".bin"), int(file.name)
            picture = Picture(file, record, member["part"], self._target(member, numbers))
            if picture.digest() != member["digest"]:
                raise SystemExit(f"{file} is another picture than the one in {bundle}: train the bundle again.")
            self.pictures.append(picture)

    def part(self, name):
        """The pictures of one part."""
        return [picture for picture in self.pictures if picture.part == name]

    def _target(self, member, numbers):
        if self.task == "regression":
            return numbers[member["path"]]
        if self.task == "multi-label":
            return [self.names.index(name) for name in member["className"].split(";") if name]
        return self.names.index(member["className"])

    def _numbers(self, file):
        """The numbers of each picture of a list, by its path."""
        with open(file, newline="") as lines:
            return {row["path"]: [float(row[name]) for name in self.names] for row in csv.DictReader(lines)}
