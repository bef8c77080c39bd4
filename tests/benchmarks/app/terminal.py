"""Programs in a real tmux, driven through its control mode: every byte that they write comes with its time.

Keys go in and output comes out on two pipes of one long-lived client, so that no process is started to press a key.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from tests.benchmarks.app.process import thread_seconds

QUIET_SECONDS = 0.1
"""Silence that ends a paint. The app itself waits longer before what it does when keys rest."""
DEADLINE = 30.0
_OCTAL = re.compile(rb"\\([0-7]{3})")
_POSITION = re.compile(r"\x1b\[[0-9;]*H")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[ -/]*[0-~])")


@dataclass(frozen=True, slots=True)
class Paint:
    """What a key did to the screen."""

    first: float
    """Seconds to the first byte."""
    last: float
    """Seconds to the last one."""
    size: int
    """Bytes written; 0 where the key changed nothing."""
    cpu: float
    """Seconds of CPU time of the program."""


@dataclass
class Pane:
    """A program that runs in a window of its own."""

    terminal: Terminal
    id: str
    pid: int
    opened: float
    chunks: list[tuple[float, bytes]] = field(default_factory=list)

    @property
    def written(self) -> int:
        """Bytes so far."""
        return sum(len(data) for _, data in list(self.chunks))

    def text(self, since: int = 0) -> str:
        """What was written from a chunk on, without its escape sequences; a line for each move of the cursor."""
        return plain_text(b"".join(data for _, data in self.chunks[since:]))

    def wait_for(self, texts: Sequence[str], since: int = 0, seconds: float = DEADLINE) -> float:
        """Wait until all texts have been written; the time at which the last one was complete."""

        def there() -> float | None:
            text = self.text(since)
            return self.chunks[-1][0] if all(wanted in text for wanted in texts) else None

        try:
            return self.terminal.wait(there, f"{texts} in {self.id}", seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.screen}") from error

    def settle(self, quiet: float = QUIET_SECONDS) -> None:
        """Wait until nothing is written for a while."""
        start = time.monotonic()

        def still() -> bool | None:
            last = self.chunks[-1][0] if self.chunks else 0.0
            return time.monotonic() - max(last, start) >= quiet or None

        self.terminal.wait(still, f"an end of the output of {self.id}")

    def press(self, key: str) -> Paint:
        """Press a key (in tmux's words, or one character) and wait for the end of what it paints."""
        known, cpu = len(self.chunks), thread_seconds(self.pid)
        pressed = time.monotonic()
        self.terminal.send(f"send-keys -t {self.id} {shlex.quote(key)}")

        def painted() -> bool | None:
            now = time.monotonic()
            if len(self.chunks) == known:
                return now - pressed > 5 * QUIET_SECONDS or None
            return now - self.chunks[-1][0] >= QUIET_SECONDS or None

        self.terminal.wait(painted, f"a paint after {key}")
        new = self.chunks[known:]
        used = thread_seconds(self.pid) - cpu
        if not new:
            return Paint(0.0, 0.0, 0, used)
        return Paint(new[0][0] - pressed, new[-1][0] - pressed, sum(len(data) for _, data in new), used)

    @property
    def screen(self) -> str:
        """What tmux shows of it."""
        return "\n".join(self.terminal.ask(f"capture-pane -p -t {self.id}"))

    def close(self) -> None:
        """End the program with its window."""
        self.terminal.ask(f"kill-window -t {self.id}")


class Terminal:
    """A tmux server of its own."""

    def __init__(self, columns: int = 160, rows: int = 45) -> None:
        self._socket = f"augtui-benchmark-{os.getpid()}"
        self._panes: dict[str, Pane] = {}
        self._early: dict[str, list[tuple[float, bytes]]] = {}
        self._changed = threading.Condition()
        self._replies: SimpleQueue[list[str]] = SimpleQueue()
        self._sent = 0
        """Commands whose replies have not been taken."""
        tmux = shutil.which("tmux")
        if tmux is None:
            raise SystemExit("tmux is needed for these measurements")
        size = ["-x", str(columns), "-y", str(rows)]
        self._client = subprocess.Popen(
            [tmux, "-L", self._socket, "-f", "/dev/null", "-C", "new-session", *size, "exec sleep 100000"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._tmux = tmux
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._replies.get()  # of new-session
        self.ask(f"refresh-client -C {columns}x{rows}")
        self.ask("set -g default-terminal tmux-256color")
        self.ask("set -g status off")

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run([self._tmux, "-L", self._socket, "kill-server"], check=False, capture_output=True)
        self._client.wait()

    def open(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Pane:
        """Start a program."""
        settings = " ".join(f"-e {shlex.quote(f'{name}={value}')}" for name, value in environment.items())
        command = shlex.quote("exec " + shlex.join(arguments))
        opened = time.monotonic()
        told = self.ask(
            f"new-window -P -F '#{{pane_id}} #{{pane_pid}}' -c {shlex.quote(str(folder))} {settings} {command}"
        )
        name, pid = told[0].split()
        with self._changed:
            pane = self._panes[name] = Pane(self, name, int(pid), opened, self._early.pop(name, []))
        return pane

    def send(self, command: str) -> None:
        """Give a command; its reply is left for `ask`, which comes after it."""
        assert self._client.stdin is not None
        self._client.stdin.write(command.encode() + b"\n")
        self._client.stdin.flush()
        self._sent += 1

    def ask(self, command: str) -> list[str]:
        """Give a command and wait for the lines of its reply."""
        self.send(command)
        reply: list[str] = []
        while self._sent:
            reply = self._replies.get(timeout=DEADLINE)
            self._sent -= 1
        return reply

    def wait(self, found: Callable[[], object], what: str, seconds: float = DEADLINE) -> float:
        """Look again whenever something was written, until something is found; gives it."""
        end = time.monotonic() + seconds
        with self._changed:
            while (result := found()) is None:
                if time.monotonic() > end:
                    raise TimeoutError(f"did not come within {seconds:g} s: {what}")
                self._changed.wait(0.01)
        return result  # type: ignore[return-value]

    def _read(self) -> None:
        stream: IO[bytes] | None = self._client.stdout
        assert stream is not None
        reply: list[str] | None = None
        for line in stream:
            now = time.monotonic()
            if line.startswith(b"%output "):
                _, pane, data = line.rstrip(b"\n").split(b" ", 2)
                self._keep(pane.decode(), now, _OCTAL.sub(lambda found: bytes([int(found[1], 8)]), data))
            elif line.startswith(b"%begin "):
                reply = []
            elif line.startswith((b"%end ", b"%error ")) and reply is not None:
                if line.startswith(b"%error "):
                    print("tmux:", *reply)
                self._replies.put(reply)
                reply = None
            elif reply is not None:
                reply.append(line.decode(errors="replace").rstrip("\n"))

    def _keep(self, name: str, now: float, data: bytes) -> None:
        with self._changed:
            pane = self._panes.get(name)
            (pane.chunks if pane is not None else self._early.setdefault(name, [])).append((now, data))
            self._changed.notify_all()


def plain_text(data: bytes) -> str:
    """Output without escape sequences; each move of the cursor begins a line."""
    return _ESCAPE.sub("", _POSITION.sub("\n", data.decode(errors="replace")))
