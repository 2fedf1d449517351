from __future__ import annotations

import pickle
from html.parser import HTMLParser
from pathlib import Path

import pytest

import graft


def test_a_model_says_what_it_is(model: graft.Model) -> None:
    assert model.classes == ("daisy", "dandelion", "roses", "sunflowers", "tulips")
    assert model.task == "classification"
    assert model.network == "efficientnet_lite0"
    assert model.report is not None
    assert repr(model) == (
        f"<graft.Model {model.path}: 5 classes, efficientnet_lite0, validation top-1 "
        f"{model.validation['top1']:.3f}>"
    )


def test_a_notebook_shows_the_report(model: graft.Model) -> None:
    pages: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag == "iframe"
            pages.append(dict(attrs)["srcdoc"] or "")

    Reader().feed(model._repr_html_())
    assert model.report is not None
    assert pages == [model.report.read_text()]


def test_evaluation_counts_the_validation_pictures(model: graft.Model, workplace: Path) -> None:
    result = model.evaluate(workplace / "flowers")
    assert (result.part, result.images) == ("validation", 30)
    assert result.top1 == model.validation["top1"]
    assert result.top1_interval[0] < result.top1 < result.top1_interval[1]
    assert sum(map(sum, result.confusion)) == 30
    assert sum(row[index] for index, row in enumerate(result.confusion)) == round(30 * result.top1)
    assert result.details["perClass"][0]["name"] == result.classes[0] == "daisy"


def test_what_is_no_model_is_told_in_the_words_of_the_command(workplace: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.graft").mkdir()
    (tmp_path / "broken.graft/bundle.json").write_text("{")
    for path in (tmp_path / "none.graft", tmp_path / "broken.graft", workplace / "daisy.jpg"):
        with pytest.raises(graft.GraftError) as raised:
            graft.load(path)
        assert raised.value.exit_code == 1
        assert str(path) in str(raised.value)


def test_errors_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(graft.GraftError("It failed.", 64)))
    assert (error.message, error.exit_code) == ("It failed.", 64)


def test_an_explanation_has_a_map_and_a_drawing(model: graft.Model, daisy: Path, tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    found, lost = graft.explain(model, [daisy, "nowhere.jpg"], output=tmp_path / "drawn", label="roses")
    assert (found.path, found.label, found.error) == (str(daisy), "roses", None)
    assert found.map is not None
    assert found.map.shape == (7, 7)
    assert found.output is not None
    assert Path(found.output).read_bytes()[:4] == b"\x89PNG"
    assert "does not exist" in str(lost.error)
    with pytest.raises(graft.GraftError, match="which the model does not know"):
        graft.explain(model, daisy, output=tmp_path / "drawn", label="cactus")


def test_pictures_alike_come_from_the_training_or_from_a_folder(
    model: graft.Model, workplace: Path, daisy: Path
) -> None:
    pillow = pytest.importorskip("PIL.Image")
    found = graft.similar(model, daisy)
    assert len(found) == 10
    assert [match.similarity for match in found] == sorted((m.similarity for m in found), reverse=True)
    assert (workplace / "flowers" / found[0].path).is_file()
    assert graft.similar(model.path, pillow.open(daisy), count=2, threads=1)[0].path == found[0].path
    [same] = graft.similar(model, daisy, workplace / "flowers/val", 1)
    assert (same.label, same.similarity) == ("daisy", 1)
    assert Path(same.path).read_bytes() == daisy.read_bytes()
    with pytest.raises(graft.GraftError, match=r"nowhere\.jpg does not exist"):
        graft.similar(model, "nowhere.jpg")
    with pytest.raises(ValueError, match="There are 2 pictures; expected one"):
        graft.similar(model, [daisy, daisy])  # type: ignore[arg-type]


def test_pictures_to_label_next_are_those_that_the_model_is_unsure_of(
    model: graft.Model, workplace: Path, tmp_path: Path
) -> None:
    folder = workplace / "flowers/val"
    chosen = graft.active(model, folder, 3, output=tmp_path / "next.csv")
    answers = {answer.path: answer for answer in model.predict(folder)}
    assert len(chosen) == 3
    for candidate in chosen:
        answer = answers[candidate.path]
        assert candidate.label == answer.label
        assert candidate.probability == pytest.approx(answer.probability, abs=1e-5)
        assert 0 < candidate.uncertainty <= 1
    rows = (tmp_path / "next.csv").read_text().splitlines()
    assert rows[0] == "path,label"
    assert len(rows) == 4
    assert len(graft.active(model.path, folder)) == 30
