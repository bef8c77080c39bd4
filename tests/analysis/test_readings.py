"""Which share of the images an arm is worth."""

import math
from pathlib import Path

import numpy as np
import pytest

from augtui.analysis.collect import collect
from augtui.analysis.statistics.equivalence import equivalent_share
from augtui.analysis.summarise import summarise
from augtui.plan.grid import RunCell
from augtui.plan.spec import Axis
from augtui.runlog.summary import Summary
from tests.analysis.synthetic import Truth, make_study, plan

SHARES = np.array([0.1, 0.25, 0.5, 1.0])
CURVE = np.array([0.6, 0.7, 0.8, 0.9])


def read(target: float, curve: np.ndarray = CURVE, noise: float = 0.0, seeds: int = 5) -> tuple[float, float, float]:
    rng = np.random.default_rng(3)
    of_seeds = noise * rng.normal(size=(seeds, 5))
    of_images = noise * rng.normal(size=(400, 5))
    found = equivalent_share(
        SHARES,
        curve + of_seeds[:, 1:],
        target + of_seeds[:, 0],
        curve + of_images[:, 1:],
        target + of_images[:, 0],
        rng,
    )
    return found.share, found.low, found.high


@pytest.mark.parametrize(
    ("target", "share"),
    [
        (0.6, 0.1),
        (0.7, 0.25),
        (0.9, 1.0),
        (0.75, math.sqrt(0.25 * 0.5)),
        (0.85, math.sqrt(0.5)),
        (0.5, -math.inf),
        (0.95, math.inf),
    ],
)
def test_target_is_read_off_the_curve(target: float, share: float) -> None:
    assert read(target)[0] == pytest.approx(share)


def test_plateau_is_reached_at_its_beginning() -> None:
    assert read(0.7, np.array([0.6, 0.7, 0.7, 0.9]))[0] == pytest.approx(0.25)


def test_falling_part_of_the_curve_is_levelled() -> None:
    assert read(0.75, np.array([0.6, 0.8, 0.7, 0.9]))[0] == pytest.approx(0.25)


def test_interval_holds_the_reading_and_grows_with_noise() -> None:
    share, low, high = read(0.75, noise=0.005)
    _, lower, higher = read(0.75, noise=0.02)
    assert lower < low < share < high < higher


def test_one_seed_has_no_interval() -> None:
    share, low, high = read(0.75, seeds=1)
    assert share == pytest.approx(math.sqrt(0.125))
    assert math.isnan(low)
    assert math.isnan(high)


def test_interval_covers_the_truth() -> None:
    hits = 0
    rng = np.random.default_rng(0)
    truth = np.r_[0.75, CURVE]
    for _ in range(200):
        image_error = 0.01 * rng.normal(size=5)
        seeds = truth + image_error + 0.02 * rng.normal(size=(5, 5))
        images = seeds.mean(axis=0) + 0.01 * rng.normal(size=(200, 5))
        found = equivalent_share(SHARES, seeds[:, 1:], seeds[:, 0], images[:, 1:], images[:, 0], rng)
        hits += found.low <= math.sqrt(0.125) <= found.high
    assert hits / 200 >= 0.93


def fraction_study(tmp_path: Path, seeds: int) -> Summary:
    def quality(cell: RunCell) -> float:
        share = float(dict(cell.point)["data.fraction"])
        return 1.0 + 2.0 * math.sqrt(share) + (0.6 if cell.arm.name == "flipped" else 0.0)

    made = plan("original", "flipped", seeds=seeds, axes=(Axis(key="data.fraction", values=(0.1, 0.25, 0.5, 1.0)),))
    study = make_study(tmp_path, made, quality, Truth(test=400))
    return summarise(collect(study, made, 0.0))


def test_arm_is_read_in_images_at_each_fraction(tmp_path: Path) -> None:
    found = fraction_study(tmp_path, seeds=5).readings
    assert [reading.fraction for reading in found] == [0.1, 0.25, 0.5, 1.0]
    quarter = found[1]
    assert quarter.equivalent is not None
    assert quarter.equivalent > 0.25
    assert quarter.text.startswith("flipped with 25 % of the images reaches what original reaches with ")
    assert "95 % interval" in quarter.text


def test_better_than_all_images_is_said_in_words(tmp_path: Path) -> None:
    last = fraction_study(tmp_path, seeds=5).readings[-1]
    assert last.equivalent is None
    assert last.text.startswith("flipped with 100 % of the images reaches more than original reaches with 100 %")


def test_few_seeds_have_a_reading_without_an_interval(tmp_path: Path) -> None:
    reading = fraction_study(tmp_path, seeds=3).readings[0]
    assert (reading.low, reading.high) == (None, None)
    assert reading.text.endswith("too few seeds for an interval")


def test_study_without_fractions_has_no_readings(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    assert summarise(collect(make_study(tmp_path, made), made, 0.0)).readings == []
