"""Measures of samples, against their definitions and against distributions whose answer is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from augtui.engine.generators.measures import (
    density_and_coverage,
    kid,
    mann_whitney_z,
    neighbours,
    spread,
)


def normal(seed: int, count: int, dimension: int = 8, shift: float = 0.0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(shift, 1, (count, dimension))


def test_kid_equals_its_definition_term_by_term() -> None:
    a, b = normal(0, 7, 3), normal(1, 5, 3)

    def kernel(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
        return float((x @ y / 3 + 1) ** 3)

    within_a = sum(kernel(a[i], a[j]) for i in range(7) for j in range(7) if i != j) / (7 * 6)
    within_b = sum(kernel(b[i], b[j]) for i in range(5) for j in range(5) if i != j) / (5 * 4)
    between = sum(kernel(x, y) for x in a for y in b) / (7 * 5)
    assert kid(a, b) == pytest.approx(within_a + within_b - 2 * between, rel=1e-12)


def test_kid_is_unbiased_at_small_samples() -> None:
    values = [kid(normal(seed, 60), normal(seed + 1000, 60)) for seed in range(200)]
    error = np.std(values, ddof=1) / math.sqrt(len(values))
    assert abs(float(np.mean(values))) < 4 * error


def test_kid_grows_with_the_distance_of_the_distributions() -> None:
    near, far = (kid(normal(0, 300), normal(1, 300, shift=shift)) for shift in (0.3, 1.0))
    assert 0 < near < far


def test_density_and_coverage_equal_their_definitions() -> None:
    real, drawn, k = normal(0, 30, 2), normal(1, 20, 2), 3
    gaps = np.linalg.norm(real[:, None] - real[None], axis=2)
    radii = np.sort(gaps, axis=1)[:, k]
    inside = np.linalg.norm(real[:, None] - drawn[None], axis=2) <= radii[:, None]
    density, coverage = density_and_coverage(real, drawn, k)
    assert density == pytest.approx(inside.sum() / (k * len(drawn)))
    assert coverage == pytest.approx(inside.any(axis=1).mean())


def test_density_and_coverage_of_the_same_distribution_are_near_one() -> None:
    density, coverage = density_and_coverage(normal(0, 600), normal(1, 600))
    assert density == pytest.approx(1.0, abs=0.1)
    assert coverage > 0.9


def test_a_sample_that_lacks_a_mode_covers_only_the_others() -> None:
    real = np.concatenate([normal(0, 300), normal(1, 100, shift=20.0)])
    density, coverage = density_and_coverage(real, normal(2, 400))
    assert coverage == pytest.approx(0.75, abs=0.06)
    assert density == pytest.approx(1.0, abs=0.25)


@given(
    st.lists(st.integers(0, 6), min_size=8, max_size=40),
    st.lists(st.integers(0, 6), min_size=8, max_size=40),
)
def test_mann_whitney_agrees_with_scipy(first: list[int], second: list[int]) -> None:
    a, b = np.array(first, dtype=float), np.array(second, dtype=float)
    z = mann_whitney_z(a, b)
    if len(set(first + second)) == 1:
        assert z == 0
        return
    expected = mannwhitneyu(a, b, use_continuity=False, method="asymptotic", alternative="less").pvalue
    assert 0.5 * math.erfc(-z / math.sqrt(2)) == pytest.approx(float(expected), abs=1e-9)


def test_neighbours_are_the_nearest_and_the_kth_nearest_across_blocks() -> None:
    pool, queries = normal(0, 700, 4), normal(1, 1100, 4)
    near = neighbours(queries, pool, k=3)
    gaps = np.linalg.norm(queries[:, None] - pool[None], axis=2)
    np.testing.assert_array_equal(near.row, gaps.argmin(axis=1))
    np.testing.assert_allclose(near.distance, gaps.min(axis=1), atol=1e-7)
    np.testing.assert_allclose(near.relative, gaps.min(axis=1) / np.sort(gaps, axis=1)[:, 2], atol=1e-7)


def test_no_version_of_a_thing_is_its_own_neighbour() -> None:
    versions = np.array([[0.0], [1.0], [9.0], [0.1], [1.5], [2.5]])
    near = neighbours(versions[:3], versions, k=2, own=np.arange(3), versions=2)
    np.testing.assert_allclose(near.distance, [1.0, 0.9, 7.5], atol=1e-7)
    np.testing.assert_array_equal(near.row, [1, 3, 4])
    np.testing.assert_allclose(near.relative, [1.0 / 1.5, 0.9 / 1.0, 7.5 / 8.0], atol=1e-7)


def test_equal_things_are_each_others_neighbours() -> None:
    vectors = np.array([[5.0], [5.0], [0.0], [1.0]])
    near = neighbours(vectors, vectors, k=2, own=np.arange(4))
    np.testing.assert_allclose(near.distance, [0.0, 0.0, 1.0, 1.0], atol=1e-7)


def test_spread_is_the_mean_square_distance_of_two_rows() -> None:
    vectors = normal(3, 50, 5)
    squared = ((vectors[:, None] - vectors[None]) ** 2).sum(axis=2)
    expected = math.sqrt(squared.sum() / (50 * 49))
    assert spread(vectors) == pytest.approx(expected)
