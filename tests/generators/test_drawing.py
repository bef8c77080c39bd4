"""Drawn images: each depends on its number alone."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from augtui.engine.generators.dcgan import Generator
from augtui.engine.generators.drawing import Artist, DrawingNetwork, resized, settled


@pytest.fixture(scope="module")
def network() -> DrawingNetwork:
    torch.manual_seed(0)
    return settled(Generator(width=8), torch.zeros(10, dtype=torch.int64), stream=1)


def test_fewer_images_are_a_prefix_of_more(network: DrawingNetwork) -> None:
    artist = Artist(network, 1, grey=False)
    many = artist.draw("made", 0, 130)
    assert many.shape == (130, 3, 64, 64)
    assert torch.equal(artist.draw("made", 0, 20), many[:20])
    assert torch.equal(artist.draw("made", 0, 10, first=60), many[60:70])


def test_series_classes_and_generators_draw_different_images(network: DrawingNetwork) -> None:
    series = [
        Artist(network, 1, grey=False).draw("made", 0, 1),
        Artist(network, 1, grey=False).draw("gate", 0, 1),
        Artist(network, 1, grey=False).draw("made", 1, 1),
        Artist(network, 2, grey=False).draw("made", 0, 1),
    ]
    assert len({image.numpy().tobytes() for image in series}) == len(series)


def test_data_without_colour_get_images_without_colour(network: DrawingNetwork) -> None:
    images = Artist(network, 1, grey=True).draw("made", 0, 4)
    assert torch.equal(images[:, :1].expand(-1, 3, -1, -1), images)
    assert images.float().std() > 0


def test_no_images_are_an_empty_answer(network: DrawingNetwork) -> None:
    assert len(Artist(network, 1, grey=False).draw("made", 0, 0)) == 0


def test_settling_fixes_the_statistics_of_the_weights_at_hand() -> None:
    torch.manual_seed(0)
    network = Generator(width=8)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    fixed = settled(network, torch.zeros(10, dtype=torch.int64), stream=1)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert not fixed.training
    # With those statistics the first normalised layer's outputs have mean 0 and deviation 1 before scale and shift.
    norm = next(module for module in fixed.modules() if isinstance(module, nn.BatchNorm2d))
    seen: list[Tensor] = []
    norm.register_forward_hook(lambda module, inputs, output: seen.append(output.clone()))
    with torch.no_grad():
        fixed(torch.randn(256, 100), torch.zeros(256, dtype=torch.int64))
    normalised = (seen[0] - norm.bias[:, None, None]) / norm.weight[:, None, None]
    assert normalised.mean().abs() < 0.05
    assert normalised.std() == pytest.approx(1.0, abs=0.1)


def test_enlarging_keeps_a_flat_image_flat_and_the_same_size_untouched() -> None:
    flat = torch.full((2, 3, 64, 64), 77, dtype=torch.uint8)
    assert torch.equal(resized(flat, 224), torch.full((2, 3, 224, 224), 77, dtype=torch.uint8))
    assert resized(flat, 64) is flat
