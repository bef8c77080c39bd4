"""The identity of a dataset: what its files contain and where they lie."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from augtui.dataset.layout import Layout


def fingerprint(layout: Layout, workers: int = 4) -> str:
    """16 hexadecimal digits of the sha256 over the classes and every file's split, class, path and content.

    A file that cannot be read counts as such; decoding says why.
    """
    with ThreadPoolExecutor(workers) as pool:
        contents = pool.map(_content, [layout.root / file.path for file in layout.files], chunksize=64)
    total = hashlib.sha256("\x1f".join(layout.classes).encode())
    for file, content in zip(layout.files, contents, strict=True):
        total.update(f"\x1e{file.split}\x1f{file.label}\x1f{file.path}\x1f{content}".encode(errors="surrogateescape"))
    return total.hexdigest()[:16]


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return f"unreadable {error.errno}"
