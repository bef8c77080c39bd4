"""Files that are written as a whole: read again when they have changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from augtui.errors import AugtuiError

Value = TypeVar("Value")
Stamp = tuple[int, int, int]


class Whole(msgspec.Struct, Generic[Value]):
    """The newest readable content of a file, None before there is one."""

    path: Path
    read: Callable[[Path], Value]
    value: Value | None = None
    problem: str = ""
    """Why its newest content cannot be read; the value before it stays."""
    _stamp: Stamp | None = None

    def refresh(self) -> bool:
        """Read the file where it changed; whether it did."""
        stamp = stamp_of(self.path)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        if stamp is None:
            self.value, self.problem = None, ""
            return True
        try:
            self.value, self.problem = self.read(self.path), ""
        except FileNotFoundError:
            self.value, self._stamp = None, None
        except (AugtuiError, OSError) as error:
            self.problem = str(error)
        return True


def stamp_of(path: Path) -> Stamp | None:
    """What changes when a file is written or replaced; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
