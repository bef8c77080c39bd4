"""Method 1 of the original study: flips, an affine warp, crop or pad; one resample for all of them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.affine import compose, inverse_margins, inverse_warp, mirroring
from augtui.engine.policies.base import phrases
from augtui.engine.policies.motion import ChainMotion, Motion, Mover
from augtui.engine.policies.padding import BORDERS, LINEAR_RAMP
from augtui.engine.policies.stages import Chain, Stage
from augtui.engine.policies.values import Name, Number, draw_name, draw_number

_INTERPOLATIONS = ("nearest", "bilinear")


@dataclass(frozen=True, slots=True)
class Moves:
    """What is done to each of N images."""

    flips: Tensor
    """bool [N, 2]: left and right, top and bottom are swapped."""
    warped: Tensor
    """bool [N]."""
    scale: Tensor
    """float32 [N, 2], along x and y."""
    translate: Tensor
    """float32 [N, 2], along x and y, shares of the side."""
    rotate: Tensor
    """float32 [N], degrees, clockwise."""
    shear: Tensor
    """float32 [N], degrees."""
    nearest: Tensor
    """bool [N]."""
    border: Tensor
    """int64 [N], indices into BORDERS."""
    fill: Tensor
    """float32 [N, 3], grey levels."""
    cropped: Tensor
    """bool [N]."""
    margins: Tensor
    """float32 [N, 4], pixels added left, top, right, bottom; negative where cut off."""
    pad_border: Tensor
    """int64 [N], indices into BORDERS."""
    pad_fill: Tensor
    """float32 [N], grey levels."""
    order: Tensor
    """int64 [N, 4]: the order of horizontal flip, vertical flip, warp, crop or pad."""

    def chain(self, size: tuple[int, int]) -> Chain:
        """The same as stages; flips join the stage after them, or mirror the source where there is none before."""
        position = self.order.argsort(dim=1)
        at_warp, at_crop = position[:, 2], position[:, 3]
        counts = self.warped.long() + self.cropped.long()
        warp_last = self.warped & (~self.cropped | (at_warp > at_crop))
        warping, cropping = self._warp_stage(size), self._crop_stage(size)
        nowhere = torch.full_like(at_warp, 4)
        at_last = torch.where(counts > 0, torch.where(warp_last, at_warp, at_crop), nowhere)
        at_first = torch.where(counts > 1, torch.where(warp_last, at_crop, at_warp), at_last)
        after = position[:, :2] > at_last[:, None]
        before = position[:, :2] < at_first[:, None]
        last = _joined(_choose(warp_last, warping, cropping), self.flips & after, size)
        first = _joined(_choose(warp_last, cropping, warping), self.flips & ~after & ~before, size)
        return Chain((last, first), counts, self.flips & before)

    def _warp_stage(self, size: tuple[int, int]) -> Stage:
        height, width = size
        count = len(self.warped)
        shift = self.translate * torch.tensor([width, height])
        return Stage(
            matrix=inverse_warp(self.scale, shift, self.rotate, self.shear, size),
            box=torch.tensor([0.0, 0.0, width - 1.0, height - 1.0]).expand(count, 4),
            border=self.border,
            fill=self.fill.floor(),
            reach=torch.ones(count, 4),
            nearest=self.nearest,
        )

    def _crop_stage(self, size: tuple[int, int]) -> Stage:
        height, width = size
        cut = (-self.margins).clamp(min=0)
        last = torch.tensor([width - 1.0, height - 1.0])
        fading = (self.pad_border == LINEAR_RAMP)[:, None]
        reach = torch.where(fading, self.margins, 1.0)
        return Stage(
            matrix=inverse_margins(self.margins, size),
            box=torch.cat((cut[:, :2], last - cut[:, 2:]), dim=1),
            border=self.pad_border,
            fill=self.pad_fill.floor()[:, None].expand(-1, 3),
            reach=torch.where(self.margins > 0, reach, torch.inf),
            nearest=torch.zeros_like(self.nearest),
        )

    def describe(self) -> list[str]:
        """A few words for each image."""
        return phrases([self._words(image) for image in range(len(self.warped))])

    def _words(self, image: int) -> list[str]:
        across, down = self.flips[image].tolist()
        words = [("flip both" if down else "flip horizontal") if across else ("flip vertical" if down else "")]
        if self.warped[image]:
            words += [
                *self._warp_words(image),
                BORDERS[int(self.border[image])],
                "nearest" * bool(self.nearest[image]),
            ]
        if self.cropped[image]:
            margins = " ".join(f"{int(margin):+d}" for margin in self.margins[image].tolist())
            words.append(f"margins {margins} px {BORDERS[int(self.pad_border[image])]}")
        return words

    def _warp_words(self, image: int) -> list[str]:
        """What the warp does, without what it does not do."""
        (wide, tall), (right, down) = self.scale[image].tolist(), self.translate[image].tolist()
        angle, slant = float(self.rotate[image]), float(self.shear[image])
        return [
            f"scale {wide:.2f} x {tall:.2f}" if (wide, tall) != (1.0, 1.0) else "",
            f"translate {right:+.2f} {down:+.2f}" if (right, down) != (0.0, 0.0) else "",
            f"rotate {angle:.0f}" if angle else "",
            f"shear {slant:.0f}" if slant else "",
        ]


def _choose(mask: Tensor, one: Stage, other: Stage) -> Stage:
    def pick(first: Tensor, second: Tensor) -> Tensor:
        return torch.where(mask.view(-1, *[1] * (first.dim() - 1)), first, second)

    return Stage(
        pick(one.matrix, other.matrix),
        pick(one.box, other.box),
        pick(one.border, other.border),
        pick(one.fill, other.fill),
        pick(one.reach, other.reach),
        pick(one.nearest, other.nearest),
    )


def _joined(stage: Stage, flips: Tensor, size: tuple[int, int]) -> Stage:
    """The stage with flips of its result."""
    matrix = compose(stage.matrix, mirroring(flips[:, 0], flips[:, 1], size))
    return Stage(matrix, stage.box, stage.border, stage.fill, stage.reach, stage.nearest)


def margins_in_pixels(share: Tensor, size: tuple[int, int]) -> Tensor:
    """Shares [N, 4] of the side (left, top, right, bottom) as whole pixels that leave at least one of the image."""
    height, width = size
    length = torch.tensor([width, height, width, height])
    margins = (share * length).round()
    cut = (-margins).clamp(min=0)
    excess = (cut[:, :2] + cut[:, 2:] - (length[:2] - 1)).clamp(min=0)
    margins[:, :2] += torch.minimum(excess, cut[:, :2])
    margins[:, 2:] += (excess - cut[:, :2]).clamp(min=0)
    return margins


@dataclass(frozen=True, slots=True)
class Geometric(Mover):
    """The policy `geometric`; its fields are the parameters that the catalog declares."""

    flip_horizontal: float
    flip_vertical: float
    affine: float
    scale: Number
    translate: Number
    rotate: Number
    shear: Number
    interpolation: Name
    border: Name
    fill: Number
    crop_pad: float
    crop_pad_share: Number
    pad_border: Name
    pad_fill: Number
    random_order: bool

    def motion(self, draws: Draws, size: tuple[int, int], device: torch.device) -> Motion:
        return ChainMotion(self.moves(draws, size).chain(size))

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        return self.moves(draws, size).describe()

    def moves(self, draws: Draws, size: tuple[int, int]) -> Moves:
        """What is drawn for each image of `size` (height, width)."""
        chances = draws.uniforms("chances", 4)
        share = draw_number(self.crop_pad_share, draws, "crop_pad_share", 4)
        fixed = torch.arange(4).expand(len(draws), 4)
        return Moves(
            flips=chances[:, :2] < torch.tensor([self.flip_horizontal, self.flip_vertical]),
            warped=chances[:, 2] < self.affine,
            scale=draw_number(self.scale, draws, "scale", 2),
            translate=draw_number(self.translate, draws, "translate", 2),
            rotate=draw_number(self.rotate, draws, "rotate"),
            shear=draw_number(self.shear, draws, "shear"),
            nearest=draw_name(self.interpolation, draws, "interpolation", _INTERPOLATIONS) == 0,
            border=draw_name(self.border, draws, "border", BORDERS),
            fill=draw_number(self.fill, draws, "fill", 3),
            cropped=chances[:, 3] < self.crop_pad,
            margins=margins_in_pixels(share, size),
            pad_border=draw_name(self.pad_border, draws, "pad_border", BORDERS),
            pad_fill=draw_number(self.pad_fill, draws, "pad_fill"),
            order=draws.permutation("order", 4) if self.random_order else fixed,
        )
