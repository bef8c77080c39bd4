"""The gate on a toy distribution: it passes new images of it, and names what is wrong with others."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from augtui.engine.generators.probe import Probe, train_probe
from augtui.engine.generators.quality import Yardstick
from augtui.metrics.gate import TRUSTED, judge
from augtui.runlog.quality import ClassQuality
from tests.generators.toys import both, discs


@pytest.fixture(scope="module")
def probe() -> Probe:
    images, labels = both(0, 160)
    return train_probe(images, labels, 2, seed=0)


@pytest.fixture(scope="module")
def yardstick(probe: Probe) -> Yardstick:
    return Yardstick(probe, 0, discs(0, 160), discs(1, 60), seed=0)


def quality(yardstick: Yardstick, images: Tensor, flat_steps: int = 0) -> ClassQuality:
    measured = yardstick.measure(images)
    return ClassQuality(
        name="dark",
        training=160,
        validation=yardstick.validation,
        drawn=len(images),
        step=100,
        marks=measured.marks,
        ceiling=measured.ceiling,
        spread=measured.spread,
        copy_z=measured.copy_z,
        copy_ratio=measured.copy_ratio,
        copied=measured.copied,
        copied_usual=measured.copied_usual,
        copies=measured.copies,
        flat_steps=flat_steps,
        pairs=(),
    )


def noisy(images: Tensor, strength: float) -> Tensor:
    noise = torch.randn(images.shape, generator=torch.Generator().manual_seed(0))
    return (images.float() + strength * noise).round().clamp(0, 255).to(torch.uint8)


def test_new_images_of_the_distribution_pass(yardstick: Yardstick) -> None:
    item = quality(yardstick, discs(7, yardstick.drawn))
    assert judge([item]) == (True, ())
    assert item.ceiling.coverage is not None
    assert item.marks.coverage == pytest.approx(item.ceiling.coverage, abs=0.15)


def test_one_image_drawn_again_and_again_is_a_collapse(yardstick: Yardstick) -> None:
    collapsed = noisy(discs(7, 1).expand(yardstick.drawn, -1, -1, -1), 3)
    passed, reasons = judge([quality(yardstick, collapsed)])
    assert passed is False
    assert any("collapsed" in reason for reason in reasons)
    assert not any("copies" in reason for reason in reasons)


def test_a_generator_that_knows_one_of_four_colours_covers_too_little(yardstick: Yardstick) -> None:
    one_place = discs(7, 400, colours=1)
    near = one_place[(one_place.float().mean(dim=(1, 2, 3)) - one_place.float().mean()).abs().argsort()[:60]]
    item = quality(yardstick, near)
    assert item.marks.coverage is not None
    assert item.ceiling.coverage is not None
    assert item.marks.coverage < item.ceiling.coverage


@pytest.mark.parametrize("how", ["exact", "with noise", "shifted", "mirrored"])
def test_copies_of_training_images_are_found(yardstick: Yardstick, how: str) -> None:
    copied = discs(0, 160)[: yardstick.drawn]
    copied = {
        "exact": copied,
        "with noise": noisy(copied, 6),
        "shifted": copied.roll(1, dims=-1),
        "mirrored": copied.flip(-1),
    }[how]
    passed, reasons = judge([quality(yardstick, copied)])
    assert passed is False
    assert any("copies training images" in reason for reason in reasons)


def test_copies_among_new_images_are_found(yardstick: Yardstick) -> None:
    mixed = torch.cat([discs(7, yardstick.drawn - 12), discs(0, 160)[:12]])
    passed, reasons = judge([quality(yardstick, mixed)])
    assert passed is False
    assert len(reasons) == 1
    assert "are as close as duplicates" in reasons[0]


@pytest.mark.parametrize("twins", [1, 4])
def test_copies_are_found_though_training_images_have_copies_of_their_own(probe: Probe, twins: int) -> None:
    training = torch.cat([discs(0, 160), discs(0, 160)[:twins]])
    yardstick = Yardstick(probe, 0, training, discs(1, 60), seed=0)
    mixed = torch.cat([discs(7, yardstick.drawn - 12), discs(0, 160)[-12:]])
    item = quality(yardstick, mixed)
    assert judge([item])[0] is False
    assert set(range(yardstick.drawn - 12, yardstick.drawn)) <= set(item.copies)
    assert min(pair.distance for pair in yardstick.measure(mixed).closest) < 1
    assert judge([quality(yardstick, discs(7, yardstick.drawn))]) == (True, ())


def test_smooth_images_of_a_rough_class_are_no_copies(probe: Probe) -> None:
    rng = np.random.default_rng(0)
    rough = rng.normal(128, 40, (220, 3, 64, 64)) * rng.uniform(0.2, 1, (220, 1, 1, 1))
    images = torch.from_numpy(rough.clip(0, 255).astype(np.uint8))
    yardstick = Yardstick(probe, 0, images[:160], images[160:], seed=0)
    smooth = functional.avg_pool2d(images[160:].float(), 17, 1, padding=8, count_include_pad=False)
    smooth = (smooth + 10 * torch.randn(60, 1, 1, 1, generator=torch.Generator().manual_seed(1))).to(torch.uint8)
    _, reasons = judge([quality(yardstick, smooth)])
    assert not any("copies" in reason for reason in reasons)


def test_blurred_new_images_are_no_copies(yardstick: Yardstick) -> None:
    small = functional.interpolate(discs(7, yardstick.drawn).float(), size=6, mode="bilinear", antialias=True)
    blurred = functional.interpolate(small, size=64, mode="bilinear").round().to(torch.uint8)
    _, reasons = judge([quality(yardstick, blurred)])
    assert not any("copies" in reason for reason in reasons)


def test_the_closest_pairs_name_the_copied_images(yardstick: Yardstick) -> None:
    training = discs(0, 160)
    drawn = discs(7, yardstick.drawn)
    drawn[5], drawn[9] = training[33], training[44].flip(-1)
    first, second = sorted(yardstick.measure(drawn).closest[:2], key=lambda pair: pair.drawn)
    assert (first.drawn, first.training, first.mirrored) == (5, 33, False)
    assert (second.drawn, second.training, second.mirrored) == (9, 44, True)


def test_images_of_another_class_are_a_mislabelling(yardstick: Yardstick) -> None:
    passed, reasons = judge([quality(yardstick, discs(7, yardstick.drawn, light=True))])
    assert passed is False
    assert any("0% of its images are taken for dark" in reason for reason in reasons)


def test_a_discriminator_that_won_is_a_failure(yardstick: Yardstick) -> None:
    item = quality(yardstick, discs(7, yardstick.drawn), flat_steps=501)
    assert judge([item]) == (False, ("dark: the discriminator's loss was next to nothing for 501 steps",))


def test_few_validation_images_make_the_gate_blind_but_not_to_everything(probe: Probe) -> None:
    few = Yardstick(probe, 0, discs(0, 160), discs(1, TRUSTED - 1), seed=0)
    passed, reasons = judge([quality(few, discs(7, few.drawn))])
    assert passed is None
    assert reasons == ("dark: 49 validation images, 50 are needed",)
    assert judge([quality(few, discs(0, 160)[: few.drawn])])[0] is False


@pytest.mark.parametrize(("real", "passed"), [(0.5, None), (0.9, False)])
def test_on_few_images_only_a_probe_that_knows_the_real_ones_is_believed(
    yardstick: Yardstick, real: float, passed: bool | None
) -> None:
    item = quality(yardstick, discs(7, yardstick.drawn))
    marks, ceiling = (
        msgspec.structs.replace(found, agreement=share) for found, share in ((item.marks, 0.04), (item.ceiling, real))
    )
    found, reasons = judge([msgspec.structs.replace(item, validation=12, marks=marks, ceiling=ceiling)])
    assert found is passed
    assert reasons[-1] == "dark: 12 validation images, 50 are needed"
    assert any("are taken for dark" in reason for reason in reasons) is (passed is False)


@pytest.mark.parametrize(
    ("real", "drawn"), [((0.5, 0.5), (0.5, 0.45)), ((1.0, 0.0), (1.0, 0.0)), ((1.0, 0.4), (1.0, 0.0))]
)
def test_a_probe_that_does_not_know_a_class_cannot_vouch_for_it(
    yardstick: Yardstick, real: tuple[float, float], drawn: tuple[float, float]
) -> None:
    item = quality(yardstick, discs(7, yardstick.drawn))
    items = [
        msgspec.structs.replace(
            item,
            name=name,
            marks=msgspec.structs.replace(item.marks, agreement=share),
            ceiling=msgspec.structs.replace(item.ceiling, agreement=known),
        )
        for name, share, known in zip("ab", drawn, real, strict=True)
    ]
    passed, reasons = judge(items)
    assert passed is None
    assert f"b: the probe takes {real[1]:.0%} of the real images for it" in reasons[-1]


@pytest.mark.parametrize("coverage", [None, float("nan")])
def test_what_is_not_a_number_does_not_pass(yardstick: Yardstick, coverage: float | None) -> None:
    item = quality(yardstick, discs(7, yardstick.drawn))
    marks = msgspec.structs.replace(item.marks, coverage=coverage)
    assert judge([msgspec.structs.replace(item, marks=marks)])[0] is False


def test_without_validation_images_there_are_no_marks(probe: Probe) -> None:
    none = Yardstick(probe, 0, discs(0, 160), discs(1, 0), seed=0)
    item = quality(none, discs(7, none.drawn))
    assert item.marks == msgspec.structs.replace(item.marks, kid=None, density=None, coverage=None)
    assert item.copy_z is None
    assert judge([item])[0] is None
