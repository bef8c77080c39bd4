"""The fingerprint follows what the files contain and where they lie, and nothing else."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from augtui.dataset.fingerprint import SETTLED_SECONDS, fingerprint
from augtui.dataset.layout import read_layout

from .trees import TWO_BY_TWO, grow, picture


def of(root: Path, cache: Path | None = None) -> str:
    return fingerprint(read_layout(root), cache)


def test_it_is_sixteen_hexadecimal_digits(root: Path) -> None:
    assert int(of(grow(root, TWO_BY_TWO)), 16) >= 0
    assert len(of(root)) == 16


def test_the_order_of_writing_and_the_place_do_not_matter(tmp_path: Path) -> None:
    first = grow(tmp_path / "first", TWO_BY_TWO)
    second = grow(tmp_path / "second", TWO_BY_TWO[::-1])
    assert of(first) == of(second)


def test_links_and_times_do_not_matter(tmp_path: Path, root: Path) -> None:
    grow(root, TWO_BY_TWO)
    linked = tmp_path / "linked"
    shutil.copytree(root, linked)
    (linked / "train/cats/1.png").unlink()
    (linked / "train/cats/1.png").symlink_to(root / "train/cats/1.png")
    os.utime(linked / "test/cats/1.png", (0, 0))
    assert of(linked) == of(root)


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda root: (root / "train/cats/1.png").write_bytes(picture("another")),
    "emptied": lambda root: (root / "train/cats/1.png").write_bytes(b""),
    "added": lambda root: (root / "train/cats/2.png").write_bytes(picture("another")),
    "renamed": lambda root: (root / "train/cats/1.png").rename(root / "train/cats/2.png"),
    "class renamed": lambda root: [
        (root / part / "cats").rename(root / part / "lions") for part in ("train", "test")
    ],
    "two swapped": lambda root: swap(root / "train/cats/1.png", root / "train/dogs/1.png"),
    "manifest": lambda root: (root / "manifest.csv").write_text("path,patient\n", encoding="utf-8"),
    "a dead link": lambda root: (root / "train/cats/2.png").symlink_to("gone"),
}


def swap(first: Path, second: Path) -> None:
    aside = first.with_suffix(".aside")
    first.rename(aside)
    second.rename(first)
    aside.rename(second)


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_the_images_changes_it(root: Path, change: str) -> None:
    before = of(grow(root, TWO_BY_TWO))
    CHANGES[change](root)
    assert of(root) != before


def test_a_description_is_no_part_of_it(root: Path) -> None:
    before = of(grow(root, TWO_BY_TWO))
    grow(root, ['dataset.toml = source = "here"'])
    assert of(root) == before


@pytest.fixture
def settled(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset that was written a while ago."""
    grow(root, TWO_BY_TWO)
    later = time.time() + 2 * SETTLED_SECONDS
    monkeypatch.setattr(time, "time", lambda: later)
    return root


def test_files_that_stay_as_they_are_are_read_once(
    settled: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = of(settled, cache)
    monkeypatch.setattr("augtui.dataset.fingerprint.content_of", lambda path: pytest.fail(f"{path} is read again"))
    assert of(settled, cache) == first


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_remembered_follows_every_change(settled: Path, cache: Path, change: str) -> None:
    of(settled, cache)
    CHANGES[change](settled)
    assert of(settled, cache) == of(settled)


def test_a_change_that_sets_size_and_time_back_is_seen(settled: Path, cache: Path) -> None:
    path = settled / "train/cats/1.png"
    of(settled, cache)
    status, data = path.stat(), bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert of(settled, cache) == of(settled)


def test_files_that_just_changed_are_not_remembered(root: Path, cache: Path) -> None:
    of(grow(root, TWO_BY_TWO), cache)
    assert not (cache / "fingerprints").exists()


def test_files_that_cannot_be_read_are_not_remembered(settled: Path, cache: Path) -> None:
    (settled / "train/cats/2.png").symlink_to("gone")
    of(settled, cache)
    assert not (cache / "fingerprints").exists()


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(settled: Path, cache: Path) -> None:
    cache.write_text("a file")
    assert of(settled, cache) == of(settled)


def test_reading_is_told(root: Path) -> None:
    told: list[tuple[int, int, str]] = []
    fingerprint(read_layout(grow(root, TWO_BY_TWO)), None, lambda *progress: told.append(progress))
    assert told == [(number, 4, "reading") for number in (1, 2, 3, 4)]
