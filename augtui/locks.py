"""Locks on files that die with their holder."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

from augtui.errors import AugtuiError


class LockUnsupportedError(OSError):
    """This file system has no locks."""


class FileLock:
    """An exclusive `flock` on a file, held until `release` or the end of the process.

    A child process does not inherit it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock if it is free.

        Raises:
            LockUnsupportedError: the file system cannot lock.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL):
                raise LockUnsupportedError(error.errno, os.strerror(error.errno), str(self.path)) from error
            raise
        self._descriptor = descriptor
        return True

    def acquire(self, patience: float, who: str) -> None:
        """Take the lock, waiting up to `patience` seconds for a holder that is just leaving.

        Raises:
            AugtuiError: somebody else keeps it; `who` says what is in use.
        """
        deadline = time.monotonic() + patience
        while not self.try_acquire():
            if time.monotonic() > deadline:
                raise AugtuiError(f"{who} is in use by another process", "wait for it, or stop it first")
            time.sleep(0.05)

    def release(self) -> None:
        """Give the lock up; the file stays."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock just now."""
    if not path.exists():
        return False
    probe = FileLock(path)
    try:
        taken = probe.try_acquire()
    except LockUnsupportedError:
        return False
    probe.release()
    return not taken
