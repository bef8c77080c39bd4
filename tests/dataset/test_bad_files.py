"""What is no usable image is told from what is, with a reason for people."""

from __future__ import annotations

import errno
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from augtui.dataset.decode import Decoded, decode, open_upright
from augtui.dataset.files import CorruptError, read_image_file

from .test_formats import tiff
from .trees import CONTENTS, SIDE, encoded, noise

COLOUR = Image.fromarray(noise("colour"))


def reason(data: bytes) -> str:
    with pytest.raises(CorruptError) as caught:
        decode(data, SIDE)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("text", "is not an image but text"),
        ("latin-1", "is not an image that Pillow can read"),
        ("noise", "is not an image that Pillow can read"),
        ("web page", "is not an image but a web page: its download failed"),
        ("lfs", "is a Git LFS pointer, not the image itself: run `git lfs pull`"),
        ("dicom", "is a DICOM file: export it as PNG or TIFF"),
        ("nifti", "is a NIfTI volume: export its slices as PNG or TIFF"),
        ("heic", "is a HEIC photograph: save it as JPEG or PNG"),
        ("zip", "is a zip archive"),
        ("pdf", "is a PDF"),
        ("eps", "is a PostScript drawing: export it as PNG"),
        ("huge", "is too large: it has more than 178,956,970 pixels"),
    ],
)
def test_a_file_that_is_no_image_is_told_by_its_content(kind: str, told: str) -> None:
    assert reason(CONTENTS[kind]) == told


@pytest.mark.parametrize("form", ["JPEG", "PNG", "BMP", "TIFF"])
def test_a_file_without_its_end_is_cut_off(form: str) -> None:
    data = encoded(Image.fromarray(noise("cut", 64, 64)), form)
    assert reason(data[: len(data) * 3 // 4]) == "is cut off: its end is missing"


def test_a_cut_text_is_still_text() -> None:
    assert reason(("x" * 511 + "ö").encode()) == "is not an image but text"


def test_a_library_that_lifts_pillows_limit_does_not_lift_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert reason(CONTENTS["huge"]) == "is too large: it has more than 178,956,970 pixels"


def test_a_tiff_that_pillow_misreads_is_refused() -> None:
    planes = np.zeros((SIDE * 3, SIDE), dtype=np.uint16)
    data = tiff(planes, {257: (SIDE,), 258: (16, 16, 16), 262: (2,), 277: (3,), 284: (2,)})
    assert reason(data).startswith("is a 16-bit TIFF in separate planes, which Pillow misreads")


def test_an_error_of_any_type_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(image: Image.Image) -> None:
        raise struct.error("unpack requires a buffer of 4 bytes\x1b[2J")

    data = encoded(COLOUR)
    monkeypatch.setattr("augtui.dataset.decode._to_rgb", fail)
    assert reason(data) == "is damaged: unpack requires a buffer of 4 bytes\\x1b[2J"


def test_too_little_memory_says_nothing_about_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(image: Image.Image) -> None:
        raise MemoryError

    data = encoded(COLOUR)
    monkeypatch.setattr("augtui.dataset.decode._to_rgb", fail)
    with pytest.raises(MemoryError):
        decode(data, SIDE)


FILES = [encoded(COLOUR, form) for form in ("PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP", "TGA", "ICO", "PPM")]


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=4),
    st.floats(0, 1),
)
def test_damage_of_any_kind_gives_a_reason_or_a_picture(
    data: bytes, changes: list[tuple[float, int]], kept: float
) -> None:
    damaged = bytearray(data)
    for place, value in changes:
        damaged[int(place * len(damaged))] = value
    try:
        found: Decoded | CorruptError = decode(bytes(damaged[: int(kept * len(damaged))]), SIDE)
    except CorruptError as error:
        found = error
    assert str(found) if isinstance(found, CorruptError) else found.pixels.shape == (3, SIDE, SIDE)


def told_of(path: Path) -> str:
    with pytest.raises(CorruptError) as caught:
        read_image_file(path)
    return str(caught.value)


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    assert told_of(tmp_path / "a.png") == "is empty (0 bytes)"


def test_a_missing_file_cannot_be_read(tmp_path: Path) -> None:
    assert told_of(tmp_path / "a.png") == "cannot be read: No such file or directory"


def test_a_link_to_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("gone.png")
    assert told_of(tmp_path / "a.png") == "is a link that leads nowhere"


def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("a.png")
    assert told_of(tmp_path / "a.png") == f"cannot be read: {os.strerror(errno.ELOOP)}"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    assert told_of(tmp_path / "a.png") == "is neither a file nor a link to one"


def test_a_file_larger_than_any_image_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "film.png"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    assert told_of(path) == "is too large: 3.0 GB"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(COLOUR))
    path.chmod(0)
    assert told_of(path) == "cannot be read: Permission denied"


def test_a_picture_is_opened_at_its_own_size(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"  # in truth a PNG
    path.write_bytes(encoded(Image.fromarray(noise("wide", 12, 6))))
    image, mode, form = open_upright(path)
    assert (image.size, image.mode, mode, form) == ((12, 6), "RGB", "RGB", "PNG")
