"""The automatic augmentations, erasing and mixing: what they draw, and how often."""

import pytest
import torch
from scipy import stats
from torchvision.transforms import v2

from augtui.engine.policies.autoaugment import PAIRS
from augtui.engine.policies.operations import code
from augtui.plan.spec import Uniform
from tests.policies.material import draws, noise, photographs, policy

MANY = 6000


def test_trivialaugment_draws_operations_and_bins_evenly():
    operation, magnitude = policy("trivialaugment").draw(draws(MANY), (64, 64))
    counts = torch.bincount(operation)
    assert len(counts) == 14
    assert stats.chisquare(counts).pvalue > 1e-3
    turned = magnitude[operation == code("rotate")]
    assert len(turned.unique()) >= 58
    assert stats.binomtest(int((turned > 0).sum()), int((turned != 0).sum())).pvalue > 1e-3


def test_randaugment_has_one_strength():
    steps = policy("randaugment", num_ops=3, magnitude=9).draw(draws(MANY), (64, 64))
    assert len(steps) == 3
    operation, magnitude = steps[0]
    assert magnitude[operation == code("rotate")].abs().unique().tolist() == pytest.approx([9.0])
    assert not torch.equal(steps[0][0], steps[1][0])


@pytest.mark.parametrize("name", ["imagenet", "cifar10", "svhn"])
def test_autoaugment_has_torchvisions_pairs(name):
    theirs = v2.AutoAugment(v2.AutoAugmentPolicy(name))._policies
    ours = [
        tuple((step.operation.replace("_", "").replace("colour", "color"), step.p, step.bin) for step in pair)
        for pair in PAIRS[name]
    ]
    assert ours == [tuple((step.lower(), p, bin_ or 0) for step, p, bin_ in pair) for pair in theirs]


def test_autoaugment_steps_happen_with_their_probability():
    steps = policy("autoaugment").draw(draws(MANY), (64, 64))
    expected = sum(pair[0].p for pair in PAIRS["imagenet"]) / 25
    happened = int((steps[0][0] != code("identity")).sum())
    assert stats.binomtest(happened, MANY, expected).pvalue > 1e-3


def test_augmix_weights_sum_to_one_and_chains_have_one_to_three_steps():
    chosen = policy("augmix")
    kept, weights = chosen.weights(draws(MANY))
    assert torch.allclose(kept + weights.sum(dim=1), torch.ones(MANY), atol=1e-5)
    assert stats.kstest(kept, "uniform").pvalue > 1e-3
    steps = chosen.draw(draws(MANY), (64, 64), 0)
    lengths = sum((operation != code("identity")).long() for operation, _ in steps)
    assert stats.chisquare(torch.bincount(lengths)[1:]).pvalue > 1e-3


def test_augmix_of_nothing_is_the_image():
    images = photographs(4, 32)
    close = policy("augmix", severity=1, all_ops=False).apply(images, draws(4))
    assert (close.int() - images.int()).abs().float().mean() < 60


def test_erasing_erases_what_it_says():
    chosen = policy("erasing", p=1.0, value=77.0)
    images = noise(200, 40, 50)
    result = chosen.apply(images, draws(200))
    for image, before, (left, top, right, bottom) in zip(
        result, images, chosen.boxes(draws(200), (40, 50)).tolist(), strict=True
    ):
        assert (image[:, top:bottom, left:right] == 77).all()
        changed = (image != before).any(dim=0)
        changed[top:bottom, left:right] = False
        assert not changed.any()


def test_erased_areas_and_ratios_follow_the_ranges():
    chosen = policy("erasing", p=1.0, scale=Uniform(low=0.1, high=0.2), ratio=Uniform(low=0.5, high=2.0))
    left, top, right, bottom = chosen.boxes(draws(MANY), (200, 200)).T
    area = (right - left) * (bottom - top) / 200**2
    assert 0.095 < area.min() < area.max() < 0.21
    ratio = ((bottom - top) / (right - left)).log()
    assert stats.kstest(ratio, "uniform", args=(-0.6931, 1.3863)).statistic < 0.05


def one_hot(count: int, classes: int = 3) -> torch.Tensor:
    return torch.nn.functional.one_hot(torch.arange(count) % classes, classes).float()


@pytest.mark.parametrize("name", ["mixup", "cutmix"])
def test_mixing_keeps_targets_summing_to_one(name):
    images, targets = torch.rand(40, 3, 16, 16), one_hot(40)
    mixed, new = policy(name).mix(images, targets, draws(40))
    assert mixed.shape == images.shape
    assert torch.allclose(new.sum(dim=1), torch.ones(40))
    assert not torch.equal(mixed, images)


def test_mixup_blends_images_and_targets_alike():
    images = torch.arange(40.0).view(40, 1, 1, 1).expand(40, 3, 4, 4)
    mixed, new = policy("mixup", alpha=1.0).mix(images, torch.eye(40), draws(40))
    share = new.diagonal()
    expected = share * torch.arange(40.0) + (1 - share) * torch.arange(40.0).roll(1)
    assert torch.allclose(mixed[:, 0, 0, 0], expected, atol=1e-4)
    assert stats.kstest(share, "uniform").pvalue > 1e-3


def test_cutmix_targets_are_areas():
    images = torch.arange(60.0).view(60, 1, 1, 1).expand(60, 3, 20, 30)
    mixed, new = policy("cutmix").mix(images, torch.eye(60), draws(60))
    own = (mixed[:, 0] == torch.arange(60.0)[:, None, None]).float().mean(dim=(1, 2))
    assert torch.allclose(new.diagonal(), own, atol=1e-6)
    assert own.min() < 0.4
