"""Convolutions on small maps, against the library's."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from augtui.engine.generators.smallmaps import Doubling, Halving


def gradients(layer: nn.Module, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Output, gradient of the input, gradient of the weight."""
    images = images.clone().requires_grad_()
    output = layer(images)
    torch.manual_seed(1)
    (weight,) = layer.parameters()
    return output.detach(), *torch.autograd.grad(output, (images, weight), torch.randn(output.shape))


@pytest.mark.parametrize("side", [4, 8, 16], ids=lambda side: f"{side} px")
@pytest.mark.parametrize("layer", [Halving, Doubling])
def test_a_small_map_gives_what_the_library_gives(layer: type[Halving | Doubling], side: int) -> None:
    torch.manual_seed(0)
    ours = layer(6, 10)
    library = nn.Conv2d if layer is Halving else nn.ConvTranspose2d
    theirs = library(6, 10, 4, 2, 1, bias=False)
    theirs.load_state_dict(ours.state_dict())
    images = torch.randn(3, 6, side, side)
    for mine, other in zip(gradients(ours, images), gradients(theirs, images), strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("layer", "side"), [(Halving, 8), (Doubling, 4)])
def test_a_small_map_is_not_left_to_the_library(
    layer: type[Halving | Doubling], side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer.__base__, "forward", lambda *_: pytest.fail("the library was asked"))
    layer(2, 3)(torch.randn(1, 2, side, side))


@pytest.mark.parametrize("layer", [Halving, Doubling])
def test_bfloat16_is_left_to_the_library(layer: type[Halving | Doubling]) -> None:
    with torch.autocast("cpu", torch.bfloat16):
        assert layer(2, 3)(torch.randn(1, 2, 4, 4)).dtype == torch.bfloat16
