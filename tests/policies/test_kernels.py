"""Kernels against the definition that they compute faster."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, stats

from augtui.engine.policies.kernels import blurs, convolutions, filters, levels, masks, median, sorting
from augtui.engine.policies.kernels.bilateral import bilateral
from augtui.engine.policies.kernels.colours import shift_colours
from augtui.engine.policies.kernels.elastic import displacements, margin
from augtui.engine.policies.kernels.luminance import from_xyz, lightness, to_xyz
from tests.policies.material import difference, draws, noise, photographs


@pytest.mark.parametrize("lines", range(1, 9))
def test_networks_sort_every_pattern(lines):
    """A network that sorts all sequences of 0 and 1 sorts everything (Knuth's 0-1 principle)."""
    for bits in itertools.product((0, 1), repeat=lines):
        values = list(bits)
        for pair in sorting.sorting_network(lines):
            one, other = values[pair.low], values[pair.high]
            values[pair.low], values[pair.high] = min(one, other), max(one, other)
        assert values == sorted(bits)


@pytest.mark.parametrize(("height", "width"), [(20, 24), (3, 2), (1, 1), (130, 9)])
def test_median_is_scipys(height, width):
    images = noise(4, height, width)
    sizes = torch.tensor([1, 3, 5, 7])
    ours = median.median(images, sizes)
    for image, result, size in zip(images, ours, sizes.tolist(), strict=True):
        expected = [ndimage.median_filter(channel, size, mode="nearest") for channel in image.numpy()]
        assert np.array_equal(result.numpy(), np.stack(expected))


def test_average_is_the_mean_of_the_window():
    images = noise(1, 12, 12)
    ours = blurs.average(images, torch.tensor([5]))
    expected = images[0, :, 2:7, 3:8].float().mean(dim=(1, 2)).round()
    assert torch.equal(ours[0, :, 4, 5].float(), expected)


@pytest.mark.parametrize("level", [0, 1, 128, 254, 255])
def test_blurs_keep_flat_images(level):
    flat = torch.full((1, 3, 15, 15), level, dtype=torch.uint8)
    one = torch.tensor([7])
    for result in (
        blurs.gaussian(flat, torch.tensor([2.7])),
        blurs.average(flat, one),
        median.median(flat, one),
        bilateral(flat, one, torch.tensor([40.0]), torch.tensor([40.0])),
        blurs.motion(flat, one, torch.tensor([33.0]), torch.tensor([0.4])),
        convolutions.sharpen(flat, torch.tensor([1.0]), torch.tensor([1.0])),
    ):
        assert torch.equal(result, flat)


def test_convolution_is_exact():
    images = noise(2, 30, 30)
    kernels = torch.tensor([[[0, 1, 0], [1, -4, 1], [0, 1, 0]], [[1, 2, 1], [2, 4, 2], [1, 2, 1]]]) / 16
    ours = filters.convolve(images, kernels)
    for image, kernel, result in zip(images, kernels, ours, strict=True):
        planes = image.numpy().astype(float)
        expected = np.stack([ndimage.correlate(plane, kernel.numpy(), mode="mirror") for plane in planes])
        assert np.array_equal(result.numpy(), np.round(np.clip(expected, 0, 255)))


def test_bilateral_is_its_definition():
    image = noise(1, 9, 9)
    diameter, sigma_colour, sigma_space = 5, 90.0, 1.5
    ours = bilateral(image, torch.tensor([diameter]), torch.tensor([sigma_colour]), torch.tensor([sigma_space]))
    wide = np.pad(image[0].numpy().astype(float), ((0, 0), (2, 2), (2, 2)), mode="reflect")
    y, x = 4, 6
    total, weights = np.zeros(3), 0.0
    for row, column in itertools.product(range(-2, 3), repeat=2):
        if row**2 + column**2 <= 4:
            there = wide[:, y + 2 + row, x + 2 + column]
            distance = np.abs(there - wide[:, y + 2, x + 2]).sum()
            weight = np.exp(-(distance**2) / (2 * sigma_colour**2) - (row**2 + column**2) / (2 * sigma_space**2))
            total, weights = total + weight * there, weights + weight
    assert np.abs(ours[0, :, y, x].numpy() - total / weights).max() <= 0.51


@given(st.one_of(st.integers(2, 64), st.just(256)))
@settings(max_examples=30, deadline=None)
def test_quantising_leaves_as_many_levels_as_asked_for(colours):
    ramp = torch.arange(256, dtype=torch.uint8).view(1, 1, 1, 256).expand(1, 3, 1, 256)
    result = levels.quantise(ramp, torch.tensor([colours]))
    assert len(result.unique()) == colours
    assert (result[0, 0, 0].int() - ramp[0, 0, 0].int()).abs().max() <= 128 / colours + 1


def test_noise_has_the_asked_for_deviation():
    images = torch.full((2, 3, 100, 100), 128, dtype=torch.uint8)
    field = draws(2).field("noise", (3, 100, 100))
    result = levels.add_noise(images, field, torch.tensor([4.0, 20.0])).float() - 128
    assert result.flatten(1).std(dim=1).tolist() == pytest.approx([4.0, 20.0], rel=0.02)
    assert stats.kstest(result[1].flatten() / 20, "norm").statistic < 0.02


def test_dropout_drops_the_asked_for_share():
    images = torch.full((2, 3, 100, 100), 9, dtype=torch.uint8)
    field = draws(2).field("noise", (3, 100, 100))
    dropped = masks.keep_pixels(images, field, torch.tensor([0.1, 0.3]), torch.tensor([False, True])) == 0
    assert dropped.float().mean(dim=(1, 2, 3)).tolist() == pytest.approx([0.1, 0.3], abs=0.02)
    assert torch.equal(dropped[0, 0], dropped[0, 2])
    assert not torch.equal(dropped[1, 0], dropped[1, 2])


def test_coarse_dropout_drops_whole_cells():
    images = torch.full((1, 3, 12, 20), 9, dtype=torch.uint8)
    cells = torch.ones(1, 3, 5, 5)
    cells[:, :, 1, 2] = 0
    kept = masks.keep_cells(images, cells, torch.tensor([[3, 4]]), torch.tensor([0.5]), torch.tensor([False]))
    assert (kept == 0).nonzero()[:, 2:].aminmax(dim=0).min.tolist() == [4, 10]
    assert int((kept[0, 0] == 0).sum()) == 4 * 5


def test_lightness_goes_to_xyz_and_back():
    images = photographs(4, 32)
    assert difference(from_xyz(to_xyz(images)), images) == 0
    grey = torch.arange(256, dtype=torch.uint8).view(1, 1, 1, 256).expand(1, 3, 1, 256)
    steps = lightness(to_xyz(grey))[0, 0].diff()
    assert bool((steps >= 0).all())


def test_hue_turns_the_circle():
    red = torch.tensor([250, 10, 10], dtype=torch.uint8).view(1, 3, 1, 1)
    one = torch.tensor([1.0])
    assert shift_colours(red, one, torch.tensor([120.0])).flatten().tolist() == [10, 250, 10]
    assert shift_colours(red, one, torch.tensor([-120.0])).flatten().tolist() == [10, 10, 250]
    assert shift_colours(red, one * 0, torch.tensor([0.0])).flatten().tolist() == [250, 250, 250]
    images = noise(2)
    assert difference(shift_colours(images, torch.ones(2), torch.zeros(2)), images) == 0


def test_displacements_are_smooth_and_scale_with_alpha():
    spare = margin(4.0)
    field = draws(2).field("noise", (2, 64 + 2 * spare, 64 + 2 * spare))
    shift = displacements(field, torch.tensor([10.0, 20.0]), torch.tensor([4.0, 4.0]), spare)
    assert shift.shape == (2, 2, 64, 64)
    assert shift.diff(dim=3).abs().mean() < 0.3 * shift.abs().mean()
    assert float(shift[1].std() / shift[0].std()) == pytest.approx(2.0, rel=0.15)
