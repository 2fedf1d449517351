from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import graft
from graft import _process, _progress

INTERRUPTED = """
import sys, graft
def show(event):
    print(event["event"], flush=True)
graft.train(
    "flowers", output=sys.argv[1], unfreeze="blocks:2", unfrozen_epochs=4, unfrozen_learning_rate=1e-6,
    epochs=20, seed=5, on_event=show, resume=len(sys.argv) > 2)
"""


def test_options_become_options_of_the_command_and_events_arrive(here: Path, tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    model = graft.train(
        "flowers",
        output=tmp_path / "new.graft",
        recipe="features",
        epochs=3,
        learning_rate=1e-3,
        on_event=events.append,
    )
    assert model.path == tmp_path / "new.graft"
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [1, 2, 3]
    assert events[-1]["event"] == "finished"


@pytest.mark.parametrize(
    ("options", "message", "code"),
    [
        ({"epochs": 0}, r"--epochs is 0; it must be 1 to 1000000\.", 64),
        ({"nonsense": 1}, "Unknown option '--nonsense'", 64),
        ({"optimizer": "magic"}, "The value 'magic' is invalid for '--optimizer <optimizer>'.*", 64),
        ({"base": "nonet"}, ".*nonet.*", 1),
    ],
)
def test_errors_are_the_commands_own_sentence(
    here: Path, tmp_path: Path, options: dict[str, Any], message: str, code: int
) -> None:
    with pytest.raises(graft.GraftError) as raised:
        graft.train("flowers", output=tmp_path / "new.graft", **options)
    assert raised.value.exit_code == code
    assert "Usage" not in str(raised.value)
    assert re.fullmatch(message, str(raised.value))


def test_training_goes_on_from_a_model(here: Path, tmp_path: Path) -> None:
    shutil.copytree("flowers", tmp_path / "flowers")
    for part in ("train", "val"):
        (tmp_path / "flowers" / part / "tulips").rename(tmp_path / "flowers" / part / "others")
    model = graft.load("flowers.graft")
    for start, name in ((model, "a.graft"), ("flowers.graft", "b.graft")):
        with pytest.warns(graft.GraftWarning, match="no pictures of tulips"):
            more = graft.train(
                tmp_path / "flowers", output=tmp_path / name, from_=start, recipe="features", epochs=5
            )
        assert {"others", "tulips"} & set(more.classes) == {"others"}
    with pytest.raises(graft.GraftError, match=r"nowhere\.graft"):
        graft.train("flowers", output=tmp_path / "c.graft", from_="nowhere.graft")


def test_a_dry_run_has_no_model(here: Path) -> None:
    with pytest.raises(graft.GraftError, match="ended without a model"):
        graft.train("flowers", recipe="features", dry_run=True)
    with pytest.raises(graft.GraftError, match="wrote no JSON but 'OVERVIEW: Train a model"):
        graft.train("flowers", help=True)


def test_pictures_that_are_left_out_are_warned_of(here: Path, tmp_path: Path) -> None:
    shutil.copytree("flowers", tmp_path / "flowers")
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "flowers/train/roses" / name).write_bytes(b"")
    with pytest.warns(graft.GraftWarning, match=r"^Left out: .*a\.jpg is empty\. So are 1 more"):
        graft.train(tmp_path / "flowers", output=tmp_path / "new.graft", recipe="features")


def test_ctrl_c_leaves_what_the_next_run_goes_on_with(here: Path, tmp_path: Path) -> None:
    output = str(tmp_path / "new.graft")
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, output],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        assert process.stdout is not None
        stages = 0
        for line in process.stdout:
            stages += line == "stage\n"
            if stages == 2 and line == "epoch\n":
                process.send_signal(signal.SIGINT)
                break
        _, words = process.communicate(timeout=60)
    assert words.splitlines()[-2:] == [
        "KeyboardInterrupt",
        "Interrupted. What was computed so far is kept; run the same command with --resume to go on.",
    ]
    assert not Path(output).exists()
    resumed = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, output, "resume"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert "resumed" in resumed.stdout.split()
    assert graft.load(output).classes[0] == "daisy"


def test_a_command_that_is_killed_is_an_error(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_process, "binary", lambda: sys.executable)
    monkeypatch.chdir("/")
    with pytest.raises(graft.GraftError, match=r"graft -c was ended by signal SIGKILL\."):
        _process.run("-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


EVENTS: list[dict[str, Any]] = [
    {"event": "features", "done": 30, "total": 60, "cached": 0},
    {"event": "features", "done": 60, "total": 60, "cached": 0},
    {"event": "epoch", "stage": "head", "epoch": 1, "loss": 0.5, "validation": {"top1": 0.75, "loss": 0.6}},
]


def test_bars_show_pictures_and_epochs(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    progress = _progress.Progress(True)
    progress.words("said by the command")
    for event in EVENTS:
        progress.show(event)
    progress.close()
    shown = capsys.readouterr().err
    assert "60/60" in shown
    assert "loss=0.500, top-1=0.750" in shown
    assert "said by the command" not in shown


def test_without_tqdm_the_commands_own_lines_are_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    progress = _progress.Progress(True)
    progress.words("head      epoch 1")
    for event in EVENTS:
        progress.show(event)
    progress.close()
    assert capsys.readouterr().err == "head      epoch 1\n"


def test_nothing_is_shown_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    progress = _progress.Progress(False)
    progress.words("head      epoch 1")
    for event in EVENTS:
        progress.show(event)
    progress.close()
    assert capsys.readouterr().err == ""
