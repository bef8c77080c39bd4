"""Each operation against imgaug with the same, fixed parameters: at most 2 grey levels on average."""

import numpy as np
import pytest
import torch
from torch import Tensor

from augtui.engine.policies.base import ImagePolicy
from augtui.engine.policies.blurring import GaussianBlur
from augtui.engine.policies.colouring import Add, Noise, Quantise
from augtui.engine.policies.compose import OneOf, Sequential, Sometimes
from augtui.engine.policies.dropping import CoarseDropout, PixelDropout
from augtui.engine.policies.imgaug_compat import imgaug_problem
from augtui.engine.policies.moving import Elastic
from augtui.engine.policies.reference import Reference
from augtui.engine.policies.superpixels import Superpixels
from tests.policies.fixed import FIXED, REASONS, WITHIN
from tests.policies.material import difference, draws, photographs, policy, real_images

pytestmark = pytest.mark.skipif(bool(imgaug_problem()), reason=imgaug_problem())


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


def test_only_operations_with_a_reason_may_differ_by_more_than_two_levels():
    assert {name for name, (_, allowed) in FIXED.items() if allowed > WITHIN} == set(REASONS)


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
def test_superpixels_of_large_images_equal_mended_imgaug(share):
    assert compare(Superpixels(share, 80, "compatible", 128, 10.0), photographs(2, 160)) == 0


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
