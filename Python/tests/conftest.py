"""What tests need: the command, pictures, and a model that was trained on a few of them.

``GRAFT_BINARY`` names the command (or it is installed), ``GRAFT_TEST_DATA`` a folder with the data sets
``flowers`` and ``corrupt``. Without them the tests are skipped.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import graft


@pytest.fixture(scope="session")
def command() -> str:
    try:
        return graft.binary()
    except graft.GraftError as error:
        pytest.skip(f"no command: {error}")


@pytest.fixture(scope="session")
def data(command: str) -> Path:
    folder = os.environ.get("GRAFT_TEST_DATA", "")
    if not (Path(folder) / "flowers/train").is_dir():
        pytest.skip("GRAFT_TEST_DATA names no folder with the data set flowers")
    return Path(folder)


@pytest.fixture(scope="session")
def workplace(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some of the flowers, a daisy and a model."""
    place = tmp_path_factory.mktemp("workplace")
    for part, count in (("train", 24), ("val", 6)):
        for source in sorted((data / "flowers" / part).iterdir()):
            target = place / "flowers" / part / source.name
            target.mkdir(parents=True)
            for picture in sorted(source.glob("*.jpg"))[:count]:
                shutil.copyfile(picture, target / picture.name)
    daisy = sorted((data / "flowers/val/daisy").glob("*.jpg"))[0]
    shutil.copyfile(daisy, place / "daisy.jpg")
    graft.train(place / "flowers", output=place / "flowers.graft", recipe="features")
    return place


@pytest.fixture
def here(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, as the current one."""
    monkeypatch.chdir(workplace)
    return workplace


@pytest.fixture(scope="session")
def model(workplace: Path) -> graft.Model:
    return graft.load(workplace / "flowers.graft")


@pytest.fixture(scope="session")
def daisy(workplace: Path) -> Path:
    return workplace / "daisy.jpg"
