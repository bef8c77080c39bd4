"""The reference networks and their one training step, against the recipe written out."""

import pytest
import torch
from torch import nn

from augtui.engine.generators import dcgan
from augtui.engine.generators.adversary import DcganAdversary

FP32 = torch.autocast("cpu", torch.bfloat16, enabled=False)


def parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def test_networks_have_the_reference_shapes_and_sizes() -> None:
    generator, discriminator = dcgan.Generator(), dcgan.Discriminator()
    images = generator(torch.randn(2, 100), torch.zeros(2, dtype=torch.int64))
    assert images.shape == (2, 3, 64, 64)
    assert images.abs().max() <= 1
    assert discriminator(images).shape == (2,)
    # 100-512-256-128-64-3 and 3-64-128-256-512-1, kernels 4x4 without bias, two numbers for each normalised channel.
    assert parameters(generator) == 3_576_704
    assert parameters(discriminator) == 2_765_568


def test_first_and_last_layers_of_the_discriminator_are_not_normalised() -> None:
    normalised = [
        module.num_features for module in dcgan.Discriminator().modules() if isinstance(module, nn.BatchNorm2d)
    ]
    assert normalised == [128, 256, 512]


def test_initial_weights_are_drawn_as_in_the_reference() -> None:
    torch.manual_seed(0)
    generator = dcgan.Generator()
    for module in generator.modules():
        if isinstance(module, nn.ConvTranspose2d):
            assert module.weight.std().item() == pytest.approx(0.02, rel=0.05)
            assert abs(module.weight.mean().item()) < 0.001
        if isinstance(module, nn.BatchNorm2d):
            assert module.weight.mean().item() == pytest.approx(1.0, abs=0.01)
            assert module.weight.std().item() == pytest.approx(0.02, rel=0.4)
            assert module.bias.abs().max() == 0


def example_step(generator: nn.Module, discriminator: nn.Module, real: torch.Tensor, z: torch.Tensor) -> None:
    """One step as the example writes it: a sigmoid, two backward passes, gradients that nobody uses."""
    optimizers = [
        torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for net in (generator, discriminator)
    ]
    loss = nn.BCELoss()
    ones, zeros = torch.ones(len(real)), torch.zeros(len(real))
    discriminator.zero_grad()
    loss(torch.sigmoid(discriminator(real)), ones).backward()
    drawn = generator(z, torch.zeros(len(z), dtype=torch.int64))
    loss(torch.sigmoid(discriminator(drawn.detach())), zeros).backward()
    optimizers[1].step()
    generator.zero_grad()
    loss(torch.sigmoid(discriminator(drawn)), ones).backward()
    optimizers[0].step()


def test_a_step_moves_the_weights_as_the_example_does() -> None:
    torch.manual_seed(1)
    ours = DcganAdversary(dcgan.Generator(width=16), dcgan.Discriminator(width=16), FP32)
    theirs = dcgan.Generator(width=16), dcgan.Discriminator(width=16)
    theirs[0].load_state_dict(ours.generator.state_dict())
    theirs[1].load_state_dict(ours.discriminator.state_dict())
    real = torch.rand(4, 3, 64, 64) * 2 - 1
    ours.step(real, torch.zeros(4, dtype=torch.int64), torch.Generator().manual_seed(5))
    example_step(*theirs, real, torch.randn(4, 100, generator=torch.Generator().manual_seed(5)))
    # Adam's first step has the size of the learning rate wherever a gradient is not tiny.
    for mine, other in zip((ours.generator, ours.discriminator), theirs, strict=True):
        for name, value in mine.state_dict().items():
            gap = (value.float() - other.state_dict()[name].float()).abs()
            assert gap.mean() < 2e-6, name


def test_the_generators_turn_leaves_the_discriminator_trainable() -> None:
    adversary = DcganAdversary(dcgan.Generator(width=8), dcgan.Discriminator(width=8), FP32)
    adversary.step(torch.zeros(2, 3, 64, 64), torch.zeros(2, dtype=torch.int64), torch.Generator())
    assert all(parameter.requires_grad for parameter in adversary.discriminator.parameters())
