"""Methods 2 and 3 are those of the original study: parts, probabilities and ranges."""

from collections import Counter

import pytest
import torch
from scipy import stats

from augtui.engine.policies.study import combined_parameters
from augtui.plan.catalog import CATALOG
from augtui.plan.spec import Choice, ParamValue, Uniform
from tests.policies.material import draws, photographs, policy

MANY = 4000
KINDS = {
    "superpixels": ("superpixels",),
    "blur": ("gaussian blur", "average blur", "median blur", "bilateral blur", "motion blur"),
    "convolution": ("sharpen", "emboss", "edges"),
    "dropout": ("dropout", "coarse dropout", "black"),
    "brightness": ("brightness", "add"),
    "colour": ("invert", "quantise"),
}


def ways(name: str, **params: object) -> list[list[str]]:
    lines = policy(name, **params).describe(draws(MANY), (64, 64))  # type: ignore[arg-type]
    return [line.split(", ") for line in lines]


def share(found: list[list[str]], word: str) -> float:
    return sum(any(word in part for part in way) for way in found) / len(found)


def expected(found: list[list[str]], word: str, p: float) -> bool:
    return stats.binomtest(round(share(found, word) * len(found)), len(found), p).pvalue > 1e-3


@pytest.mark.parametrize("name", ["superpixel", "combined"])
def test_the_defaults_are_the_studys(name):
    declared = CATALOG.policy(name)
    assert declared is not None
    defaults = {item.name: item.default for item in declared.parameters}
    assert defaults["superpixels"] == 0.5
    assert defaults["p_replace"] == Uniform(low=0, high=1)
    assert defaults["n_segments"] == Uniform(low=100, high=200)
    assert defaults["gaussian_sigma"] == Uniform(low=0, high=3)
    assert defaults["average_size"] == defaults["median_size"] == Uniform(low=3, high=7)
    assert defaults["bilateral_diameter"] == Uniform(low=3, high=10)
    assert defaults["bilateral_colour"] == defaults["bilateral_space"] == Uniform(low=10, high=250)
    assert (defaults["motion_size"], defaults["motion_angle"]) == (7, Choice(options=(-45.0, 45.0)))
    assert defaults["sharpen_lightness"] == Uniform(low=0.75, high=1.5)
    assert defaults["emboss_strength"] == Uniform(low=0.5, high=1.5)
    assert defaults["edges_alpha"] == Uniform(low=0.5, high=1)
    assert defaults["dropout_share"] == defaults["coarse_dropout_share"] == Uniform(low=0.01, high=0.1)
    assert defaults["coarse_dropout_size"] == Uniform(low=0.02, high=0.05)
    assert (defaults["dropout_per_channel"], defaults["coarse_dropout_per_channel"]) == (0.5, 0.2)
    assert (defaults["total_dropout"], defaults["total_dropout_p"]) == (False, 0.1)
    assert defaults["brightness"] == Uniform(low=-30, high=30)
    assert (defaults["add"], defaults["add_per_channel"]) == (Uniform(low=-10, high=10), 0.5)
    assert (defaults["invert"], defaults["invert_per_channel"]) == (0.05, True)
    assert defaults["colours"] == Uniform(low=2, high=16)


def test_one_of_each_group_is_drawn():
    found = ways("superpixel")
    assert expected(found, "superpixels", 0.5)
    for blur in KINDS["blur"]:
        assert expected(found, blur, 0.2), blur
    for convolution, p in (("sharpen", 0.25), ("emboss", 0.25), ("edges", 0.5)):
        assert expected(found, convolution, p), convolution
    assert expected(found, "coarse dropout", 0.5)
    assert share(found, "dropout") == 1
    assert expected(found, "brightness", 0.5)
    assert expected(found, "quantise", 0.5)
    assert expected(found, "invert", 0.5 * (1 - 0.95**3))
    assert share(found, "black") == 0


def test_the_order_is_drawn_for_each_image():
    firsts = Counter(way[0].split()[0] for way in ways("superpixel", superpixels=0.0, invert=1.0))
    blurred = sum(firsts[word] for word in ("gaussian", "average", "median", "bilateral", "motion"))
    assert stats.binomtest(blurred, MANY, 1 / 5).pvalue > 1e-3


@pytest.mark.parametrize("flag", ["total_dropout", "original_study"])
def test_the_flaw_of_the_study_can_be_had_back(flag):
    assert expected(ways("superpixel", **{flag: True}), "black", 0.1 / 3)
    images = photographs(300, 8)
    result = policy("superpixel", **{flag: True}, superpixels=0.0, total_dropout_p=1.0, brightness=0.0, add=0.0,
                    invert=0.0, colours=256).apply(images, draws(300))  # fmt: skip
    black = (result == 0).flatten(1).all(dim=1)
    assert stats.binomtest(int(black.sum()), 300, 1 / 3).pvalue > 1e-3


def test_the_original_study_blurs_superpixels_as_imgaug_did():
    images = photographs(6, 160)
    quiet = {"p_replace": 0.2, "superpixels": 1.0, "n_segments": 50}
    leaves = [
        policy("superpixel", **quiet, **changes).leaves()[0]
        for changes in ({"original_study": True}, {"mode": "compatible"}, {})
    ]
    first, second, third = (leaf.apply(images, draws(6)) for leaf in leaves)
    assert torch.equal(first, second)
    assert not torch.equal(first, third)


def test_method_3_is_both_methods_with_the_geometry_in_one_piece():
    found = ways("combined", flip_horizontal=1.0, flip_vertical=0.0, affine=0.0, crop_pad=0.0)
    places = [way.index("flip horizontal") / (len(way) - 1) for way in found]
    assert 0.45 < sum(places) / MANY < 0.55
    assert share(found, "dropout") == 1
    assert combined_parameters()[:2] == ("flip_horizontal", "flip_vertical")
    assert "original_study" in combined_parameters()


def test_grey_images_stay_grey_once_the_colours_are_left_out():
    """What the caution of the catalog names is all that puts colours into grey images."""
    grey = photographs(8, 32).float().mean(dim=1, keepdim=True).round().to(torch.uint8)
    images = grey.expand(-1, 3, -1, -1).repeat(10, 1, 1, 1)
    without: dict[str, ParamValue] = {
        "fill": 128.0,
        "dropout_per_channel": 0.0,
        "coarse_dropout_per_channel": 0.0,
        "add_per_channel": 0.0,
        "invert_per_channel": False,
    }
    coloured = policy("combined").apply(images, draws(80)).int()
    stayed = policy("combined", **without).apply(images, draws(80)).int()
    assert (coloured.amax(dim=1) - coloured.amin(dim=1)).flatten(1).amax(dim=1).gt(4).sum() > 20
    assert torch.equal(stayed.amax(dim=1), stayed.amin(dim=1))
