"""Each operation against imgaug with the same, fixed parameters: at most 2 grey levels on average."""

import numpy as np
import pytest
import torch
from torch import Tensor

from augtui.engine.policies.base import ImagePolicy
from augtui.engine.policies.blurring import AverageBlur, BilateralBlur, GaussianBlur, MedianBlur, MotionBlur
from augtui.engine.policies.colouring import Add, Brightness, Clahe, Colour, Contrast, Invert, Noise, Quantise
from augtui.engine.policies.compose import OneOf, Sequential, Sometimes
from augtui.engine.policies.convolving import DirectedEdges, Edges, Emboss, Sharpen
from augtui.engine.policies.dropping import CoarseDropout, PixelDropout, TotalDropout
from augtui.engine.policies.imgaug_compat import imgaug_problem
from augtui.engine.policies.kernels.brightness import SPACES
from augtui.engine.policies.moving import Elastic
from augtui.engine.policies.padding import BORDERS
from augtui.engine.policies.reference import Reference
from augtui.engine.policies.single import crop, flip, pad, rotate, scale, shear
from augtui.engine.policies.superpixels import Superpixels
from tests.policies.material import difference, draws, photographs, policy, real_images

pytestmark = pytest.mark.skipif(bool(imgaug_problem()), reason=imgaug_problem())

WARP = {"p": 1.0, "interpolation": "bilinear", "fill": 100.0}
EXACT = 0.0
ROUNDING = 0.5
CLOSE = 1.0
WITHIN = 2.0

FIXED: dict[str, tuple[ImagePolicy, float]] = {
    **{f"gaussian {sigma}": (GaussianBlur(sigma), ROUNDING) for sigma in (0.0, 0.4, 1.5, 3.0, 6.0)},
    **{f"average {size}": (AverageBlur(size), ROUNDING) for size in (1, 3, 4, 7)},
    **{f"median {size}": (MedianBlur(size), EXACT) for size in (1, 3, 4, 7, 9)},
    **{f"bilateral {given}": (BilateralBlur(*given), ROUNDING) for given in ((3, 10, 250), (6, 80, 9), (9, 250, 90))},
    **{f"motion {given}": (MotionBlur(*given), ROUNDING) for given in ((7, -45, 0.0), (7, 45, 1.0), (4, 10, -0.5))},
    **{f"sharpen {given}": (Sharpen(*given), ROUNDING) for given in ((0.0, 1.0), (0.5, 0.75), (1.0, 1.5))},
    **{f"emboss {a} {s}": (Emboss(a, s), ROUNDING) for a, s in ((0.0, 1.0), (0.5, 0.5), (1.0, 1.5))},
    **{f"edges {a}": (Edges(a), ROUNDING) for a in (0.0, 0.5, 1.0)},
    **{f"directed edges {a} {d}": (DirectedEdges(a, d), ROUNDING) for a, d in ((0.3, 0.1), (0.5, 0.5), (1.0, 0.9))},
    **{f"add {value}": (Add(value, 0.0), EXACT) for value in (-10.0, 7.4)},
    **{f"quantise {colours}": (Quantise(colours), EXACT) for colours in (2, 3, 7, 16)},
    **{f"contrast {factor}": (Contrast(factor, 0.0), EXACT) for factor in (0.5, 1.0, 1.6)},
    "invert": (Invert(1.0, per_channel=False), EXACT),
    "total dropout": (TotalDropout(1.0), EXACT),
    **{f"brightness {space} {add}": (Brightness(add, space), WITHIN) for space in SPACES for add in (-30.0, 25.0)},
    **{f"saturation {factor}": (Colour(factor, 0.0), WITHIN) for factor in (0.0, 0.5, 1.5)},
    **{f"hue {degrees}": (Colour(1.0, degrees), WITHIN) for degrees in (-360 / 255 * 20, 360 / 255 * 7)},
    **{f"rotate {border}": (rotate(degrees=30.0, border=border, **WARP), CLOSE) for border in BORDERS[:5]},
    "rotate nearest": (rotate(degrees=-20.0, border="wrap", **(WARP | {"interpolation": "nearest"})), CLOSE),
    "scale": (scale(factor=0.7, border="symmetric", **WARP), CLOSE),
    "shear": (shear(degrees=12.0, border="constant", **WARP), CLOSE),
    "crop": (crop(p=1.0, share=0.1), WITHIN),
    **{f"pad {border}": (pad(p=1.0, share=0.11, border=border, fill=50.0), WITHIN) for border in BORDERS},
    "flip": (flip(horizontal=1.0, vertical=0.0), EXACT),
    "flip both": (flip(horizontal=1.0, vertical=1.0), EXACT),
    "clahe 1": (Clahe(1.0, 3), WITHIN),
}  # fmt: skip


def compare(policy: ImagePolicy, images: Tensor) -> float:
    own = draws(len(images))
    return difference(policy.apply(images, own), Reference.of(policy).apply(images, own))


@pytest.mark.parametrize("name", FIXED)
def test_operation_equals_imgaug(name):
    chosen, allowed = FIXED[name]
    assert compare(chosen, photographs(8, 64)) <= allowed


@pytest.mark.parametrize("dataset", ["skin_lesion", "covid_xray"])
@pytest.mark.parametrize("name", FIXED)
def test_operation_equals_imgaug_on_real_images(name, dataset):
    chosen, allowed = FIXED[name]
    assert compare(chosen, real_images(dataset, 8, 128)) <= allowed


def test_clahe_differs_only_by_the_rounding_of_lightness():
    """Steep tables make more of a lightness that OpenCV rounds to the other side; the tables are the same."""
    cv2 = pytest.importorskip("cv2")
    from augtui.engine.policies.kernels.clahe import equalise_tiles

    levels = photographs(8, 64)[:, 0].contiguous()
    for limit, tiles in ((1.0, 3), (3.0, 8), (8.0, 5)):
        reference = cv2.createCLAHE(limit, (tiles, tiles))
        theirs = np.stack([reference.apply(image) for image in levels.numpy()])
        ours = equalise_tiles(levels.long(), torch.full((8,), limit), tiles)
        assert difference(ours, torch.from_numpy(theirs)) < 0.05
    assert compare(Clahe(8.0, 12), photographs(8, 64)) <= 3.0


@pytest.mark.parametrize(
    "noisy",
    [
        PixelDropout(0.1, 0.5),
        PixelDropout(0.1, 0.0),
        CoarseDropout(0.1, 0.1, 0.2),
        Noise(12.0, 1.0),
        Elastic(30.0, 5.0),
    ],
    ids=["dropout", "dropout of pixels", "coarse dropout", "noise", "elastic"],
)
def test_random_fields_change_images_as_much_as_imgaugs(noisy):
    images = photographs(64, 64)
    own = draws(64)
    ours, theirs = (chosen.apply(images, own) for chosen in (noisy, Reference.of(noisy)))
    changed = [difference(result, images) for result in (ours, theirs)]
    assert changed[0] == pytest.approx(changed[1], rel=0.15)
    assert float(ours.float().std()) == pytest.approx(float(theirs.float().std()), rel=0.05)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_superpixels_equal_mended_imgaug(share):
    painted = Superpixels(share, 80, "compatible", 128, 10.0)
    assert compare(painted, photographs(4, 64)) == 0
    assert compare(painted, photographs(2, 160)) == 0


def test_clean_superpixels_equal_imgaugs_too():
    painted = Superpixels(1.0, 80, "clean", 96, 10.0)
    assert compare(painted, photographs(2, 144)) <= 0.5


@pytest.mark.parametrize("name", ["geometric", "superpixel", "combined"])
def test_whole_methods_have_the_same_statistics(name):
    images = photographs(300, 32)
    means, deviations = [], []
    for implementation in ("tensor", "imgaug"):
        result = policy(name, implementation=implementation).apply(images, draws(300)).float()
        means.append(float(result.mean()))
        deviations.append(float(result.std()))
    assert means[0] == pytest.approx(means[1], rel=0.2)
    assert deviations[0] == pytest.approx(deviations[1], rel=0.2)


@pytest.mark.parametrize("name", ["geometric", "superpixel", "blur", "sequence"])
def test_the_reference_does_not_depend_on_the_batch(name):
    if name == "sequence":
        parts = (GaussianBlur(1.0), Noise(10.0, 1.0), Sometimes(OneOf((Add(5.0, 0.0), Quantise(3))), 0.7))
        chosen = Reference.of(Sequential(parts, random_order=True))
    else:
        chosen = policy(name, implementation="imgaug")
    images = photographs(10, 32)
    together = chosen.apply(images, draws(10))
    assert torch.equal(chosen.apply(images[4:], draws(6, first=4)), together[4:])
    assert torch.equal(chosen.apply(images, draws(10)), together)
    assert not torch.equal(chosen.apply(images, draws(10, passes=1)), together)
