"""The identity of a dataset: what its files contain and where they lie.

Reading every file takes minutes for a large set on a slow disk, and every process of a study asks. So the answer is
kept under what the file system says about the files; their times of change included, which no copying program can
set back.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from augtui.dataset.files import content_of
from augtui.dataset.layout import MANIFEST, Layout
from augtui.jobs import Progress
from augtui.paths import write_atomic

SETTLED_SECONDS = 10.0
"""A file that changed this short ago may change again within one tick of the file system's clock."""


def fingerprint(layout: Layout, cache: Path | None = None, progress: Progress | None = None, workers: int = 4) -> str:
    """16 hexadecimal digits of the sha256 over the classes, every file's split, class, path and content, and
    manifest.csv, which may say what belongs together.

    A file that cannot be read counts as such; decoding says why.

    Args:
        layout: the dataset's folder, read.
        cache: root of the cache, where the answer is looked up and kept; None reads every file.
        progress: told about reading.
        workers: threads.
    """
    known = None if cache is None else _note_of(layout, cache)
    if known is not None and known.is_file():
        return known.read_text(encoding="ascii")
    total = len(layout.files)
    contents = []
    with ThreadPoolExecutor(workers) as pool:
        for content in pool.map(content_of, [layout.root / file.path for file in layout.files]):
            contents.append(content)
            if progress is not None:
                progress(len(contents), total, "reading")
    found = combined(layout, contents)
    # Whether a file can be read is not in its status, and may differ between those who share the cache.
    if known is not None and all(map(_is_hash, contents)) and known == _note_of(layout, known.parent.parent):
        _keep(known, found)
    return found


def combined(layout: Layout, contents: Iterable[str]) -> str:
    """The fingerprint of a layout whose files have these contents, as `content_of` gives them."""
    total = hashlib.sha256("\x1f".join(layout.classes).encode())
    for file, content in zip(layout.files, contents, strict=True):
        total.update(f"\x1e{file.split}\x1f{file.label}\x1f{file.path}\x1f{content}".encode())
    manifest = layout.root / MANIFEST
    if manifest.exists():
        total.update(f"\x1e{MANIFEST}\x1f{content_of(manifest)}".encode())
    return total.hexdigest()[:16]


def _note_of(layout: Layout, cache: Path) -> Path | None:
    """Where the fingerprint of the files as they lie now is kept; None while they may still be changing."""
    digest = hashlib.sha256(os.fsencode(layout.root.resolve()))
    digest.update("\x1f".join(layout.classes).encode())
    newest = 0
    paths = [*((file.path, f"{file.split}\x1f{file.label}") for file in layout.files), (MANIFEST, "")]
    for path, place in paths:
        try:
            status = os.stat(layout.root / path)
        except OSError as error:
            told = f"unreadable {error.errno}"
        else:
            told = f"{status.st_dev} {status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"
            newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        digest.update(f"\x1e{path}\x1f{place}\x1f{told}".encode())
    if newest > (time.time() - SETTLED_SECONDS) * 1e9:
        return None
    return cache / "fingerprints" / digest.hexdigest()[:32]


def _is_hash(content: str) -> bool:
    return " " not in content


def _keep(note: Path, found: str) -> None:
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(note, found)
    except OSError:
        return  # a cache that cannot be written costs time, not the answer
