"""Draws are pure functions of (stream, image, pass, name), with the distributions that they promise."""

import pytest
import torch
from scipy import stats

from augtui.engine.draws import Draws, image_keys
from tests.policies.material import draws

MANY = 20_000


def test_keys_depend_on_stream_image_and_pass():
    images, passes = torch.arange(50).repeat(20), torch.arange(20).repeat_interleave(50)
    keys = torch.cat([image_keys(stream, images, passes) for stream in (0, 1, 2**62)])
    assert len(keys.unique()) == len(keys)


def split_mix(state: int) -> int:
    """SplitMix64's next number, in Python's unbounded integers."""
    mask = 2**64 - 1
    z = state & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


def test_keys_are_split_mix_64():
    step = 0x9E3779B97F4A7C15
    assert [split_mix(count * step) for count in (1, 2)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]
    images, passes = [0, 1, 2**40], [0, 7, 3]
    keys = image_keys(2**62 + 5, torch.tensor(images), torch.tensor(passes))
    expected = [
        split_mix(number * step + split_mix(image * step + 2**62 + 5))
        for image, number in zip(images, passes, strict=True)
    ]
    assert [key % 2**64 for key in keys.tolist()] == expected


def test_a_number_does_not_depend_on_the_batch_or_on_other_questions():
    whole = draws(40)
    whole.uniform("another")
    alone = draws(1, first=17)
    assert torch.equal(whole.uniform("a")[17:18], alone.uniform("a"))
    assert torch.equal(whole.field("b", (3, 4))[17:18], alone.field("b", (3, 4)))
    assert torch.equal(whole.beta("c", 0.2, 0.2)[17:18], alone.beta("c", 0.2, 0.2))
    assert torch.equal(whole.permutation("d", 9)[17:18], alone.permutation("d", 9))


def test_names_and_children_are_independent():
    many = draws(MANY)
    pairs = [(many.uniform("a"), many.uniform("b")), (many.uniform("a"), many.child("x").uniform("a"))]
    for one, other in pairs:
        assert abs(stats.pearsonr(one, other).statistic) < 0.03


def test_neighbouring_images_and_passes_are_independent():
    by_image = draws(MANY).uniform("a")
    by_pass = Draws(image_keys(1, torch.zeros(MANY, dtype=torch.int64), torch.arange(MANY))).uniform("a")
    for sequence in (by_image, by_pass):
        assert abs(stats.pearsonr(sequence[:-1], sequence[1:]).statistic) < 0.03
        assert stats.kstest(sequence, "uniform").pvalue > 1e-3


def test_selection_gives_the_same_numbers():
    some = draws(10)
    mask = torch.tensor([True, False] * 5)
    assert torch.equal(some.select(mask).uniform("a"), some.uniform("a")[mask])


def test_continuous_distributions():
    many = draws(MANY)
    assert stats.kstest(many.uniform("u", -2, 3), "uniform", args=(-2, 5)).pvalue > 1e-3
    assert stats.kstest(many.normal("n"), "norm").pvalue > 1e-3
    assert stats.kstest(many.field("f", (1,))[:, 0], "uniform").pvalue > 1e-3
    assert stats.kstest(many.normals("g", 2).flatten(), "norm").pvalue > 1e-3


@pytest.mark.parametrize(("a", "b"), [(0.2, 0.2), (1.0, 1.0), (4.0, 4.0), (0.5, 3.0)])
def test_beta_distribution(a, b):
    shares = draws(MANY).beta("beta", a, b)
    # Near 1 float32 has few numbers left, so that small shapes pile up there: look at the lower half.
    lower = stats.beta(a, b).cdf(0.5)
    below = shares[shares < 0.5]
    assert stats.binomtest(len(below), MANY, lower).pvalue > 1e-3
    assert stats.kstest(below, lambda share: stats.beta(a, b).cdf(share) / lower).pvalue > 1e-3


def test_dirichlet_rows_sum_to_one():
    weights = draws(MANY).dirichlet("d", 3, 1.0)
    assert torch.allclose(weights.sum(dim=1), torch.ones(MANY))
    assert stats.kstest(weights[:, 0], "beta", args=(1, 2)).pvalue > 1e-3


def test_integers_reach_both_ends_equally_often():
    counts = draws(MANY).integers("i", -2, 4).add(2).bincount(minlength=7)
    assert stats.chisquare(counts).pvalue > 1e-3


def test_permutations_are_all_equally_likely():
    orders = draws(MANY).permutation("p", 3)
    assert torch.equal(orders.sort(dim=1).values, torch.arange(3).expand(MANY, 3))
    codes = (orders * torch.tensor([9, 3, 1])).sum(dim=1).unique(return_counts=True)[1]
    assert len(codes) == 6
    assert stats.chisquare(codes).pvalue > 1e-3


@pytest.mark.parametrize(("p", "low", "high"), [(0.0, 0, 0), (1.0, 1, 1), (0.3, 0.28, 0.32)])
def test_chance_is_never_at_zero_and_always_at_one(p, low, high):
    assert low <= draws(MANY).chance("c", p).float().mean() <= high


def test_generators_differ_between_images_and_repeat():
    some = draws(4)
    first = [torch.rand(1, generator=generator).item() for generator in some.generators()]
    again = [torch.rand(1, generator=generator).item() for generator in some.generators()]
    assert first == again
    assert len(set(first)) == 4


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_the_gpu_draws_the_same_bits():
    images, passes = torch.arange(100), torch.arange(100) % 7
    assert torch.equal(image_keys(3, images.cuda(), passes.cuda()).cpu(), image_keys(3, images, passes))
    some = draws(5)
    assert torch.equal(some.field("f", (7, 7), "cuda").cpu(), some.field("f", (7, 7)))
