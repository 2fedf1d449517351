from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import graft

MODULES = sorted(entry.name for entry in pkgutil.iter_modules(graft.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_documentation_run(name: str, here: Path) -> None:
    if name == "_classifier":
        pytest.importorskip("sklearn")
    module = importlib.import_module(f"graft.{name}")
    names = {**vars(graft), **vars(module), "graft": graft}
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for example in finder.find(module, globs=names):
        runner.run(example)
    assert runner.summarize().failed == 0


def test_the_examples_of_the_readme_run(here: Path) -> None:
    readme = Path(__file__).parents[1] / "README.md"
    failed, tried = doctest.testfile(str(readme), module_relative=False, globs={})
    assert tried > 5
    assert failed == 0
