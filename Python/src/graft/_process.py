"""Runs the command and reads its lines of JSON."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
from typing import IO, TYPE_CHECKING, Any

from ._binary import binary
from ._errors import GraftError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

#: One line of the command's JSON.
Event = dict[str, Any]


def arguments(options: Mapping[str, object]) -> list[str]:
    """Keywords as options of the command: ``learning_rate=0.001`` becomes ``--learning-rate=0.001``.

    ``True`` gives a flag; ``None`` and ``False`` give nothing.

    Example:
        >>> arguments({"learning_rate": 0.001, "no_cache": True, "strict": False, "epochs": None})
        ['--learning-rate=0.001', '--no-cache']
    """
    result = []
    for keyword, value in options.items():
        name = "--" + keyword.strip("_").replace("_", "-")
        if value is True:
            result.append(name)
        elif value is not None and value is not False:
            text = os.fspath(value) if isinstance(value, os.PathLike) else str(value)
            result.append(f"{name}={text}")
    return result


class Child:
    """A run of the command with ``--json``.

    In a ``with`` statement, iterate over it for its events, then ask :meth:`finish`. It has a process group
    of its own, so that Ctrl-C reaches this program alone, which then passes it on once: the command's first
    SIGINT leaves what a next run takes up, its second one ends it at once.
    """

    def __init__(
        self,
        command: str,
        *rest: str | os.PathLike[str],
        input: bytes = b"",  # noqa: A002
        on_words: Callable[[str], None] | None = None,
    ) -> None:
        self._command = command
        self._failure: str | None = None
        self._words: list[str] = []
        self._on_words = on_words
        self._process = subprocess.Popen(
            [binary(), command, *rest, "--json"],
            stdin=subprocess.PIPE if input else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )
        self._helpers = [threading.Thread(target=self._read_words, daemon=True)]
        if input:
            self._helpers.append(threading.Thread(target=self._write, args=(input,), daemon=True))
        for helper in self._helpers:
            helper.start()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, KeyboardInterrupt):
            self._interrupt()
            note = " ".join(said(self._words))
            if note:
                error.add_note(note)
        elif self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for helper in self._helpers:
            helper.join(1)
        for pipe in (self._process.stdout, self._process.stderr):
            pipe_of(pipe).close()

    def __iter__(self) -> Iterator[Event]:
        """The events as they come, without the last one of a failure."""
        for line in pipe_of(self._process.stdout):
            event = event_in(line)
            self._failure = self._failure or failure_in(event, line, self._command)
            if event is not None and event.get("event") not in ("error", "interrupted"):
                yield event

    def finish(self, *, accepts: Sequence[int] = (0,)) -> int:
        """Waits for the end and returns the exit code.

        Raises:
            GraftError: the command failed, or its exit code is another than these.
        """
        for _ in self:
            pass
        self._process.wait()
        for helper in self._helpers:
            helper.join()
        code = self._process.returncode
        if self._failure is not None or code not in accepts:
            raise GraftError(self._failure or reason(self._command, self._words, code), code)
        return code

    def _interrupt(self) -> None:
        """Lets the command end by itself; one more Ctrl-C ends it at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)
        try:
            for _ in pipe_of(self._process.stdout):
                pass
            self._process.wait()
        except KeyboardInterrupt:
            self._process.kill()

    def _read_words(self) -> None:
        for line in pipe_of(self._process.stderr):
            text = line.decode("utf-8", "replace").rstrip("\n")
            self._words.append(text)
            if self._on_words is not None:
                self._on_words(text)

    def _write(self, content: bytes) -> None:
        # The command may end before it has read all; its own words then say why.
        with contextlib.suppress(BrokenPipeError), pipe_of(self._process.stdin) as pipe:
            pipe.write(content)


def failure_in(event: Event | None, line: bytes, command: str) -> str | None:
    """Why the command failed, where this line of its output says so."""
    if event is None:
        # Of options such as --help.
        return f"graft {command} wrote no JSON but {line.decode('utf-8', 'replace').strip()!r}."
    if event.get("event") in ("error", "interrupted"):
        return str(event["message"])
    return None


def reason(command: str, words: Sequence[str], code: int) -> str:
    """Why the command ended, by the lines that it wrote for people and its exit code."""
    last = words[-1] if words else ""
    if code < 0:
        # What it said before may be about pictures. A crash tells more.
        last = next((line for line in words if "Fatal error" in line), last)
        ending = f" It last said: {last.strip()}" if last else ""
        return f"graft {command} was ended by signal {signal.Signals(-code).name}.{ending}"
    text = "\n".join(said(words)).strip()
    if text:
        return text
    return f"graft {command} failed with exit code {code}. {last}".strip()


def said(words: Sequence[str]) -> Iterator[str]:
    """The sentences behind the last mark of a message; not the usage that follows some."""
    marks = ("graft: ", "Error: ")
    start = max((i for i, line in enumerate(words) if line.startswith(marks)), default=None)
    if start is None:
        return
    yield words[start].removeprefix("graft: ").removeprefix("Error: ")
    for line in words[start + 1 :]:
        if line.startswith(("Usage: ", "Help: ")):
            return
        yield line


def run(
    command: str,
    *rest: str | os.PathLike[str],
    input: bytes = b"",  # noqa: A002
    accepts: Sequence[int] = (0,),
) -> list[Event]:
    """Runs the command to its end and returns its events.

    Raises:
        GraftError: it failed.
    """
    with Child(command, *rest, input=input) as child:
        events = list(child)
        child.finish(accepts=accepts)
    return events


def one(events: Sequence[Event], command: str) -> Event:
    """The only event, or the last, of a command that tells its result as one object.

    Raises:
        GraftError: there is none.
    """
    if not events:
        raise GraftError(f"graft {command} ended without a result.")
    return events[-1]


def positional(path: str | os.PathLike[str]) -> str:
    """A path that no option can be meant by.

    Example:
        >>> positional("-dash.png"), positional("photos")
        ('./-dash.png', 'photos')
    """
    text = os.fspath(path)
    return "./" + text if text.startswith("-") else text


def event_in(line: bytes) -> Event | None:
    r"""The object in a line of JSON; ``None`` where it is none.

    A byte of a path that is no text is a letter from U+10FF80 to U+10FFFF in the command's JSON. It becomes
    what stands for such a byte in Python, so that the path opens the file.

    Example:
        >>> event_in('{"image": "caf\U0010ffe9.jpg"}'.encode())
        {'image': 'caf\udce9.jpg'}
    """
    try:
        event = json.loads(_BYTE.sub(_byte, line).decode("utf-8", "surrogateescape"))
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


#: A letter from U+10FF80 to U+10FFFF in UTF-8.
_BYTE = re.compile(rb"\xf4\x8f[\xbe\xbf][\x80-\xbf]")


def _byte(letter: re.Match[bytes]) -> bytes:
    return bytes([ord(letter[0].decode()) & 0xFF])


def pipe_of(pipe: IO[bytes] | None) -> IO[bytes]:
    """The pipe, which is there."""
    if pipe is None:
        raise GraftError("A pipe of the command is missing.")
    return pipe
