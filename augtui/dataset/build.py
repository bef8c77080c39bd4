"""Decoding a whole dataset, on all cores, into an entry of the cache."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from augtui.dataset.decode import Decoded, decode
from augtui.dataset.entry import new_entry
from augtui.dataset.files import CorruptError, UnreadableError, content_of, read_image_file
from augtui.dataset.fingerprint import combined
from augtui.dataset.layout import Layout
from augtui.dataset.room import Room
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import Progress
from augtui.text import plain

AHEAD = 4
"""Images per thread that may be decoded before they are written."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What became of one file."""

    content: str
    """As `content_of` gives it."""
    image: Decoded | None
    reason: str = ""


def build(
    layout: Layout, size: int, place: Path, identity: str, progress: Progress | None, workers: int | None = None
) -> None:
    """Decode every file and put the result in its place in the cache.

    Args:
        layout: the dataset's folder, read.
        size: side of the stored square, in pixels.
        place: the entry.
        identity: the fingerprint that the entry is named after. What is decoded must have it: files may change, or
            fail to be read, between the two.
        progress: told after each image.
        workers: threads; all cores by default.

    Raises:
        AugtuiError: the files changed, or there is too little memory.
        OSError: the cache cannot be written.
    """
    contents = []
    # A large picture is no attack, and damaged metadata no reason to alarm anyone. Filters belong to the process, so
    # that one thread sets them for all.
    with warnings.catch_warnings(), new_entry(place, size) as entry:
        warnings.filterwarnings("ignore", module="PIL")
        for number, read in enumerate(_read_all(layout, size, workers or _cores())):
            contents.append(read.content)
            if read.image is None:
                entry.leave_out(number, read.reason)
            else:
                entry.add(number, read.image)
            if progress is not None:
                progress(number + 1, len(layout.files), "decoding")
        if combined(layout, contents) != identity:
            raise AugtuiError(
                f"the images in {layout.root} changed, or could not all be read, while they were decoded",
                "wait until nothing writes there any more, and start again",
                ExitCode.RUN_FAILED,
            )


def _read_all(layout: Layout, size: int, workers: int) -> Iterator[_Read]:
    """In the order of the files. Pillow lets go of the interpreter while it decodes and resizes."""
    room = Room()
    pending: deque[Future[_Read]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for file in layout.files:
            pending.append(pool.submit(_read, layout.root / file.path, size, room))
            if len(pending) >= workers * AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _read(path: Path, size: int, room: Room) -> _Read:
    try:
        data = read_image_file(path)
    except UnreadableError as error:
        return _Read(error.mark, None, str(error))
    except CorruptError as error:
        return _Read(content_of(path), None, str(error))
    content = hashlib.sha256(data).hexdigest()
    try:
        return _Read(content, decode(data, size, room))
    except CorruptError as error:
        return _Read(content, None, str(error))
    except MemoryError as error:
        raise AugtuiError(
            f"there is too little memory to decode {plain(str(path))}",
            "close other programs, or make the image smaller",
            ExitCode.RUN_FAILED,
        ) from error


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
