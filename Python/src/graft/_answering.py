"""Keeps the command running that answers pictures, so that a call does not wait for its start."""

from __future__ import annotations

import os
import select
import subprocess
import threading
import time
import weakref
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ._binary import binary
from ._errors import GraftError
from ._process import arguments, event_in, failure_in, pipe_of, positional, reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._process import Event

#: How long a child may take to end by itself, in seconds.
_PATIENCE = 2.0

#: How many children may wait for their next call in one process: each takes some 100 MB of memory.
_MOST_CHILDREN = 4

#: How many pieces are kept of what it says to people; that is much where many pictures cannot be used.
_PIECES_KEPT = 100


class Answering:
    """Asks ``graft predict MODEL -`` and keeps that child for the next call.

    It has one child at a time. The child is replaced when what it was started with has changed, and after a
    failure. It ends with :meth:`close`, when this object is collected, when the program ends, and when more
    than four wait in this process and it waits longest. Threads may share this object; they take turns. After
    a fork the new process starts a child of its own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._start: _Start | None = None
        self._finalizer: weakref.finalize[[], Answering] | None = None
        self._last_asked = 0.0
        with _all_lock:
            _all.add(self)

    def ask(self, model: Path, options: Mapping[str, object], paths: Sequence[str]) -> list[Event]:
        """What the command says of each of these files, in their order.

        Raises:
            GraftError: the command ended before it had answered all.
        """
        start = _Start.of(model, options)
        with self._lock:
            self._last_asked = time.monotonic()
            if self._child is None or self._start != start or not self._child.is_running:
                self._end()
                child = _Child(start.command)
                self._child, self._start = child, start
                # It is called by itself when this object is collected and when the program ends.
                self._finalizer = weakref.finalize(self, child.end)
                _end_eldest()
            try:
                return self._child.ask(paths)
            except BaseException:
                # It may still answer what nobody waits for.
                self._end()
                raise

    def close(self) -> None:
        """Ends the child."""
        with self._lock:
            self._end()

    def close_if_idle(self) -> None:
        """Ends the child, unless it is asked something."""
        if self._lock.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._lock.release()

    @property
    def has_child(self) -> bool:
        """Whether there is one."""
        return self._child is not None

    @property
    def last_asked(self) -> float:
        """When the last call began."""
        return self._last_asked

    def forget(self) -> None:
        """Leaves the child to the process that started it: this one was forked from that."""
        self._lock = threading.Lock()
        child, finalizer = self._child, self._finalizer
        self._child = self._start = self._finalizer = None
        if finalizer is not None:
            finalizer.detach()
        if child is not None:
            child.forget()

    def _end(self) -> None:
        finalizer = self._finalizer
        self._child = self._start = self._finalizer = None
        if finalizer is not None:
            finalizer()


class _Start(NamedTuple):
    """What a child is started with, and what it then relies on."""

    command: tuple[str, ...]
    #: Where relative paths begin.
    folder: tuple[int, int]
    #: Which files are in the model's folder: training may have replaced them.
    bundle: tuple[int, int] | None

    @classmethod
    def of(cls, model: Path, options: Mapping[str, object]) -> _Start:
        here = Path().stat()
        try:
            bundle = (model / "bundle.json").stat()
        except OSError:
            # The command says what is wrong with it.
            bundle = None
        return cls(
            command=(binary(), "predict", positional(model), "-", *arguments(options), "--json"),
            folder=(here.st_dev, here.st_ino),
            bundle=bundle and (bundle.st_ino, bundle.st_mtime_ns),
        )


class _Child:
    """A run of the command that answers paths as they come.

    It has a process group of its own, so that Ctrl-C reaches this program alone. One thread writes to it and
    reads from it at the same time, so that no pipe fills up for good.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            process_group=0,
        )
        self._pipes = tuple(map(pipe_of, (self._process.stdin, self._process.stdout, self._process.stderr)))
        self._stdin, self._stdout, self._stderr = (pipe.fileno() for pipe in self._pipes)
        os.set_blocking(self._stdin, False)
        # A zero byte at the start says that zero bytes separate the paths, which may hold line ends.
        self._unsent = memoryview(b"\0")
        self._words: deque[bytes] = deque(maxlen=_PIECES_KEPT)
        self._is_busy = False

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def ask(self, paths: Sequence[str]) -> list[Event]:
        """What the command says of each of these files, in their order."""
        encoded = b"".join(os.fsencode(path) + b"\0" for path in paths)
        self._unsent = memoryview(bytes(self._unsent) + encoded)
        self._words.clear()
        self._is_busy = True
        answers: list[Event] = []
        failure: str | None = None
        rest = b""
        poll = select.poll()
        poll.register(self._stdin, select.POLLOUT)
        poll.register(self._stdout, select.POLLIN)
        poll.register(self._stderr, select.POLLIN)
        while len(answers) < len(paths):
            for pipe, _ in poll.poll():
                if pipe == self._stdin:
                    if not self._send():
                        poll.unregister(pipe)
                    continue
                content = os.read(pipe, 1 << 16)
                if pipe == self._stderr:
                    self._words.append(content)
                    if not content:
                        poll.unregister(pipe)
                    continue
                *lines, rest = (rest + content).split(b"\n")
                for line in lines:
                    event = event_in(line)
                    failure = failure or failure_in(event, line, "predict")
                    if event is not None and "image" in event:
                        answers.append(_checked(event, len(answers), paths))
                if not content:
                    raise self._ended(failure, len(answers), len(paths))
        self._is_busy = False
        return answers

    def end(self) -> None:
        """Ends the child: at the end of its input it ends by itself."""
        if self._is_busy:
            self._process.kill()
        self._pipes[0].close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in self._pipes:
            pipe.close()

    def forget(self) -> None:
        """Closes the pipes, without which the child would not see the end of its input, and no more."""
        for pipe in self._pipes:
            pipe.close()
        # It is no child of this process, which therefore must not wait for it.
        self._process.returncode = 0

    def _send(self) -> bool:
        """Writes what fits into the pipe; ``False`` when nothing more is to be written."""
        try:
            self._unsent = self._unsent[os.write(self._stdin, self._unsent[: 1 << 16]) :]
        except BlockingIOError:
            return True
        except BrokenPipeError:
            # The end of its output says more.
            return False
        return bool(self._unsent)

    def _ended(self, failure: str | None, answered: int, asked: int) -> GraftError:
        """What to tell of a child that ended in the middle."""
        while content := os.read(self._stderr, 1 << 16):
            self._words.append(content)
        self._process.wait()
        code = self._process.returncode
        words = b"".join(self._words).decode("utf-8", "replace").splitlines()
        message = failure or reason("predict", words, code)
        if answered:
            message += f" It had answered {answered} of {asked} pictures."
        return GraftError(message, code)


def _checked(event: Event, index: int, paths: Sequence[str]) -> Event:
    """The answer, which must be that to this picture."""
    expected = paths[index] if index < len(paths) else None
    if event["image"] != expected:
        raise GraftError(f"graft predict answered {event['image']!r}, where {expected!r} was to be answered.")
    return event


#: All of this process.
_all: weakref.WeakSet[Answering] = weakref.WeakSet()
_all_lock = threading.Lock()


def _end_eldest() -> None:
    """Ends the children that wait longest, where there are too many."""
    with _all_lock:
        running = [answering for answering in _all if answering.has_child]
    running.sort(key=lambda answering: answering.last_asked)
    for answering in running[:-_MOST_CHILDREN]:
        answering.close_if_idle()


def _forget_all() -> None:
    _all_lock.release()
    for answering in list(_all):
        answering.forget()


os.register_at_fork(before=_all_lock.acquire, after_in_parent=_all_lock.release, after_in_child=_forget_all)
