from __future__ import annotations

import inspect
import os
import pickle
import subprocess
import sys
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import graft

pytest.importorskip("sklearn", minversion="1.6")

from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from painted import PaintedTables

if TYPE_CHECKING:
    from collections.abc import Callable

#: Checks that do not apply, with the reason.
DO_NOT_APPLY = {
    "check_array_api_input": "pictures are files or arrays of NumPy, not of other array libraries",
}

#: Checks that take some 5 to 25 seconds each; GRAFT_TEST_SLOW=1 runs them.
SLOW = {
    "check_classifiers_train",
    "check_methods_subset_invariance",
    "check_classifiers_classes",
    "check_fit_idempotent",
    "check_estimators_pickle",
    "check_supervised_y_2d",
    "check_classifier_data_not_an_array",
    "check_estimators_dtypes",
    "check_methods_sample_order_invariance",
}


def name_of(check: Any) -> str:
    function = check.func if isinstance(check, partial) else check
    return str(function.__name__)


def all_checks() -> list[Callable[[str, Any], None]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(estimator_checks._yield_all_checks(PaintedTables(), legacy=True))


@parametrize_with_checks([graft.GraftClassifier()])  # type: ignore[untyped-decorator]
def test_checks_that_scikit_learn_has_for_pictures_pass(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("check", all_checks(), ids=name_of)
def test_checks_that_scikit_learn_has_for_tables_pass_with_painted_tables(
    check: Callable[[str, Any], None], command: str
) -> None:
    name = name_of(check)
    if name in DO_NOT_APPLY:
        pytest.skip(DO_NOT_APPLY[name])
    if name in SLOW and not os.environ.get("GRAFT_TEST_SLOW"):
        pytest.skip("slow; GRAFT_TEST_SLOW=1 runs it")
    check("PaintedTables", PaintedTables(epochs=20))


@pytest.fixture(scope="module")
def pictures(workplace: Path) -> list[str]:
    return sorted(str(path) for path in (workplace / "flowers/train").glob("*/*.jpg"))


@pytest.fixture(scope="module")
def labels(pictures: list[str]) -> list[str]:
    return [Path(path).parent.name for path in pictures]


@pytest.fixture(scope="module")
def fitted(pictures: list[str], labels: list[str]) -> graft.GraftClassifier:
    return graft.GraftClassifier(seed=1).fit(pictures, labels)


def test_probabilities_have_the_order_of_the_classes(
    fitted: graft.GraftClassifier, pictures: list[str], labels: list[str]
) -> None:
    probabilities = fitted.predict_proba(pictures)
    assert probabilities.shape == (len(pictures), 5)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(len(pictures)), abs=1e-5)
    assert list(fitted.classes_) == sorted(set(labels))
    assert list(fitted.predict(pictures)) == [fitted.classes_[row.argmax()] for row in probabilities]
    assert fitted.score(pictures, labels) > 0.9
    [first] = fitted.model_.predict(pictures[0], no_reject=True)
    assert probabilities[0, 0] == first.probabilities["daisy"]


def test_the_classes_keep_their_type_and_their_order(workplace: Path, pictures: list[str]) -> None:
    two = pictures[:48]
    numbers = np.repeat([10, 9], 24)
    classifier = graft.GraftClassifier(epochs=10).fit(np.array(two), numbers)
    assert classifier.classes_.tolist() == [9, 10]
    assert classifier.predict(two).dtype == numbers.dtype
    assert classifier.score(two, numbers) > 0.9
    marked = [' a;b, "c" ' if number == 9 else "ü" for number in numbers]
    with warnings.catch_warnings():
        # The command wonders whether that is one class; it is.
        warnings.simplefilter("ignore", graft.GraftWarning)
        marked_classifier = graft.GraftClassifier(epochs=10).fit(two, marked)
    assert marked_classifier.score(two, marked) > 0.9


def test_it_works_in_cross_validation_grids_and_pipelines(pictures: list[str], labels: list[str]) -> None:
    pillow = pytest.importorskip("PIL.Image")
    pictures, labels = pictures[:72], labels[:72]
    scores = cross_val_score(graft.GraftClassifier(epochs=20), pictures, labels, cv=2)
    assert scores.mean() > 0.5
    grid = GridSearchCV(graft.GraftClassifier(epochs=5), {"learning_rate": [1e-6, 1e-2]}, cv=2)
    assert grid.fit(pictures, labels).best_params_ == {"learning_rate": 1e-2}
    small = np.stack([np.asarray(pillow.open(path).convert("RGB").resize((64, 64))) for path in pictures])
    mirrored = FunctionTransformer(lambda array: array[:, :, ::-1])
    pipeline = make_pipeline(mirrored, graft.GraftClassifier(epochs=20))
    assert pipeline.fit(small, labels).score(small, labels) > 0.5


def test_a_pickle_answers_in_another_process_where_the_files_are_gone(
    fitted: graft.GraftClassifier, pictures: list[str], tmp_path: Path
) -> None:
    copy = pickle.loads(pickle.dumps(fitted))
    assert copy.model_.path != fitted.model_.path
    (tmp_path / "fitted.pickle").write_bytes(pickle.dumps(fitted))
    code = (
        "import pickle, sys; from pathlib import Path;"
        "print(pickle.loads(Path(sys.argv[1]).read_bytes()).predict_proba(sys.argv[2:]).tolist())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "fitted.pickle", *pictures[:3]],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert answer.stdout.strip() == str(fitted.predict_proba(pictures[:3]).tolist())


def test_a_saved_model_is_one_of_the_command(
    fitted: graft.GraftClassifier, pictures: list[str], tmp_path: Path
) -> None:
    fitted.save(tmp_path / "saved.graft")
    [answer] = graft.load(tmp_path / "saved.graft").predict(pictures[0])
    assert answer.label == fitted.predict(pictures[:1])[0]


def test_parameters_are_options_of_the_command(pictures: list[str], labels: list[str]) -> None:
    names = set(inspect.signature(graft.GraftClassifier).parameters)
    assert set(graft.GraftClassifier().get_params()) == names
    copy = clone(graft.GraftClassifier(epochs=3, options={"strict": True}))
    assert copy.get_params()["options"] == {"strict": True}
    with pytest.raises(graft.GraftError, match="--batch-size"):
        graft.GraftClassifier(batch_size=0).fit(pictures, labels)
    with pytest.raises(graft.GraftError, match="--made-up"):
        graft.GraftClassifier(options={"made_up": 1}).fit(pictures, labels)


def test_what_cannot_be_classified_is_an_error(
    fitted: graft.GraftClassifier, workplace: Path, pictures: list[str], labels: list[str]
) -> None:
    with pytest.raises(graft.GraftError, match=r"nowhere\.jpg does not exist.* And 1 more\."):
        fitted.predict([pictures[0], "nowhere.jpg", "neither.jpg"])
    with pytest.raises(ValueError, match="is a folder; expected a picture"):
        fitted.predict([str(workplace / "flowers")])
    with pytest.raises(ValueError, match="X is one path"):
        fitted.predict(pictures[0])
    with pytest.raises(ValueError, match="X has 3 pictures, y has 2 classes"):
        graft.GraftClassifier().fit(pictures[:3], labels[:2])
    with pytest.raises(ValueError, match="Classes must have names"):
        graft.GraftClassifier().fit(pictures[:2], ["a", " a"])
    assert fitted.predict_proba([]).shape == (0, 5)


def test_scikit_learn_is_imported_for_the_estimator_alone() -> None:
    code = "import sys, graft; assert not {'sklearn', 'numpy'} & set(sys.modules); graft.GraftClassifier"
    subprocess.run(
        [sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )
