"""Method 1: what is drawn, and that the chain of maps is what its steps would do one after the other."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from augtui.engine.policies.geometric import Geometric, Moves, margins_in_pixels
from augtui.engine.policies.padding import BORDERS
from augtui.engine.policies.single import crop, flip, pad, rotate, scale
from augtui.engine.policies.warp import warp, warp_labels
from augtui.plan.spec import Choice
from tests.policies.material import difference, draws, noise, photographs, policy

MANY = 4000


def moves(count: int = MANY, size: tuple[int, int] = (100, 100)) -> Moves:
    chosen = policy("geometric")
    assert isinstance(chosen, Geometric)
    return chosen.moves(draws(count), size)


def test_each_part_happens_half_of_the_time():
    drawn = moves()
    for happens in (drawn.flips[:, 0], drawn.flips[:, 1], drawn.warped, drawn.cropped):
        assert stats.binomtest(int(happens.sum()), MANY, 0.5).pvalue > 1e-3


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("scale", 0.5, 1.5), ("translate", -0.2, 0.2), ("rotate", -45, 45), ("shear", -16, 16), ("fill", 0, 255)],
)
def test_numbers_are_uniform_on_the_studys_ranges(name, low, high):
    drawn = getattr(moves(), name)
    for column in drawn.view(MANY, -1).T:
        assert stats.kstest(column, "uniform", args=(low, high - low)).pvalue > 1e-5


def test_axes_are_drawn_independently():
    drawn = moves()
    for pair in (drawn.scale, drawn.translate):
        assert abs(stats.pearsonr(*pair.T).statistic) < 0.06


def test_borders_interpolations_and_orders_are_equally_likely():
    drawn = moves()
    assert stats.chisquare(torch.bincount(drawn.border, minlength=5)).pvalue > 1e-3
    assert stats.chisquare(torch.bincount(drawn.pad_border, minlength=len(BORDERS))).pvalue > 1e-3
    assert stats.binomtest(int(drawn.nearest.sum()), MANY, 0.5).pvalue > 1e-3
    assert stats.chisquare(torch.bincount(drawn.order[:, 0], minlength=4)).pvalue > 1e-3


def test_margins_are_drawn_for_each_side_in_whole_pixels():
    margins = moves().margins
    assert torch.equal(margins, margins.round())
    assert (margins.min(), margins.max()) == (-10, 10)
    assert abs(stats.pearsonr(margins[:, 0], margins[:, 2]).statistic) < 0.06


@given(st.lists(st.floats(-0.45, 1.0), min_size=4, max_size=4), st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_crops_leave_at_least_one_pixel(share, height, width):
    left, top, right, bottom = margins_in_pixels(torch.tensor([share]), (height, width))[0].tolist()
    assert width + min(left, 0) + min(right, 0) >= 1
    assert height + min(top, 0) + min(bottom, 0) >= 1


def test_without_anything_drawn_it_is_the_identity():
    images = noise(20, 17, 23)
    still = policy("geometric", flip_horizontal=0.0, flip_vertical=0.0, affine=0.0, crop_pad=0.0)
    assert torch.equal(still.apply(images, draws(20)), images)


def test_a_warp_by_nothing_is_the_identity():
    images = noise(20, 17, 23)
    still = policy("geometric", affine=1.0, scale=1.0, translate=0.0, rotate=0.0, shear=0.0, crop_pad=1.0,
                   crop_pad_share=0.0, flip_horizontal=0.0, flip_vertical=0.0)  # fmt: skip
    assert torch.equal(still.apply(images, draws(20)), images)


@pytest.mark.parametrize(("horizontal", "vertical", "axes"), [(1.0, 0.0, (3,)), (0.0, 1.0, (2,)), (1.0, 1.0, (2, 3))])
def test_flips_are_exact(horizontal, vertical, axes):
    images = noise(3, 5, 8)
    assert torch.equal(flip(horizontal=horizontal, vertical=vertical).apply(images, draws(3)), images.flip(axes))


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns_are_exact(turns):
    images = noise(3, 12, 12)
    turned = rotate(p=1.0, degrees=90.0 * turns, interpolation="bilinear", border="edge", fill=0.0)
    assert torch.equal(turned.apply(images, draws(3)), images.rot90(-turns, (2, 3)))


def test_doubling_shows_the_middle():
    images = photographs(2, 32)
    doubled = scale(p=1.0, factor=2.0, interpolation="nearest", border="edge", fill=0.0)
    middle = images[..., 8:24, 8:24].repeat_interleave(2, 2).repeat_interleave(2, 3)
    assert difference(doubled.apply(images, draws(2)), middle) < 6


@pytest.mark.parametrize("border", BORDERS)
def test_padding_has_the_values_of_numpy(border):
    image = photographs(1, 40)
    padded = pad(p=1.0, share=0.25, border=border, fill=60.0).apply(image, draws(1))
    options = {"constant": {"constant_values": 60}, "linear_ramp": {"end_values": 60}}.get(border, {})
    wide = np.pad(image[0].numpy(), ((0, 0), (10, 10), (10, 10)), mode=border, **options)
    expected = torch.nn.functional.interpolate(
        torch.from_numpy(wide)[None].float(), (40, 40), mode="bilinear", align_corners=False
    )
    # The median of numpy is blended in by the resize, ours is put beside it; a wrap has its seam.
    assert difference(padded, expected.round()) < 2.5


def test_a_crop_lets_no_fill_in():
    images = torch.full((8, 3, 30, 30), 250, dtype=torch.uint8)
    cropped = crop(p=1.0, share=0.2).apply(images, draws(8))
    assert torch.equal(cropped, images)
    dark = policy("geometric", flip_horizontal=0.0, flip_vertical=0.0, affine=0.0, crop_pad=1.0, crop_pad_share=-0.2,
                  pad_border="constant", pad_fill=0.0)  # fmt: skip
    assert torch.equal(dark.apply(images, draws(8)), images)


def one_by_one(drawn: Moves, images: torch.Tensor) -> torch.Tensor:
    """The four steps of each image in its order, each resampled by itself."""
    nothing = torch.zeros(len(images), dtype=torch.bool)
    result = images
    for place in range(4):
        now = drawn.order[:, place]
        alone = Moves(
            flips=drawn.flips & torch.stack((now == 0, now == 1), dim=1),
            warped=drawn.warped & (now == 2),
            cropped=drawn.cropped & (now == 3),
            **{
                name: getattr(drawn, name)
                for name in ("scale", "translate", "rotate", "shear", "border", "fill", "margins", "pad_border")
            },
            nearest=nothing,
            pad_fill=drawn.pad_fill,
            order=drawn.order,
        )
        result = warp(result, alone.chain((images.shape[2], images.shape[3])))
    return result


def test_one_resample_shows_what_four_would_but_sharper():
    images = photographs(64, 64)
    chosen = policy("geometric", interpolation="bilinear")
    drawn = chosen.moves(draws(64), (64, 64))
    together, apart = warp(images, drawn.chain((64, 64))), one_by_one(drawn, images)
    both = drawn.warped & drawn.cropped
    assert difference(together[~both], apart[~both]) < 0.01
    assert difference(together[both], apart[both]) < 6
    assert together.float().diff(dim=3).abs().mean() > apart.float().diff(dim=3).abs().mean()


def test_label_maps_follow_the_image():
    grid = (torch.arange(64)[:, None] // 8 * 8 + torch.arange(64) // 8).expand(32, 64, 64)
    images = grid.to(torch.uint8)[:, None].expand(-1, 3, -1, -1).contiguous()
    chosen = policy("geometric", interpolation="nearest", border=Choice(options=("edge", "reflect", "wrap")),
                    pad_border=Choice(options=("edge", "symmetric")))  # fmt: skip
    chain = chosen.moves(draws(32), (64, 64)).chain((64, 64))
    moved = warp_labels(grid, chain, -1)
    assert (moved == warp(images, chain)[:, 0].long()).float().mean() > 0.95
