"""One image file -> a square of uint8 RGB. Every mode that Pillow reads is handled on purpose, once, here:

* EXIF orientation is applied.
* L, LA, 1, P, RGB, RGBA, CMYK, YCbCr, LAB, HSV: converted to RGB as Pillow defines it.
* Transparency (an alpha channel, or a transparent palette entry) lies over mid-grey, which is neither of the
  borders (black, white) that scanners and editors leave.
* 16-bit grey (I;16 and I): the value divided by 257, so that 65535 becomes 255. Of 32-bit values beyond 65535 and
  of floating point the range of the image itself becomes 0..255: such files carry no scale of their own.
* Of several frames the first counts.

The whole image is squeezed to the square, as the usual loaders of such studies do; nothing is cut off. Reduction
averages (Pillow's BILINEAR widens its support when it shrinks), so that there is no aliasing.
"""

from __future__ import annotations

import hashlib
import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

DECODE_VERSION = 1
"""Goes up whenever the same file would come out differently."""
BACKGROUND = (128, 128, 128)
"""Under transparent pixels."""


@dataclass(frozen=True, slots=True)
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


class CorruptError(ValueError):
    """Why a file cannot be used, for people."""


def decode(path: Path, size: int) -> Decoded:
    """Decode one file to a square of `size` pixels a side.

    Raises:
        CorruptError: the file is not an image, is damaged, or cannot be read.
    """
    image, mode, form = open_upright(path)
    native = np.asarray(image)
    digest = hashlib.sha256(f"{image.width}x{image.height}:".encode())
    digest.update(native.tobytes())
    square = image if image.size == (size, size) else image.resize((size, size), Image.Resampling.BILINEAR)
    pixels = np.ascontiguousarray(np.asarray(square).transpose(2, 0, 1))
    return Decoded(pixels, digest.hexdigest(), image.width, image.height, mode, form)


def open_upright(path: Path) -> tuple[Image.Image, str, str]:
    """The image at native size, upright, in RGB; with the file's own mode and format.

    Raises:
        CorruptError: as `decode`.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorruptError(f"cannot be read: {os.strerror(error.errno or 0)}") from error
    if not data:
        raise CorruptError("is empty (0 bytes)")
    try:
        with warnings.catch_warnings():
            # A picture just below Pillow's limit for decompression bombs is large, not broken.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as opened:
                mode, form = opened.mode, opened.format or ""
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                return _to_rgb(upright), mode, form
    except UnidentifiedImageError as error:
        raise CorruptError("is not an image that Pillow can read") from error
    except Image.DecompressionBombError as error:
        raise CorruptError(f"is too large: {error}") from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, AttributeError) as error:
        # Pillow's plugins raise any of these on damaged files.
        raise CorruptError(f"is damaged: {error}") from error


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_to_eight_bits(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        over = image.convert("RGBA")
        under = Image.new("RGBA", over.size, (*BACKGROUND, 255))
        return Image.alpha_composite(under, over).convert("RGB")
    return image.convert("RGB")


def _to_eight_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """uint8 [H, W] from integer or floating grey values [H, W]."""
    numbers = np.nan_to_num(values.astype(np.float64))
    if values.dtype.kind in "iu" and numbers.min() >= 0 and numbers.max() <= 65535:
        scaled = numbers / 257.0
    else:
        low, high = numbers.min(), numbers.max()
        scaled = (numbers - low) * (255.0 / (high - low)) if high > low else np.zeros_like(numbers)
    return np.rint(scaled).astype(np.uint8)
