"""Decoded images: the same from the cache as from the files, for everybody, or one clear refusal."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import PIL
import pytest

from augtui.dataset.decode import decode
from augtui.dataset.entry import EntryWriter, new_entry
from augtui.dataset.files import UnreadableError, read_image_file
from augtui.dataset.layout import read_layout
from augtui.dataset.store import Dataset, duplicates, open_dataset
from augtui.errors import AugtuiError, ExitCode
from augtui.folders import sweep

from .trees import CONTENTS, SIDE, TWO_BY_TWO, error_of, grow, opened, picture

BAD = ("train/cats/2.png <- text", "train/cats/3.png", "test/dogs/0.png <- nothing")


def content(dataset: Dataset) -> tuple[object, ...]:
    """Everything about a dataset, to be compared."""
    fields = [getattr(dataset, name) for name in Dataset.__slots__ if name not in ("labels", "pixels")]
    return (*fields, dataset.labels.tolist(), dataset.pixels.tobytes(), dataset.pixels.shape)


def entries(cache: Path) -> list[str]:
    return sorted(os.listdir(cache / "decoded"))


def told(root: Path, cache: Path) -> list[str]:
    """What is decoded: the messages of the progress."""
    messages: list[str] = []
    opened(root, cache, progress=lambda done, total, message: messages.append(f"{message} {done}/{total}"))
    return [message for message in messages if message.startswith("decoding")]


def test_rows_are_in_the_order_of_paths_with_their_pixels(root: Path, cache: Path) -> None:
    dataset = opened(grow(root, TWO_BY_TWO), cache)
    assert dataset.paths == tuple(sorted(TWO_BY_TWO))
    assert dataset.labels.tolist() == [0, 1, 0, 1]
    assert dataset.splits == ("test", "test", "train", "train")
    assert dataset.pixels.shape == (4, 3, SIDE, SIDE)
    for row, path in enumerate(dataset.paths):
        np.testing.assert_array_equal(dataset.pixels[row], decode(read_image_file(root / path), SIDE).pixels)


def test_size_and_mode_of_the_file_are_kept(root: Path, cache: Path) -> None:
    grow(root, [*TWO_BY_TWO, "train/cats/2.gif"])
    dataset = opened(root, cache, size=5)
    row = dataset.paths.index("train/cats/2.gif")
    assert (dataset.size, dataset.sizes[row], dataset.modes[row], dataset.formats[row]) == (5, (8, 8), "P", "GIF")


def test_the_cache_gives_what_decoding_gave(root: Path, cache: Path) -> None:
    cold = content(opened(grow(root, [*TWO_BY_TWO, *BAD]), cache, on_corrupt="skip"))
    assert content(opened(root, cache, on_corrupt="skip")) == cold


def test_a_dataset_is_decoded_once(root: Path, cache: Path) -> None:
    assert told(grow(root, TWO_BY_TWO), cache) == [f"decoding {done}/4" for done in (1, 2, 3, 4)]
    assert told(root, cache) == []


def test_a_copy_elsewhere_is_not_decoded_again(root: Path, tmp_path: Path, cache: Path) -> None:
    opened(grow(root, TWO_BY_TWO), cache)
    assert told(grow(tmp_path / "copy", TWO_BY_TWO), cache) == []


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_number_of_threads_does_not_matter(root: Path, tmp_path: Path, workers: int) -> None:
    grow(root, [f"{part}/{name}/{n}.png" for part in ("train", "test") for name in "ab" for n in range(12)])
    expected = content(opened(root, tmp_path / "one", workers=3))
    assert content(opened(root, tmp_path / "other", workers=workers)) == expected


def test_another_content_is_decoded_anew(root: Path, cache: Path) -> None:
    before = opened(grow(root, TWO_BY_TWO), cache)
    (root / "train/cats/1.png").write_bytes(picture("another"))
    after = opened(root, cache)
    assert after.fingerprint != before.fingerprint
    np.testing.assert_array_equal(after.pixels[2], decode(picture("another"), SIDE).pixels)
    assert len(entries(cache)) == 2


def test_each_size_has_an_entry(root: Path, cache: Path) -> None:
    grow(root, TWO_BY_TWO)
    assert [opened(root, cache, size=size).size for size in (4, 8)] == [4, 8]
    assert len(entries(cache)) == 2


def test_another_pillow_decodes_anew(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(grow(root, TWO_BY_TWO), cache)
    monkeypatch.setattr(PIL, "__version__", "99.0")
    assert told(root, cache) != []


def test_pixels_are_mapped_read_only(root: Path, cache: Path) -> None:
    pixels = opened(grow(root, TWO_BY_TWO), cache).pixels
    assert isinstance(pixels, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        pixels[0] = 0


def test_a_corrupt_image_stops_by_default_and_names_the_file(root: Path, cache: Path) -> None:
    error = error_of(grow(root, [*TWO_BY_TWO, *BAD]), cache)
    assert error.message == (
        f"{root}: 2 corrupt images: test/dogs/0.png is empty (0 bytes); train/cats/2.png is not an image but text"
    )
    assert error.exit_code == ExitCode.CHECK_BLOCKS


def test_skipping_leaves_out_the_corrupt_ones_alone(root: Path, cache: Path) -> None:
    dataset = opened(grow(root, [*TWO_BY_TWO, *BAD]), cache, on_corrupt="skip")
    assert [bad.path for bad in dataset.corrupt] == ["test/dogs/0.png", "train/cats/2.png"]
    assert dataset.paths == tuple(sorted([*TWO_BY_TWO, "train/cats/3.png"]))
    good = decode(read_image_file(root / "train/cats/3.png"), SIDE)
    np.testing.assert_array_equal(dataset.pixels[dataset.paths.index("train/cats/3.png")], good.pixels)


def test_stopping_after_skipping_needs_no_new_decoding(root: Path, cache: Path) -> None:
    opened(grow(root, [*TWO_BY_TWO, *BAD]), cache, on_corrupt="skip")
    assert "2 corrupt images" in error_of(root, cache).message
    assert len(entries(cache)) == 1


def test_a_class_without_a_good_image_is_refused(root: Path, cache: Path) -> None:
    grow(root, [*TWO_BY_TWO, "test/cats/1.png <- text"])
    error = error_of(root, cache, on_corrupt="skip")
    assert error.message == f"{root}: every image of test/cats/ is corrupt: 1.png is not an image but text"


def test_groups_are_given_row_by_row(root: Path, cache: Path) -> None:
    grow(root, ["cats/a1.png", "cats/a2.png <- text", "cats/b1.png", "dogs/c1.png"])
    assert opened(root, cache, on_corrupt="skip", group=r"([a-z])\d").groups == ("a", "b", "c")


def test_a_wrong_group_is_refused_before_anything_is_decoded(root: Path, cache: Path) -> None:
    assert "fits no file name" in error_of(grow(root, TWO_BY_TWO), cache, group="(x)").message
    assert not cache.exists()


def test_equal_pictures_are_found_whatever_their_files(root: Path, cache: Path) -> None:
    grow(root, TWO_BY_TWO)
    for name in ("train/cats/0.png", "test/dogs/2.png"):
        (root / name).write_bytes((root / "train/dogs/1.png").read_bytes())
    dataset = opened(root, cache)
    assert [[dataset.paths[row] for row in rows] for rows in duplicates(dataset)] == [
        ["test/dogs/2.png", "train/cats/0.png", "train/dogs/1.png"]
    ]


def test_a_known_fingerprint_saves_reading(root: Path, cache: Path) -> None:
    known = opened(grow(root, TWO_BY_TWO), cache).fingerprint
    (root / "train/cats/1.png").write_bytes(picture("another"))
    layout = read_layout(root)
    assert open_dataset(layout, SIDE, cache=cache, fingerprint=known).fingerprint == known


def test_images_that_change_while_they_are_decoded_leave_no_entry(root: Path, cache: Path) -> None:
    layout = read_layout(grow(root, TWO_BY_TWO))

    def disturb(done: int, total: int, message: str) -> None:
        if (message, done) == ("reading", total):
            (root / "train/dogs/1.png").write_bytes(picture("another"))

    with pytest.raises(AugtuiError) as caught:
        open_dataset(layout, SIDE, cache=cache, progress=disturb)
    assert caught.value.message == f"the images in {root} changed, or could not all be read, while they were decoded"
    assert entries(cache) == []


def test_an_image_that_cannot_be_read_just_now_is_not_taken_for_corrupt(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> bytes:
        raise UnreadableError("cannot be read: Stale file handle", f"unreadable {errno.ESTALE}")

    grow(root, TWO_BY_TWO)
    with monkeypatch.context() as patch:
        patch.setattr("augtui.dataset.build.read_image_file", fail)
        assert "could not all be read" in error_of(root, cache, on_corrupt="skip").message
    assert opened(root, cache).corrupt == ()


def test_too_little_memory_names_the_image_and_leaves_no_entry(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: bytes, size: int, room: object) -> None:
        raise MemoryError

    monkeypatch.setattr("augtui.dataset.build.decode", fail)
    error = error_of(grow(root, TWO_BY_TWO), cache)
    assert error.message == f"there is too little memory to decode {root}/test/cats/1.png"
    assert entries(cache) == []


def damaged(cache: Path, name: str, data: bytes) -> None:
    (entry,) = (cache / "decoded").iterdir()
    (entry / name).write_bytes(data)


@pytest.mark.parametrize(
    ("name", "data"), [("pixels.u8", b"\0" * 10), ("index.json", b'{"good": ['), ("index.json", b"")]
)
def test_a_damaged_entry_is_made_again(root: Path, cache: Path, name: str, data: bytes) -> None:
    whole = content(opened(grow(root, TWO_BY_TWO), cache))
    damaged(cache, name, data)
    assert content(opened(root, cache)) == whole


def test_an_entry_without_its_pixels_is_made_again(root: Path, cache: Path) -> None:
    whole = content(opened(grow(root, TWO_BY_TWO), cache))
    (entry,) = (cache / "decoded").iterdir()
    (entry / "pixels.u8").unlink()
    assert content(opened(root, cache)) == whole


def test_an_entry_that_another_process_made_first_stays(root: Path, cache: Path) -> None:
    dataset = opened(grow(root, TWO_BY_TWO), cache)
    (entry,) = (cache / "decoded").iterdir()
    before = (entry / "pixels.u8").stat().st_ino
    with new_entry(entry, SIDE) as writer:
        for row, path in enumerate(dataset.paths):
            writer.add(row, decode(read_image_file(root / path), SIDE))
    assert (entry / "pixels.u8").stat().st_ino == before
    assert entries(cache) == [entry.name]


def test_what_a_living_builder_writes_is_not_swept_away(cache: Path) -> None:
    with new_entry(cache / "decoded" / "key", SIDE) as writer:
        sweep(cache / "decoded")
        writer.leave_out(0, "is empty (0 bytes)")
    assert sorted(os.listdir(cache / "decoded" / "key")) == ["index.json", "pixels.u8"]


def test_a_warm_cache_is_only_read(root: Path, cache: Path) -> None:
    opened(grow(root, TWO_BY_TWO), cache)

    def state() -> list[tuple[str, int]]:
        return [(str(path), path.stat().st_mtime_ns) for path in sorted(cache.rglob("*"))]

    before = state()
    opened(root, cache)
    assert state() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_cache_serves_what_it_has(root: Path, cache: Path) -> None:
    cold = content(opened(grow(root, TWO_BY_TWO), cache))
    folders = [cache, cache / "decoded", *(cache / "decoded").iterdir()]
    for folder in folders:
        folder.chmod(0o555)
    try:
        assert content(opened(root, cache)) == cold
        error = error_of(root, cache, size=4)
        assert error.message == f"cannot use the cache {cache}: Permission denied"
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_a_cache_that_is_a_file_is_told(root: Path, cache: Path) -> None:
    cache.write_bytes(CONTENTS["text"])
    error = error_of(grow(root, TWO_BY_TWO), cache)
    assert error.message in (
        f"cannot use the cache {cache}: {reason}" for reason in ("Not a directory", "File exists")
    )
    assert error.exit_code == ExitCode.RUN_FAILED


def test_a_full_disk_is_told_and_leaves_nothing(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(writer: EntryWriter) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(EntryWriter, "finish", full)
    error = error_of(grow(root, TWO_BY_TWO), cache)
    assert error.message == f"cannot use the cache {cache}: No space left on device"
    assert error.hint.endswith("augtui clean --cache makes room")
    assert entries(cache) == []
