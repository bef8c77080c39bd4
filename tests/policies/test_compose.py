"""Policies made of policies: each image goes its own way, and the batch does not show."""

from dataclasses import dataclass

import pytest
import torch
from scipy import stats
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies import Sources, build_policy
from augtui.engine.policies.compose import OneOf, Sequential, Sometimes
from augtui.plan.spec import PolicySpec
from tests.policies.material import draws, noise, photographs, policy, spec

MANY = 3000


@dataclass(frozen=True)
class Digit:
    """Appends a digit to the number that an image is."""

    digit: int

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        return images * 4 + self.digit

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        return [str(self.digit)] * len(draws)


def numbers(tree: Sequential | OneOf | Sometimes, count: int = MANY) -> Tensor:
    """What becomes of images that are 0."""
    return tree.apply(torch.zeros(count, 3, 1, 1, dtype=torch.uint8), draws(count))[:, 0, 0, 0].long()


ONE, TWO, THREE = Digit(1), Digit(2), Digit(3)


def test_a_sequence_keeps_its_order():
    assert numbers(Sequential((ONE, TWO, THREE))).unique().tolist() == [(1 * 4 + 2) * 4 + 3]


def test_a_random_order_is_drawn_for_each_image():
    found, counts = numbers(Sequential((ONE, TWO, THREE), random_order=True)).unique(return_counts=True)
    assert len(found) == 6
    assert stats.chisquare(counts).pvalue > 1e-3


def test_one_of_several_is_drawn_for_each_image():
    found, counts = numbers(OneOf((ONE, TWO, THREE))).unique(return_counts=True)
    assert found.tolist() == [1, 2, 3]
    assert stats.chisquare(counts).pvalue > 1e-3


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_sometimes_acts_with_its_probability(p):
    assert float((numbers(Sometimes(ONE, p)) == 1).float().mean()) == pytest.approx(p, abs=0.03)


def test_parts_of_different_depth_nest():
    tree = Sequential((OneOf((ONE, Sequential((TWO, THREE)))), Sometimes(Sequential((ONE, ONE)), 0.5)), True)
    found = set(numbers(tree).unique().tolist())
    inner, outer = {1, 2 * 4 + 3}, {0, 1 * 4 + 1}
    first = {a * (16 if b else 1) + b for a in inner for b in outer}
    second = {b * (4 if a == 1 else 16) + a for a in inner for b in outer}
    assert found == first | second


def test_equal_parts_draw_independently():
    noisy = Sometimes(ONE, 0.5)
    both = numbers(Sequential((noisy, noisy)))
    assert float((both == 1 * 4 + 1).float().mean()) == pytest.approx(0.25, abs=0.03)


def test_descriptions_tell_the_way_of_each_image():
    tree = Sequential((Sometimes(ONE, 0.5), OneOf((TWO, THREE))), random_order=True)
    way = ["".join(line.split(", ")) for line in tree.describe(draws(50), (8, 8))]
    shown = [int(text, 4) for text in way]
    assert shown == numbers(tree, 50).tolist()
    assert Sometimes(ONE, 0.0).describe(draws(2), (8, 8)) == ["unchanged", "unchanged"]


def test_compositions_of_a_plan_are_built():
    parts = (spec("flip"), PolicySpec(name="one_of", params={"policies": (spec("blur"), spec("dropout"))}))
    built = build_policy(
        PolicySpec(
            name="sometimes",
            params={
                "policy": PolicySpec(name="sequence", params={"policies": parts, "random_order": True}),
                "p": 0.5,
            },
        )
    )
    assert isinstance(built, Sometimes)
    images = photographs(32, 24)
    result = built.apply(images, draws(32))
    untouched = (result == images).flatten(1).all(dim=1)
    assert 5 < int(untouched.sum()) < 27
    lines = built.describe(draws(32), (24, 24))
    assert {line for line, same in zip(lines, untouched, strict=True) if line == "unchanged" and not same} == set()


@pytest.mark.parametrize(
    "name",
    [
        "rotate", "scale", "shear", "crop", "pad", "elastic", "superpixels", "blur", "sharpen", "emboss", "dropout",
        "coarse_dropout", "brightness", "contrast", "colour", "invert", "noise", "clahe", "erasing",
    ],
)  # fmt: skip
def test_probability_0_is_the_identity_and_1_acts(name):
    images = noise(24, 40, 40)
    strong = {"coarse_dropout": {"share": 0.5}, "superpixels": {"p_replace": 1.0}}.get(name, {})

    def changed(p: float) -> int:
        result = policy(name, p=p, **strong).apply(images, draws(24))
        return int((result != images).flatten(1).any(dim=1).sum())

    assert changed(0.0) == 0
    # A drawn strength may happen to be next to nothing.
    assert changed(1.0) >= 22
    assert 4 <= changed(0.5) <= 20


def test_an_empty_batch_stays_empty():
    assert Sequential((ONE, OneOf((TWO, THREE))), True).apply(noise(0), draws(0)).shape == (0, 3, 24, 24)
