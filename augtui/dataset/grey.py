"""Grey values of more than eight bits -> eight bits, by a rule that the file alone decides."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FULL = 65535
_BITS_PER_SAMPLE, _PHOTOMETRIC = 258, 262
_WHITE_IS_ZERO = 0


def eight_bits(image: Image.Image) -> Image.Image:
    """An image of mode L from one of mode I;16…, I or F.

    Integers in 0..65535 are divided by 257, so that 65535 becomes 255; those of a 12-bit TIFF likewise by 4095 / 255.
    Of other values (negative, above 65535, floating point) the image's own range becomes 0..255: such files carry no
    scale. Values that are no numbers count as the lowest, infinite ones as the lowest or highest.
    """
    values = np.asarray(image)
    if values.dtype.kind in "iu" and values.min() >= 0 and values.max() <= FULL:
        grey = _table(*_scale(image))[values]
    else:
        grey = _stretched(values)
    return Image.fromarray(grey)


def _table(top: int, inverted: bool) -> NDArray[np.uint8]:
    """uint8 [65536]: the grey of every value."""
    scaled: NDArray[np.uint8] = np.minimum(np.rint(np.arange(FULL + 1) * (255 / top)), 255).astype(np.uint8)
    return np.subtract(255, scaled) if inverted else scaled


def _scale(image: Image.Image) -> tuple[int, bool]:
    """The value of full scale, and whether it is black: Pillow minds neither for more than eight bits of a TIFF."""
    tags: Any = getattr(image, "tag_v2", {})
    twelve = tags.get(_BITS_PER_SAMPLE) == (12,)
    return 4095 if twelve else FULL, tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO


def _stretched(values: NDArray[Any]) -> NDArray[np.uint8]:
    finite = values[np.isfinite(values)]
    if not finite.size or finite.min() == finite.max():
        return np.zeros(values.shape, dtype=np.uint8)
    low, high = float(finite.min()), float(finite.max())
    known = np.clip(np.nan_to_num(values, nan=low, posinf=high, neginf=low), low, high)
    # Halved first: the whole range of 32-bit floating point does not fit into itself.
    share = (known.astype(np.float64) / 2 - low / 2) / (high / 2 - low / 2)
    grey: NDArray[np.uint8] = np.rint(share * 255).astype(np.uint8)
    return grey
