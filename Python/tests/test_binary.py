from __future__ import annotations

import sys
from pathlib import Path

import pytest

import graft
from graft import _binary


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_command_older_than_the_module_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = program(tmp_path / "graft", "print('0.0.9')")
    monkeypatch.setenv("GRAFT_BINARY", str(old))
    with pytest.raises(graft.GraftError, match=r"is version 0\.0\.9, older than this module, "):
        graft.binary()


def test_a_newer_command_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = program(tmp_path / "graft", "print('12.0')")
    monkeypatch.setenv("GRAFT_BINARY", str(new))
    assert graft.binary() == str(new)


def test_another_program_of_that_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = program(tmp_path / "graft", "print('usage: graft VINE')")
    monkeypatch.setenv("GRAFT_BINARY", str(other))
    with pytest.raises(graft.GraftError, match="is not Graft's command"):
        graft.binary()


def test_a_missing_command_is_told_with_its_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRAFT_BINARY", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(_binary, "_script_folders", lambda: iter([tmp_path / "scripts"]))
    with pytest.raises(graft.GraftError, match=r"was not found.*scripts.*GRAFT_BINARY"):
        graft.binary()


def test_the_command_beside_the_module_comes_before_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("scripts", "path"):
        (tmp_path / folder).mkdir()
        program(tmp_path / folder / "graft", "print('12.0')")
    monkeypatch.delenv("GRAFT_BINARY", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(_binary, "_script_folders", lambda: iter([tmp_path / "scripts"]))
    assert graft.binary() == str(tmp_path / "scripts/graft")


@pytest.mark.parametrize(
    ("text", "numbers"), [("0.10.2", (0, 10, 2)), ("1.2rc1", (1, 2)), ("0.2-dev.3", (0, 2)), ("x", ())]
)
def test_versions_are_read_as_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert _binary._numbers(text) == numbers
