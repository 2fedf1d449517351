from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import graft


def test_features_of_a_folder_have_its_paths_and_labels(workplace: Path, data: Path) -> None:
    found = graft.features(workplace / "flowers")
    assert isinstance(found.array, np.memmap)
    assert found.array.shape == (150, 1280)
    assert found.array.dtype == np.float32
    assert found.labels.count("tulips") == 30
    for path, label in zip(found.paths, found.labels, strict=True):
        assert f"/{label}/" in str(path)
        assert (workplace / "flowers" / str(path)).is_file()


def test_features_of_single_pictures_are_those_of_the_folder(
    workplace: Path, model: graft.Model, tmp_path: Path
) -> None:
    folder = graft.features(workplace / "flowers", normalize=True)
    assert np.linalg.norm(folder.array, axis=1) == pytest.approx(np.ones(150), abs=1e-5)
    chosen = [3, 100, 7]
    paths = [workplace / "flowers" / str(folder.paths[index]) for index in chosen]
    output = tmp_path / "kept.npy"
    single = graft.features([*paths, tmp_path / "missing.jpg"], normalize=True, output=output)
    assert single.paths == tuple(map(str, paths))
    assert single.labels == ()
    assert np.allclose(single.array, folder.array[chosen], atol=1e-5)
    assert np.array_equal(np.load(output), single.array)


def test_features_of_arrays_and_of_a_model(model: graft.Model, daisy: Path) -> None:
    pillow = pytest.importorskip("PIL.Image")
    pixels = np.asarray(pillow.open(daisy).convert("RGB"))
    found = graft.features([pixels, daisy], network=model)
    assert found.paths == (None, str(daisy))
    assert np.array_equal(found.array[0], found.array[1])
    assert graft.features(pixels).array.shape == (1, 1280)


def test_the_doctor_names_what_is_wrong(data: Path, workplace: Path) -> None:
    assert graft.doctor(workplace / "flowers", quick=True).is_trainable
    broken = graft.doctor(data / "corrupt", quick=True)
    assert not broken.is_trainable
    assert broken.findings[0].severity == "leftOut"
    kinds = {finding.path: finding.kind for finding in broken.findings}
    assert kinds["derived_empty.jpg"] == "empty"
    assert kinds["derived_truncated.png"] == "cutShort"
    assert broken.usable == sum(entry.train for entry in broken.classes) == 3
    with pytest.raises(graft.GraftError, match=r"nowhere does not exist\. Check the path\.") as raised:
        graft.doctor("nowhere")
    assert raised.value.exit_code == 1


def test_advice_names_a_network_and_a_recipe_that_trains(here: Path, tmp_path: Path) -> None:
    file = tmp_path / "advised.yaml"
    advice = graft.advise("flowers/val", output=file, bases="efficientnet_lite0", budget="1s")
    assert advice.base == advice.recipe["base"] == advice.trunks[0]["name"] == "efficientnet_lite0"
    assert advice.input_size in [size["inputSize"] for size in advice.sizes]
    assert 0 < advice.expected["top1"] <= 1
    assert advice.reasons
    assert {step["pictures"] <= 30 for step in advice.curve} <= {True}
    assert advice.details["event"] == "advice"
    assert "base: efficientnet_lite0" in file.read_text()
    with pytest.raises(graft.GraftError, match="nonet"):
        graft.advise("flowers/val", bases="nonet")
