"""How strong the operations of the automatic augmentations are, bin by bin, as torchvision has it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.operations import OPERATIONS, code

_WITHOUT_STRENGTH = frozenset({"identity", "autocontrast", "equalize", "invert"})
_UNSIGNED = _WITHOUT_STRENGTH | {"posterize", "solarize"}
_SIGNED = torch.tensor([name not in _UNSIGNED for name in OPERATIONS])


@dataclass(frozen=True, slots=True)
class Space:
    """Operations with the largest magnitude of each; bin b of n has b / (n - 1) of it."""

    operations: tuple[str, ...]
    shear: float
    """Slope."""
    translate: float
    """Of the side, or pixels where `translate_pixels`."""
    rotate: float
    """Degrees."""
    blend: float
    """Of brightness, colour, contrast and sharpness: the factor runs from 1 - blend to 1 + blend."""
    posterize: tuple[int, int]
    """Bits kept in the first bin, and how many fewer in the last."""
    translate_pixels: bool = False

    def codes(self) -> Tensor:
        """int64 [K]: the operations as indices into OPERATIONS."""
        return torch.tensor([code(name) for name in self.operations])

    def table(self, bins: int, size: tuple[int, int]) -> Tensor:
        """float32 [len(OPERATIONS), bins]: magnitudes without their sign; 0 where an operation has none."""
        height, width = size
        first, fewer = self.posterize

        def up_to(largest: float) -> Tensor:
            return torch.linspace(0, largest, bins)

        rows = {
            "shear_x": up_to(self.shear),
            "shear_y": up_to(self.shear),
            "translate_x": up_to(self.translate * (1 if self.translate_pixels else width)),
            "translate_y": up_to(self.translate * (1 if self.translate_pixels else height)),
            "rotate": up_to(self.rotate),
            "posterize": (first - torch.arange(bins) / ((bins - 1) / fewer)).round(),
            "solarize": torch.linspace(1, 0, bins),
            **dict.fromkeys(("brightness", "colour", "contrast", "sharpness"), up_to(self.blend)),
        }
        return torch.stack([rows.get(name, torch.zeros(bins)) for name in OPERATIONS])


def signed(operation: Tensor, magnitude: Tensor, draws: Draws, name: str) -> Tensor:
    """Turns half of the magnitudes that have two directions around."""
    turned = _SIGNED[operation] & draws.chance(name, 0.5)
    return torch.where(turned, -magnitude, magnitude)


def in_words(operation: int, magnitude: float) -> str:
    """One operation for a person: "rotate -12"."""
    name = OPERATIONS[operation]
    return name if name in _WITHOUT_STRENGTH else f"{name.replace('_', ' ')} {magnitude:.3g}"


_GEOMETRY = ("shear_x", "shear_y", "translate_x", "translate_y", "rotate")
_COLOUR = ("brightness", "colour", "contrast", "sharpness")
_LEVELS = ("posterize", "solarize", "autocontrast", "equalize")

TRIVIAL = Space(
    ("identity", *_GEOMETRY, *_COLOUR, *_LEVELS),
    shear=0.99,
    translate=32.0,
    rotate=135.0,
    blend=0.99,
    posterize=(8, 6),
    translate_pixels=True,
)
RAND = Space(
    ("identity", *_GEOMETRY, *_COLOUR, *_LEVELS),
    shear=0.3,
    translate=150.0 / 331.0,
    rotate=30.0,
    blend=0.9,
    posterize=(8, 4),
)
AUTO = Space(
    (*_GEOMETRY, *_COLOUR, *_LEVELS, "invert"),
    shear=0.3,
    translate=150.0 / 331.0,
    rotate=30.0,
    blend=0.9,
    posterize=(8, 4),
)
AUGMIX = Space((*_GEOMETRY, *_LEVELS, *_COLOUR), shear=0.3, translate=1 / 3, rotate=30.0, blend=0.9, posterize=(4, 4))
AUGMIX_PARTIAL = Space((*_GEOMETRY, *_LEVELS), shear=0.3, translate=1 / 3, rotate=30.0, blend=0.9, posterize=(4, 4))
