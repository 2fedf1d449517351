from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest

import graft

if TYPE_CHECKING:
    from PIL import Image

Pillow = pytest.importorskip("PIL.Image")


@pytest.fixture
def pixels(daisy: Path) -> npt.NDArray[np.uint8]:
    picture: Image.Image = Pillow.open(daisy)
    return np.asarray(picture.convert("RGB"))


def test_a_path_an_array_and_a_picture_of_pillow_get_the_same_answer(
    model: graft.Model, daisy: Path, pixels: npt.NDArray[np.uint8]
) -> None:
    [by_path, by_text, by_array, by_pillow] = model.predict([daisy, str(daisy), pixels, Pillow.open(daisy)])
    assert by_path.path == by_text.path == str(daisy)
    assert by_array.path is None
    assert by_path.label == "daisy"
    assert by_path.probabilities == by_array.probabilities == by_pillow.probabilities
    assert list(by_path.probabilities.values()) == sorted(by_path.probabilities.values(), reverse=True)
    assert sum(by_path.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert set(by_path.probabilities) == set(model.classes)


def test_one_array_of_several_pictures_is_several_pictures(
    model: graft.Model, pixels: npt.NDArray[np.uint8]
) -> None:
    mirrored = np.stack([pixels, pixels[:, ::-1], np.asfortranarray(pixels)])
    first, second, third = model.predict(mirrored)
    assert first.probabilities == third.probabilities != second.probabilities


def test_grey_arrays_are_grey_pictures(model: graft.Model, pixels: npt.NDArray[np.uint8]) -> None:
    grey = pixels[:, :, 1]
    in_colour = np.repeat(grey[:, :, None], 3, axis=2)
    first, second = model.predict([grey, in_colour])
    assert first.probabilities == second.probabilities


def test_pictures_of_pillow_are_turned_and_laid_over_white_as_files_are(
    model: graft.Model, daisy: Path, tmp_path: Path
) -> None:
    turned = Pillow.open(daisy)
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.png", exif=exif)
    clear = Pillow.open(daisy).convert("RGBA")
    clear.putalpha(100)
    clear.save(tmp_path / "clear.png")
    for name in ("turned.png", "clear.png"):
        by_path, by_pillow = model.predict([tmp_path / name, Pillow.open(tmp_path / name)])
        assert by_path.probabilities == pytest.approx(by_pillow.probabilities, abs=2e-3), name


def test_answers_keep_the_order_of_pictures_folders_and_what_cannot_be_read(
    model: graft.Model, workplace: Path, daisy: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.jpg").write_text("no picture")
    folder = workplace / "flowers/val/roses"
    answers = model.predict([daisy, tmp_path / "text.jpg", folder, daisy])
    assert len(answers) == 3 + len(list(folder.iterdir()))
    assert answers[0].path == answers[-1].path == str(daisy)
    assert answers[0].error is None
    assert answers[1].label is None
    assert "is not a picture but text" in str(answers[1].error)
    assert {str(Path(str(answer.path)).parent) for answer in answers[2:-1]} == {str(folder)}


def test_names_may_hold_line_ends_dashes_and_bytes_that_are_no_text(
    model: graft.Model, daisy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["-dash.jpg", "--json", "two\nlines.jpg", " blank.jpg ", os.fsdecode(b"caf\xe9.jpg")]
    for name in names:
        shutil.copyfile(daisy, name)
    assert [(answer.path, answer.label) for answer in model.predict(names)] == [
        (name, "daisy") for name in names
    ]
    assert model.predict("two\nlines.jpg")[0].label == "daisy"
    assert {answer.path for answer in model.predict(tmp_path)} == {str(tmp_path / name) for name in names}


def test_top_keeps_the_most_probable_classes(model: graft.Model, daisy: Path) -> None:
    [two] = model.predict(daisy, top=2)
    [all_of_them] = model.predict(daisy, top=99)
    assert len(two.probabilities) == 2
    assert len(all_of_them.probabilities) == 5
    assert two.labels == ("daisy",)
    with pytest.raises(ValueError, match="top is 0"):
        model.predict(daisy, top=0)


def test_options_reach_the_command(model: graft.Model, daisy: Path) -> None:
    [plain], [averaged] = model.predict(daisy), model.predict(daisy, tta=2, threads=1)
    assert plain.probabilities != averaged.probabilities
    with pytest.raises(graft.GraftError, match="'--tta") as raised:
        model.predict(daisy, tta="many")
    assert raised.value.exit_code == 64


def test_coverage_gives_sets_of_classes(model: graft.Model, workplace: Path) -> None:
    folder = workplace / "flowers/val"
    pictures = sorted(folder.glob("*/*.jpg"))
    sets = [answer.set for answer in model.predict(pictures, coverage=0.9)]
    held = [path.parent.name in chosen for path, chosen in zip(pictures, sets, strict=True)]
    assert sum(held) >= 0.9 * len(pictures)
    assert sum(map(len, sets)) < 5 * len(pictures)
    by_folder = {answer.path: answer.set for answer in model.predict(folder, coverage=0.9)}
    assert by_folder == dict(zip(map(str, pictures), sets, strict=True))
    assert model.predict(pictures[0])[0].set == ()
    with pytest.raises(graft.GraftError, match=r"--coverage is 2\.0; it must be"):
        model.predict(pictures[0], coverage=2)
    with pytest.raises(graft.GraftError, match="validated on 30 pictures; expected at least 99"):
        model.predict(pictures[0], coverage=0.99)


def test_no_pictures_get_no_answers(model: graft.Model) -> None:
    assert model.predict([]) == []


@pytest.mark.parametrize(
    ("picture", "kind", "words"),
    [
        (np.zeros((8, 8, 3), np.float32), TypeError, "numbers of type float32; expected uint8"),
        (np.zeros((8, 8, 4), np.uint8), ValueError, r"the shape \(8, 8, 4\)"),
        (np.zeros((0, 8, 3), np.uint8), ValueError, r"the shape \(0, 8, 3\)"),
        ([3], TypeError, "Picture 0 is int"),
        (3, TypeError, "int is no picture"),
        ([""], ValueError, "empty path"),
        (["a\0b"], ValueError, "path with a zero byte"),
    ],
)
def test_what_is_no_picture_is_refused(
    model: graft.Model, picture: object, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        model.predict(picture)  # type: ignore[arg-type]


def test_pictures_in_memory_leave_no_files(model: graft.Model, pixels: npt.NDArray[np.uint8]) -> None:
    places = [Path("/dev/shm"), Path("/tmp")]

    def files() -> set[Path]:
        return {path for place in places if place.is_dir() for path in place.glob("graft-*/*.ppm")}

    before = files()
    model.predict(pixels)
    with pytest.raises(TypeError):
        model.predict([pixels, 3])  # type: ignore[list-item]
    assert files() <= before


def test_models_of_several_labels_and_of_numbers_answer_in_their_way(
    workplace: Path, daisy: Path, tmp_path: Path
) -> None:
    pictures = sorted((workplace / "flowers/train").glob("*/*.jpg"))[:48]
    labels = [path.parent.name + (";many" if index % 2 else "") for index, path in enumerate(pictures)]
    rows = [f"{path},{label}" for path, label in zip(pictures, labels, strict=True)]
    (tmp_path / "labels.csv").write_text("\n".join(["path,labels", *rows]))
    several = graft.train(tmp_path / "labels.csv", output=tmp_path / "labels.graft", recipe="features")
    assert several.task == "multi-label"
    assert "validation mAP" in repr(several)
    [answer] = several.predict(daisy)
    assert set(answer.probabilities) == set(several.classes)
    assert answer.labels == tuple(name for name, value in answer.probabilities.items() if value >= 0.5)

    rows = [f"{path},{index}" for index, path in enumerate(pictures)]
    (tmp_path / "sizes.csv").write_text("\n".join(["path,size", *rows]))
    numbers = graft.train(tmp_path / "sizes.csv", output=tmp_path / "sizes.graft", recipe="features")
    assert numbers.task == "regression"
    [answer] = numbers.predict(daisy)
    assert list(answer.numbers) == ["size"]
    assert answer.label is None
    assert numbers.evaluate(tmp_path / "sizes.csv", include_training=True).images == 48
