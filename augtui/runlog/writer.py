"""The only way to append to a log: one `os.write` for each line, so that a line is whole or absent."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

from augtui.errors import writing
from augtui.runlog.events import Event, encode

CAP = 10 * 1024 * 1024
"""Bytes after which unimportant lines (progress, heartbeat) are left out."""

_UNIMPORTANT = frozenset({"progress", "step_progress", "heartbeat"})


class EventWriter:
    """Appends events to one log. A torn last line of an earlier writer is closed first.

    Args:
        path: the log; its folder exists.
        clock: seconds since 1970.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._seq = 0
        self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            os.write(self._descriptor, b"\n")

    def write(self, event: Event) -> None:
        """Append one event.

        Raises:
            OSError: the disk is full or the folder read-only.
        """
        if event.name in _UNIMPORTANT and os.fstat(self._descriptor).st_size > CAP:
            return
        self._seq += 1
        line = encode(event, self._seq, self._clock())
        with writing(self.path):
            written = os.write(self._descriptor, line)
            if written != len(line):
                raise OSError(errno.ENOSPC, "only a part of an event could be written")

    def close(self) -> None:
        os.close(self._descriptor)

    def __enter__(self) -> "EventWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
