"""One image file -> a square of uint8 RGB. Every mode that Pillow reads is handled on purpose, once, here:

* EXIF orientation is applied.
* L, LA, 1, P, RGB, RGBA, CMYK, YCbCr, LAB, HSV: converted to RGB as Pillow defines it; colour profiles are left out.
* Transparency (an alpha channel, or a transparent colour or palette entry) lies over mid-grey, which is neither of
  the borders (black, white) that scanners and editors leave.
* Grey of more than eight bits: see `eight_bits`. Of 16-bit colour the upper eight bits are kept.
* Of several frames or pages the first counts.

The whole image is squeezed to the square, as the usual loaders of such studies do; nothing is cut off. Reduction
averages (Pillow's BILINEAR widens its support when it shrinks), so that there is no aliasing.
"""

from __future__ import annotations

import functools
import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from augtui.dataset.files import CorruptError as CorruptError
from augtui.dataset.files import read_image_file
from augtui.dataset.foreign import what_it_is
from augtui.dataset.grey import eight_bits
from augtui.dataset.room import Room
from augtui.text import plain

DECODE_VERSION = 2
"""Goes up whenever the same file would come out differently."""
BACKGROUND = (128, 128, 128)
"""Under transparent pixels."""
MOST_PIXELS = 178_956_970
"""Of one image; Pillow's own limit, which other libraries may lift in their process."""
_BAND = 1 << 22
"""Pixels that are hashed at a time."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes an image of each EXIF orientation upright."""
_CUT = re.compile("image file is truncated|truncated file read", re.IGNORECASE)
"""How Pillow puts it; what follows differs between its versions."""
_PLANAR, _SEPARATE = 284, 2


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """One image.

    Attributes:
        pixels: uint8 [3, S, S].
        pixel_id: sha256 of the upright RGB pixels at native size, with the size: equal pictures have equal ids.
        width, height: native, upright.
        mode, format: as in the file.
    """

    pixels: NDArray[np.uint8]
    pixel_id: str
    width: int
    height: int
    mode: str
    format: str


@dataclass(frozen=True, slots=True)
class Corrupt:
    """A file that is not a usable image."""

    path: str
    reason: str


def decode(data: bytes, size: int, room: Room | None = None) -> Decoded:
    """Decode the content of one file to a square of `size` pixels a side.

    Args:
        data: the whole file.
        size: in pixels.
        room: what large pictures wait for, where several threads decode.

    Raises:
        CorruptError: it is not an image, or is damaged.
    """
    with _explained(data):
        opened = _opened(data)
        with (room or Room()).holding(opened.width * opened.height):
            mode, form = opened.mode, opened.format or ""
            image = _upright_rgb(opened)
            square = image if image.size == (size, size) else image.resize((size, size), Image.Resampling.BILINEAR)
            pixels = np.ascontiguousarray(np.asarray(square).transpose(2, 0, 1))
            return Decoded(pixels, _pixel_id(image), image.width, image.height, mode, form)


def open_upright(path: Path) -> tuple[Image.Image, str, str]:
    """The image at native size, upright, in RGB; with the file's own mode and format.

    Raises:
        CorruptError: the file is not an image, is damaged, or cannot be read.
    """
    data = read_image_file(path)
    with _explained(data):
        opened = _opened(data)
        mode, form = opened.mode, opened.format or ""
        return _upright_rgb(opened), mode, form


@contextmanager
def _explained(data: bytes) -> Iterator[None]:
    """Whatever Pillow raises becomes a reason; only a lack of memory says nothing about the file."""
    try:
        yield
    except (CorruptError, MemoryError):
        raise
    except UnidentifiedImageError as error:
        raise CorruptError(what_it_is(data)) from error
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # on damaged files Pillow's plugins raise errors of any type
        told = plain(str(error)) or type(error).__name__
        raise CorruptError("is cut off: its end is missing" if _CUT.match(told) else f"is damaged: {told}") from error


@functools.cache
def _formats() -> tuple[str, ...]:
    """What Pillow may take a file for: all but EPS, which it reads by running Ghostscript on it."""
    Image.init()
    return tuple(sorted(set(Image.OPEN) - {"EPS"}))


def _opened(data: bytes) -> Image.Image:
    # In memory, never by name: Pillow maps files by name, and then shears grey TIFFs that are to be turned.
    opened = Image.open(io.BytesIO(data), formats=_formats())
    if opened.width * opened.height > MOST_PIXELS:
        raise _too_large()
    return opened


def _too_large() -> CorruptError:
    return CorruptError(f"is too large: it has more than {MOST_PIXELS:,} pixels")


def _upright_rgb(opened: Image.Image) -> Image.Image:
    _refuse_misread(opened)
    opened.load()
    grey = eight_bits(opened) if opened.mode.startswith("I") or opened.mode == "F" else None
    turn = _TURNS.get(_orientation(opened))
    image = opened if grey is None else grey
    return _to_rgb(image if turn is None else image.transpose(turn))


def _refuse_misread(opened: Image.Image) -> None:
    tags: Any = getattr(opened, "tag_v2", {})
    if tags.get(_PLANAR) == _SEPARATE and opened.info.get("compression") == "raw" and 16 in tags.get(258, ()):
        raise CorruptError(
            "is a 16-bit TIFF in separate planes, which Pillow misreads: save it with 8 bits, or as PNG"
        )


def _orientation(opened: Image.Image) -> int:
    """1 to 8; once a TIFF is loaded, Pillow has turned it and forgotten why."""
    try:
        return int(opened.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged metadata beside good pixels is common; every viewer then shows them as stored
        return 1


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        over = image.convert("RGBA")
        under = Image.new("RGBA", over.size, (*BACKGROUND, 255))
        return Image.alpha_composite(under, over).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _pixel_id(image: Image.Image) -> str:
    digest = hashlib.sha256(f"{image.width}x{image.height}:".encode())
    rows = max(1, _BAND // image.width)
    for top in range(0, image.height, rows):
        digest.update(image.crop((0, top, image.width, min(top + rows, image.height))).tobytes())
    return digest.hexdigest()
