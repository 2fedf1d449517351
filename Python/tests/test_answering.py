from __future__ import annotations

import copy
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import graft
from graft import _answering

#: Stands for the command: it reads paths, and does what each test puts in its place.
STAND_IN = """
import json, os, signal, sys, time
if "--version" in sys.argv:
    print("12.0")
    sys.exit()
def paths():
    rest = b""
    while content := os.read(0, 4096):
        *whole, rest = (rest + content).split(b"\\0")
        yield from (os.fsdecode(path) for path in whole if path)
def answer(path):
    print(json.dumps({"image": path, "predictions": [{"label": "daisy", "probability": 1}]}), flush=True)
"""


def stand_in(model: graft.Model, folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> graft.Model:
    path = folder / "command"
    path.write_text(f"#!{sys.executable}\n{STAND_IN}{text}\n")
    path.chmod(0o755)
    monkeypatch.setenv("GRAFT_BINARY", str(path))
    return graft.load(model.path)


def child_of(model: graft.Model) -> int | None:
    child = model._answering._child
    return None if child is None else child._process.pid


def is_there(child: int | None) -> bool:
    """Whether there is such a process, or what is left of one that nobody waited for."""
    return Path(f"/proc/{child}").exists()


def script(code: str, *given: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *map(str, given)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.fixture
def own(model: graft.Model) -> graft.Model:
    """A model that no other test asks."""
    return graft.load(model.path)


def test_one_child_answers_all_calls_with_the_same_options(own: graft.Model, daisy: Path) -> None:
    assert child_of(own) is None
    [first] = own.predict(daisy)
    child = child_of(own)
    assert is_there(child)
    assert own.predict([daisy, "nowhere.jpg", daisy])[2] == own.predict(daisy)[0] == first
    assert child_of(own) == child


def test_other_options_replace_the_child(own: graft.Model, daisy: Path) -> None:
    own.predict(daisy)
    children = [child_of(own)]
    for options in ({"threads": 1}, {"top": 1}, {"coverage": 0.5}, {"no_reject": True}, {"tta": 2}):
        own.predict(daisy, **options)
        children.append(child_of(own))
        assert is_there(children[-1])
        assert not is_there(children[-2])
    assert len(set(children)) == 6


def test_a_child_that_was_killed_while_it_waited_is_replaced(own: graft.Model, daisy: Path) -> None:
    own.predict(daisy)
    child = child_of(own)
    assert child is not None
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert own.predict(daisy)[0].label == "daisy"
    assert child_of(own) != child
    assert not is_there(child)


def test_a_child_that_dies_in_the_middle_is_one_error_with_its_words(
    model: graft.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = stand_in(
        model,
        tmp_path,
        monkeypatch,
        "for path in paths():\n"
        "    if path == 'bad': print('graft: It is broken.', file=sys.stderr); sys.exit(3)\n"
        "    if path == 'worse': os.kill(os.getpid(), signal.SIGKILL)\n"
        "    answer(path)",
    )
    with pytest.raises(graft.GraftError) as raised:
        dying.predict(["good", "bad", "good"])
    assert str(raised.value) == "It is broken. It had answered 1 of 3 pictures."
    assert raised.value.exit_code == 3
    assert child_of(dying) is None
    assert dying.predict("good")[0].label == "daisy"
    with pytest.raises(graft.GraftError, match=r"^graft predict was ended by signal SIGKILL\.$"):
        dying.predict("worse")
    assert dying.predict("good")[0].label == "daisy"


def test_answers_to_other_pictures_are_refused(
    model: graft.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swapping = stand_in(
        model,
        tmp_path,
        monkeypatch,
        "for path in paths():\n    answer(path.replace('b', 'c'))\n    if path == 'twice': answer(path)",
    )
    with pytest.raises(graft.GraftError, match=r"answered 'c', where 'b' was to be answered"):
        swapping.predict(["a", "b"])
    assert child_of(swapping) is None
    with pytest.raises(graft.GraftError, match=r"answered 'twice', where 'a' was to be answered"):
        swapping.predict(["twice", "a"])
    assert swapping.predict("a")[0].path == "a"


def test_pipes_that_are_full_on_all_sides_do_not_stop_it(
    model: graft.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talking = stand_in(
        model,
        tmp_path,
        monkeypatch,
        "print('x' * 300_000, file=sys.stderr, flush=True)\n"
        "for path in paths():\n    print('y' * 100, file=sys.stderr)\n    answer(path)",
    )
    names = [f"{number}{'z' * 200}" for number in range(5000)]
    assert [answer.path for answer in talking.predict(names)] == names


def test_many_pictures_keep_their_order(own: graft.Model, daisy: Path) -> None:
    names = [f"{number}{'z' * 200}" for number in range(3000)]
    answers = own.predict([*names, daisy])
    assert [answer.path for answer in answers] == [*names, str(daisy)]
    assert all(answer.error for answer in answers[:-1])
    assert answers[-1].label == "daisy"


def test_threads_that_share_a_model_get_their_own_answers(own: graft.Model, workplace: Path) -> None:
    pictures = sorted(map(str, (workplace / "flowers/val").glob("*/*.jpg")))
    expected = {answer.path: answer for answer in own.predict(pictures)}
    with ThreadPoolExecutor(4) as pool:
        for picture, [answer] in zip(pictures, pool.map(own.predict, pictures), strict=True):
            assert answer.path == picture
            assert answer.probabilities == pytest.approx(expected[picture].probabilities, abs=1e-5)


def test_ctrl_c_in_a_call_ends_the_child(
    model: graft.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_answering, "_PATIENCE", 60)
    waiting = stand_in(
        model,
        tmp_path,
        monkeypatch,
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "for path in paths():\n    if path == 'slow': time.sleep(60)\n    answer(path)",
    )
    waiting.predict("quick")
    child = child_of(waiting)
    start = time.monotonic()
    main = threading.main_thread().ident
    threading.Timer(0.3, signal.pthread_kill, [main, signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        waiting.predict("slow")
    assert time.monotonic() - start < 30
    assert not is_there(child)
    assert waiting.predict("quick")[0].label == "daisy"


def test_closing_ends_the_child_and_a_later_call_starts_it_again(own: graft.Model, daisy: Path) -> None:
    with own as entered:
        entered.predict(daisy)
        child = child_of(own)
    assert not is_there(child)
    own.close()
    assert own.predict(daisy)[0].label == "daisy"


def test_a_model_that_is_collected_takes_its_child_along(own: graft.Model, daisy: Path) -> None:
    other = copy.copy(own)
    other.predict(daisy)
    child = child_of(other)
    assert is_there(child)
    del other
    assert not is_there(child)


def test_a_child_that_does_not_end_by_itself_is_killed(
    model: graft.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_answering, "_PATIENCE", 0.1)
    staying = stand_in(model, tmp_path, monkeypatch, "for path in paths():\n    answer(path)\ntime.sleep(60)")
    staying.predict("a")
    child = child_of(staying)
    staying.close()
    assert not is_there(child)


EXITING = """
import sys, graft, threading
model = graft.load(sys.argv[1])
model.predict(sys.argv[2])
print(model._answering._child._process.pid)
if len(sys.argv) > 3:
    threading.Thread(target=model.predict, args=([sys.argv[2]] * 100_000,), daemon=True).start()
"""


@pytest.mark.parametrize("busy", [(), ("busy",)])
def test_the_end_of_the_program_ends_the_child(model: graft.Model, daisy: Path, busy: tuple[str]) -> None:
    start = time.monotonic()
    child = int(script(EXITING, model.path, daisy, *busy).stdout)
    assert not is_there(child)
    assert time.monotonic() - start < 30


FORKING = """
import os, sys, threading, time, graft
def child():
    return model._answering._child._process.pid
model = graft.load(sys.argv[1])
[expected] = model.predict(sys.argv[2])
first = child()
reading, writing = os.pipe()
busy = threading.Thread(target=model.predict, args=([sys.argv[2]] * 20,))
busy.start()
forked = os.fork()
if forked == 0:
    os.close(writing)
    os.read(reading, 1)
    assert model._answering._child is None
    assert model.predict(sys.argv[2]) == [expected]
    assert child() != first
    sys.exit()
busy.join()
assert model.predict(sys.argv[2]) == [expected]
assert child() == first
start = time.monotonic()
model.close()
assert time.monotonic() - start < 1.5, "the forked process holds its input open"
assert not os.path.exists(f"/proc/{first}")
os.write(writing, b".")
assert os.waitpid(forked, 0)[1] == 0
print("done")
"""


def test_a_forked_process_leaves_the_child_alone(model: graft.Model, daisy: Path) -> None:
    if sys.version_info >= (3, 12):
        code = "import warnings; warnings.simplefilter('ignore', DeprecationWarning)\n" + FORKING
    else:
        code = FORKING
    assert script(code, model.path, daisy).stdout == "done\n"


def test_at_most_four_children_wait(model: graft.Model, daisy: Path) -> None:
    models = [graft.load(model.path) for _ in range(6)]
    for each in models:
        each.predict(daisy)
    assert [is_there(child_of(each)) for each in models] == [False, False, True, True, True, True]
    models[2].predict(daisy)
    models[0].predict(daisy)
    assert [is_there(child_of(each)) for each in models] == [True, False, True, False, True, True]


def test_relative_paths_begin_in_the_current_folder(
    own: graft.Model, workplace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.predict("nowhere.jpg")
    for label in ("roses", "daisy"):
        (tmp_path / label).mkdir()
        picture = sorted((workplace / "flowers/train" / label).glob("*.jpg"))[0]
        shutil.copyfile(picture, tmp_path / label / "a.jpg")
        monkeypatch.chdir(tmp_path / label)
        assert own.predict("a.jpg")[0].probabilities == own.predict(picture)[0].probabilities


def test_files_that_were_replaced_are_read_again(
    model: graft.Model, workplace: Path, daisy: Path, tmp_path: Path
) -> None:
    shutil.copytree(model.path, tmp_path / "copy.graft")
    shutil.copyfile(daisy, tmp_path / "picture.jpg")
    own = graft.load(tmp_path / "copy.graft")
    [before] = own.predict(tmp_path / "picture.jpg")
    child = child_of(own)
    rose = sorted((workplace / "flowers/train/roses").glob("*.jpg"))[0]
    shutil.copyfile(rose, tmp_path / "picture.jpg")
    [after] = own.predict(tmp_path / "picture.jpg")
    assert after.probabilities == own.predict(rose)[0].probabilities != before.probabilities
    assert child_of(own) == child
    os.utime(tmp_path / "copy.graft/bundle.json", ns=(0, 0))
    own.predict(daisy)
    assert child_of(own) != child
    shutil.rmtree(tmp_path / "copy.graft")
    with pytest.raises(graft.GraftError, match=r"copy\.graft does not exist"):
        own.predict(daisy)


def test_the_first_name_may_hold_line_ends_and_be_longer_than_a_pipe(own: graft.Model) -> None:
    [answer] = own.predict("line\n" * 20_000)
    assert answer.error is not None
    with pytest.raises(ValueError, match="zero byte"):
        own.predict("a\0b")


def test_copies_and_pickles_have_a_child_of_their_own(own: graft.Model, daisy: Path) -> None:
    [expected] = own.predict(daisy)
    for other in (copy.copy(own), copy.deepcopy(own), pickle.loads(pickle.dumps(own))):
        assert other.predict(daisy) == [expected]
        assert child_of(other) != child_of(own)
        assert (other.path, other.classes) == (own.path, own.classes)
