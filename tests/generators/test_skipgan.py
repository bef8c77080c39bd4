"""The networks that go beyond 64 px."""

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrize

from augtui.engine.generators import skipgan
from augtui.engine.generators.adversary import EMA_DECAY, SkipAdversary
from augtui.engine.generators.diffaugment import TRANSLATION, diff_augment

FP32 = torch.autocast("cpu", torch.bfloat16, enabled=False)


def parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize(
    ("size", "generator", "discriminator"), [(128, 3_405_379, 2_048_980), (256, 3_446_947, 3_950_292)]
)
def test_networks_have_the_declared_shapes_and_sizes(size: int, generator: int, discriminator: int) -> None:
    g, d = skipgan.Generator(size), skipgan.Discriminator(size)
    labels = torch.zeros(2, dtype=torch.int64)
    images = g(torch.randn(2, g.latent), labels)
    logits, features = d(images, labels)
    assert images.shape == (2, 3, size, size)
    assert logits.shape == (2, 25)
    assert features.shape == (2, 256, 8, 8)
    assert (parameters(g), parameters(d)) == (generator, discriminator)


def test_folded_enlargement_equals_nearest_enlargement_and_a_3x3_convolution() -> None:
    torch.manual_seed(0)
    layer = skipgan.UpConv(5, 7)
    x = torch.randn(2, 5, 6, 9)
    large = functional.interpolate(x, scale_factor=2, mode="nearest")
    # A transposed convolution mirrors its kernel and stores inputs first.
    expected = functional.conv2d(large, layer.weight.transpose(0, 1), padding=1)
    torch.testing.assert_close(layer(x), expected)


def test_every_layer_that_judges_is_spectrally_normalised() -> None:
    torch.manual_seed(0)
    d = skipgan.Discriminator(64, width=8, classes=3)
    for _ in range(20):
        d(torch.randn(2, 3, 64, 64), torch.tensor([0, 2]))
    d.eval()
    decoder = set(d.decoder.modules())
    judging = [m for m in d.modules() if isinstance(m, nn.Conv2d | nn.Embedding) and m not in decoder]
    # The stem, three layers in each of two blocks, two in the head, the classes.
    assert len(judging) == 1 + 2 * 3 + 2 + 1
    for module in judging:
        assert parametrize.is_parametrized(module)
        assert torch.linalg.matrix_norm(module.weight.flatten(1), 2).item() == pytest.approx(1.0, abs=0.1)


def test_one_model_draws_and_judges_each_class_differently() -> None:
    torch.manual_seed(0)
    g, d = skipgan.Generator(64, width=8, classes=2), skipgan.Discriminator(64, width=8, classes=2)
    for module in g.modules():
        if isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight)
    z = torch.randn(1, g.latent).expand(2, -1)
    images = g(z, torch.tensor([0, 1]))
    assert (images[0] - images[1]).abs().max() > 0.01
    same = images[:1].expand(2, -1, -1, -1)
    logits, _ = d(same, torch.tensor([0, 1]))
    assert (logits[0] - logits[1]).abs().max() > 1e-4


def test_the_discriminator_learns_to_reconstruct() -> None:
    torch.manual_seed(0)
    adversary = SkipAdversary(skipgan.Generator(64, width=8), skipgan.Discriminator(64, width=8), FP32, cutout=False)
    labels = torch.zeros(4, dtype=torch.int64)
    real = functional.interpolate(torch.rand(4, 3, 4, 4) * 2 - 1, size=64, mode="bilinear")

    def error() -> float:
        _, features = adversary.discriminator(real, labels)
        return adversary.discriminator.reconstruction_loss(features, real, labels).item()

    before = error()
    for step in range(25):
        adversary.step(real, labels, torch.Generator().manual_seed(step))
    assert error() < 0.9 * before


def test_the_average_follows_the_weights_and_is_what_draws() -> None:
    torch.manual_seed(0)
    adversary = SkipAdversary(skipgan.Generator(64, width=8), skipgan.Discriminator(64, width=8), FP32, cutout=False)
    real, labels = torch.zeros(2, 3, 64, 64), torch.zeros(2, dtype=torch.int64)
    expected = [parameter.detach().clone() for parameter in adversary.average.parameters()]
    for step in range(1, 4):
        adversary.step(real, labels, torch.Generator().manual_seed(step))
        decay = min(EMA_DECAY, step / (step + 9))
        weights = list(adversary.generator.parameters())
        expected = [decay * old + (1 - decay) * new.detach() for old, new in zip(expected, weights, strict=True)]
    assert adversary.drawing_network() is adversary.average
    for average, wanted in zip(adversary.average.parameters(), expected, strict=True):
        torch.testing.assert_close(average, wanted)


def test_augmentation_shifts_whole_pixels_and_leaves_grey_where_nothing_is_left() -> None:
    images = torch.rand(64, 3, 32, 32) * 2 - 1
    seen = diff_augment(images, torch.Generator().manual_seed(3), cutout=False)
    empty_rows = (seen == 0).all(dim=(1, 3)).sum(dim=1)
    assert int(empty_rows.max()) == round(32 * TRANSLATION)
    assert int(empty_rows.min()) == 0


def test_cutout_blanks_a_square_somewhere_in_each_image() -> None:
    images = torch.ones(64, 3, 32, 32)
    plain = diff_augment(images, torch.Generator().manual_seed(3), cutout=False)
    cut = diff_augment(images, torch.Generator().manual_seed(3), cutout=True)
    blanked = ((cut == 0) & (plain != 0)).any(dim=1).sum(dim=(1, 2))
    assert int(blanked.max()) <= 16 * 16
    assert int(blanked.min()) >= 4 * 4
    kept = cut != 0
    torch.testing.assert_close(cut[kept], plain[kept])


def test_augmentation_lets_the_gradient_through() -> None:
    images = torch.rand(4, 3, 16, 16, dtype=torch.float64).requires_grad_()
    diff_augment(images, torch.Generator().manual_seed(0), cutout=True).sum().backward()
    assert images.grad is not None
    assert (images.grad != 0).any(dim=(1, 2, 3)).all()
