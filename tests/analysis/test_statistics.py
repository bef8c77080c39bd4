"""Intervals, tests and words, against hand-computed values, scipy and statsmodels."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.multitest import multipletests

from augtui.analysis.statistics.exact import holm, mcnemar, sign_flip
from augtui.analysis.statistics.paired import PairedEstimate, paired_estimate, satterthwaite
from augtui.analysis.statistics.resample import resample_weights, resampled_variance, unit_count
from augtui.analysis.statistics.verdicts import HELPS, HURTS, NO_EVIDENCE, NO_PRACTICAL, TOO_FEW, verdict

DELTAS = np.array([0.02, 0.01, 0.04, -0.01, 0.04])


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_estimate_equals_the_hand_computed_one() -> None:
    # mean 0.02; squared deviations 0, 1, 4, 9, 4 (e-4) sum 18e-4, variance 4.5e-4, of the mean 9e-5.
    # images 7e-5: SE = sqrt(16e-5); df = (16e-5)^2 / ((9e-5)^2 / 4 + (7e-5)^2 / 99) = 256 / (81/4 + 49/99).
    found = paired_estimate(DELTAS, image_variance=7e-5, units=100)
    assert found is not None
    assert found.mean == pytest.approx(0.02)
    assert found.sd == pytest.approx(math.sqrt(4.5e-4))
    assert found.se == pytest.approx(math.sqrt(16e-5))
    assert found.df == pytest.approx(256 / (81 / 4 + 49 / 99))
    assert found.df == pytest.approx(12.340, abs=1e-3)


def test_interval_p_and_visible_difference_follow_from_student_t() -> None:
    found = PairedEstimate(mean=0.02, sd=0.01, n=5, se=0.01, df=10.0, p=0.0)
    # t(10): 2.228139 at 0.975, 1.812461 at 0.95, 0.879058 at 0.80 (any table).
    assert found.interval() == pytest.approx((0.02 - 0.02228139, 0.02 + 0.02228139), abs=1e-8)
    assert found.interval(0.90) == pytest.approx((0.02 - 0.01812461, 0.02 + 0.01812461), abs=1e-8)
    assert found.visible == pytest.approx(0.02228139 + 0.00879058, abs=1e-8)


def test_more_seeds_lower_the_visible_difference_to_what_the_images_leave() -> None:
    found = paired_estimate(DELTAS, image_variance=7e-5, units=100)
    assert found is not None
    # Normal quantiles 1.959964 and 0.841621.
    assert found.floor == pytest.approx((1.959964 + 0.841621) * math.sqrt(7e-5), rel=1e-5)
    assert found.floor < found.visible


def test_without_image_variance_it_is_the_paired_t_test() -> None:
    found = paired_estimate(DELTAS, image_variance=0.0, units=100)
    expected = stats.ttest_1samp(DELTAS, 0.0)
    assert found is not None
    assert found.p == pytest.approx(expected.pvalue)
    assert found.interval() == pytest.approx(tuple(expected.confidence_interval(0.95)))


def test_models_that_agree_on_every_image_may_disagree_on_one_elsewhere() -> None:
    assert resampled_variance(np.zeros(2000), units=50) == pytest.approx(1 / 50**2)
    found = paired_estimate(np.zeros(5), resampled_variance(np.zeros(2000), units=10), units=10)
    assert found is not None
    low, high = found.interval()
    # Ten images without a disagreement: the share of disagreements may well be a fifth.
    assert (low, high) == pytest.approx((-0.2262, 0.2262), abs=1e-4)
    assert verdict(found, 5, 1.0, margin=0.02, lower_is_better=False) == "no evidence either way"


def test_variance_over_resamples_needs_half_of_them() -> None:
    drawn = np.array([0.1, 0.3, np.nan, np.nan])
    assert resampled_variance(drawn, units=50) == pytest.approx(0.02)
    assert math.isnan(resampled_variance(np.append(drawn, np.nan), units=50))


def test_degrees_of_freedom_never_fall_below_those_of_the_seeds() -> None:
    assert satterthwaite(1.0, 4, 1.0, 1) == 4
    assert satterthwaite(0.0, 4, 0.0, 99) == 4


def test_equal_arms_have_a_p_of_one() -> None:
    found = paired_estimate(np.zeros(5), image_variance=0.0, units=50)
    assert found is not None
    assert (found.p, found.interval()) == (1.0, (0.0, 0.0))


@pytest.mark.parametrize(("deltas", "variance"), [([0.1], 0.1), ([], 0.1), ([0.1, 0.2], math.nan)])
def test_without_two_pairs_or_a_variance_there_is_no_estimate(deltas: list[float], variance: float) -> None:
    assert paired_estimate(np.array(deltas), variance, 50) is None


@pytest.mark.parametrize("count", range(1, 13))
def test_holm_equals_statsmodels(count: int) -> None:
    p_values = (rng().random(count) ** 3).round(2).tolist()
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist())


def test_holm_of_nothing_is_nothing() -> None:
    assert holm([]) == []


def test_holm_equals_the_hand_computed_values() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@pytest.mark.parametrize(("first", "second"), [(8, 12), (0, 5), (3, 3), (1, 0)])
def test_mcnemar_equals_statsmodels(first: int, second: int) -> None:
    a = np.array([True] * first + [False] * second + [True] * 20 + [False] * 4)
    b = np.array([False] * first + [True] * second + [True] * 20 + [False] * 4)
    expected = statsmodels_mcnemar([[20, first], [second, 4]], exact=True).pvalue
    assert mcnemar(a, b) == pytest.approx(min(expected, 1.0))


def test_mcnemar_of_models_that_always_agree_is_one() -> None:
    assert mcnemar(np.array([True, False]), np.array([True, False])) == 1.0


@pytest.mark.parametrize("pairs", [1, 5])
def test_sign_flip_needs_six_pairs(pairs: int) -> None:
    assert sign_flip(np.ones(pairs), rng()) is None


@pytest.mark.parametrize("pairs", [6, 8, 10])
def test_smallest_sign_flip_p_is_two_patterns(pairs: int) -> None:
    assert sign_flip(np.linspace(0.01, 0.02, pairs), rng()) == pytest.approx(2 / 2**pairs)


def test_sign_flip_counts_the_patterns() -> None:
    # Of the 64 patterns of 1..6, |sum| >= 19 holds for sums 21 and 19 (one flip of 1), each with both signs.
    assert sign_flip(np.array([-1.0, 2, 3, 4, 5, 6]), rng()) == pytest.approx(4 / 64)


def test_sign_flip_of_many_pairs_is_drawn_and_repeatable() -> None:
    deltas = np.random.default_rng(0).normal(0.5, 1, 20)
    first = sign_flip(deltas, rng())
    assert first == sign_flip(deltas, rng())
    assert first == pytest.approx(stats.ttest_1samp(deltas, 0).pvalue, abs=0.02)


def test_resamples_keep_each_class_as_large_as_it_is() -> None:
    labels = np.array([0] * 7 + [1] * 3)
    weights = resample_weights(labels, ("",) * 10, rng(), draws=50)
    assert set(weights[:, :7].sum(axis=1)) == {7.0}
    assert set(weights[:, 7:].sum(axis=1)) == {3.0}


def test_resamples_draw_the_images_of_a_patient_together() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1])
    groups = ("ann", "ann", "bob", "cay", "cay", "dan")
    weights = resample_weights(labels, groups, rng(), draws=50)
    assert np.array_equal(weights[:, 0], weights[:, 1])
    assert np.array_equal(weights[:, 3], weights[:, 4])
    assert unit_count(groups) == 4


def test_images_without_a_group_are_units_of_their_own() -> None:
    assert unit_count(("", "", "ann", "ann")) == 3


def test_resampled_mean_has_the_variance_of_the_mean() -> None:
    values = np.random.default_rng(1).normal(size=200)
    weights = resample_weights(np.zeros(200, dtype=np.int64), ("",) * 200, rng(), draws=4000)
    drawn = (weights * values).sum(axis=1) / weights.sum(axis=1)
    assert drawn.var() == pytest.approx(values.var() / 200, rel=0.1)


def estimate(mean: float, se: float, p: float = 0.5) -> PairedEstimate:
    return PairedEstimate(mean=mean, sd=0.01, n=5, se=se, df=20.0, p=p)


@pytest.mark.parametrize(
    ("found", "pairs", "p_holm", "words"),
    [
        (estimate(0.10, 0.001, 0.0), 4, 0.0, TOO_FEW),
        (None, 4, None, TOO_FEW),
        (None, 5, None, NO_EVIDENCE),
        (estimate(0.10, 0.01, 0.001), 5, 0.004, HELPS),
        (estimate(-0.10, 0.01, 0.001), 5, 0.004, HURTS),
        (estimate(0.10, 0.05, 0.04), 5, 0.12, NO_EVIDENCE),
        (estimate(0.001, 0.001, 0.5), 5, 1.0, NO_PRACTICAL),
        (estimate(0.005, 0.001, 0.001), 5, 0.004, NO_PRACTICAL),
        (estimate(0.0, 0.05, 0.9), 5, 1.0, NO_EVIDENCE),
    ],
)
def test_verdicts_come_in_their_order(
    found: PairedEstimate | None, pairs: int, p_holm: float | None, words: str
) -> None:
    assert verdict(found, pairs, p_holm, margin=0.01, lower_is_better=False) == words


def test_falling_error_helps() -> None:
    assert verdict(estimate(-0.1, 0.01, 0.001), 5, 0.001, 0.01, lower_is_better=True) == HELPS
