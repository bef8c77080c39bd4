"""What a file is that people take for an image and Pillow does not."""

from __future__ import annotations

_LOOKED_AT = 512
_KINDS: tuple[tuple[int, bytes, str], ...] = (
    (128, b"DICM", "is a DICOM file: export it as PNG or TIFF"),
    (344, b"n+1\0", "is a NIfTI volume: export its slices as PNG or TIFF"),
    (4, b"ftyphei", "is a HEIC photograph: save it as JPEG or PNG"),
    (4, b"ftypmif1", "is a HEIC photograph: save it as JPEG or PNG"),
    (0, b"version https://git-lfs", "is a Git LFS pointer, not the image itself: run `git lfs pull`"),
    (0, b"PK\x03\x04", "is a zip archive"),
    (0, b"%PDF", "is a PDF"),
    (0, b"%!PS", "is a PostScript drawing: export it as PNG"),
)
"""Offset, bytes there, and what to say."""


def what_it_is(data: bytes) -> str:
    """What to say of a file that is no image, by its bytes: the rest of a sentence that begins with its name."""
    for offset, magic, told in _KINDS:
        if data.startswith(magic, offset):
            return told
    start = data[:_LOOKED_AT]
    if start.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "is not an image but a web page: its download failed"
    if not any(byte < 32 and byte not in b"\t\n\v\f\r" for byte in start) and _is_utf8(start):
        return "is not an image but text"
    return "is not an image that Pillow can read"


def _is_utf8(start: bytes) -> bool:
    try:
        start.decode()
    except UnicodeDecodeError as error:
        return len(start) == _LOOKED_AT and error.start > len(start) - 4  # the last character may be cut
    return True
