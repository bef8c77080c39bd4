"""The content of a file that should be an image, or why it cannot be had."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MOST_BYTES = 1 << 31
"""Of one image file."""


class CorruptError(ValueError):
    """Why a file cannot be used, for people: the rest of a sentence that begins with its name."""


class UnreadableError(CorruptError):
    """The content is out of reach; `mark` stands for it in a fingerprint."""

    def __init__(self, reason: str, mark: str) -> None:
        super().__init__(reason)
        self.mark = mark


def read_image_file(path: Path) -> bytes:
    """The whole content.

    Raises:
        UnreadableError: it cannot be read, or is no file.
        CorruptError: it is empty, or larger than any image that could be decoded.
    """
    with _opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > MOST_BYTES:
            raise CorruptError(f"is too large: {size / 1e9:.1f} GB")
        data = file.read()
    if not data:
        raise CorruptError("is empty (0 bytes)")
    return data


def first_bytes(path: Path, count: int) -> bytes:
    """How a file begins; empty where it cannot be read."""
    try:
        with _opened(path) as file:
            return file.read(count)
    except UnreadableError:
        return b""


def content_of(path: Path) -> str:
    """The sha256 of a file of any size, or the mark of one that cannot be read (which holds a space)."""
    try:
        with _opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except UnreadableError as error:
        return error.mark


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader]:
    try:
        # A pipe without a writer would keep a blocking `open` waiting for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnreadableError("is neither a file nor a link to one", "no file")
            yield file
    except OSError as error:
        mark = f"unreadable {error.errno}"
        if isinstance(error, FileNotFoundError) and path.is_symlink():
            raise UnreadableError("is a link that leads nowhere", mark) from error
        raise UnreadableError(f"cannot be read: {error.strerror}", mark) from error
