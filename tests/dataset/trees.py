"""Small datasets on disk, each written as a list of lines:

train/cats/1.png             an image of its own, of the type that the name says
train/cats/                  an empty folder
train/cats/2.png <- cut      a file of a kind of `CONTENTS`
train/dogs -> ../pool        a link
dataset.toml = source = "x"  a file with that line, `\\n` being a line break
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from augtui.dataset.layout import read_layout
from augtui.dataset.store import Dataset, open_dataset
from augtui.errors import AugtuiError
from augtui.streams import stream_seed

SIDE = 8
_TYPES = {".jpg": "JPEG", ".jpeg": "JPEG", ".bmp": "BMP", ".tif": "TIFF", ".webp": "WEBP", ".gif": "GIF"}

TWO_BY_TWO = ("train/cats/1.png", "train/dogs/1.png", "test/cats/1.png", "test/dogs/1.png")
"""The smallest dataset with splits. File names repeat across classes and splits."""


def noise(name: str, width: int = SIDE, height: int = SIDE) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """uint8 [height, width, 3], different for every name."""
    return np.random.default_rng(stream_seed("test", name)).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    """The bytes of an image file."""
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()


def picture(name: str) -> bytes:
    """An image file, of the type that its name says (PNG for any other)."""
    return encoded(Image.fromarray(noise(name)), _TYPES.get(Path(name).suffix.lower(), "PNG"))


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, bits: int, colour_type: int, rows: bytes) -> bytes:
    """A PNG from its rows, each of which begins with a zero byte."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, body) for kind, body in chunks)


CONTENTS = {
    "nothing": b"",
    "cut": encoded(Image.fromarray(noise("cut", 64, 64)), "JPEG")[:-400],
    "text": "Röntgen, left knee\n".encode(),
    "noise": bytes(range(256)) * 4,
    "huge": png(20_000, 20_000, 8, 2, b""),
    "web page": b"\n<!DOCTYPE html><html><body>404</body></html>",
    "lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "dicom": bytes(128) + b"DICM" + bytes(100),
    "nifti": bytes(344) + b"n+1\0" + bytes(100),
    "heic": b"\0\0\0\x18ftypheic" + bytes(100),
    "zip": b"PK\x03\x04" + bytes(100),
    "pdf": b"%PDF-1.7\n" + bytes(100),
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\nshowpage\n%%EOF\n",
    "latin-1": "image;Größe".encode("latin-1"),
}


def grow(root: Path, lines: Iterable[str]) -> Path:
    """Write a dataset's folder."""
    root.mkdir(parents=True, exist_ok=True)
    for line in lines:
        _write(root, line)
    return root


def opened(root: Path, cache: Path, size: int = SIDE, **options: Any) -> Dataset:
    """The dataset in a folder, decoded."""
    return open_dataset(read_layout(root), size, cache=cache, **options)


def error_of(root: Path, cache: Path, **options: Any) -> AugtuiError:
    """What is said of a folder that is no good dataset."""
    try:
        opened(root, cache, **options)
    except AugtuiError as error:
        return error
    raise AssertionError(f"{root} was accepted")


def _write(root: Path, line: str) -> None:
    for mark in (" <- ", " -> ", " = "):
        name, found, rest = line.partition(mark)
        if found:
            break
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    match found:
        case " <- ":
            path.write_bytes(CONTENTS[rest])
        case " -> ":
            os.symlink(rest, path)
        case " = ":
            path.write_text(rest.replace("\\n", "\n") + "\n", encoding="utf-8")
        case _ if name.endswith("/"):
            path.mkdir(exist_ok=True)
        case _:
            path.write_bytes(picture(name))
