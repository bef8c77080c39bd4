"""The end of a text log that grows."""

from __future__ import annotations

from pathlib import Path

from augtui.tui.feed.snapshot import LogTail

KEEP_LINES = 400
_FIRST_BYTES = 64 * 1024


class LogFile:
    """The last lines of a log; of a long one only its end is ever read."""

    def __init__(self, path: Path, title: str) -> None:
        self.path = path
        self.title = title
        self.tail = LogTail(title, ())
        self.fresh: tuple[str, ...] = ()
        """What the newest `refresh` found."""
        self._offset = -1
        self._rest = ""

    def refresh(self) -> bool:
        """Take in new lines; whether there were any."""
        self.fresh = ()
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, 2)
                if size == self._offset:
                    return False
                fresh = self._offset < 0 or size < self._offset
                start = max(0, size - _FIRST_BYTES) if fresh else max(self._offset, size - _FIRST_BYTES)
                file.seek(start)
                data = file.read(size - start)
        except OSError:
            return False
        skipped = start > 0 if fresh else start > self._offset
        text = ("" if fresh or skipped else self._rest) + data.decode(errors="replace")
        *lines, self._rest = text.split("\n")
        if skipped:
            lines = lines[1:]
        kept = [] if fresh else list(self.tail.lines)
        # What a progress bar wrote over itself shows as its last state.
        self.fresh = tuple(line.rstrip("\r").rpartition("\r")[2] for line in lines)
        kept += self.fresh
        self._offset = size
        self.tail = LogTail(self.title, tuple(kept[-KEEP_LINES:]))
        return True
