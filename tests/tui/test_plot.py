"""Curves as braille: exact cells for small pictures, laws for all."""

from __future__ import annotations

import math
import statistics
from array import array
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augtui.tui.feed.curves import Curve
from augtui.tui.plot.braille import Field
from augtui.tui.plot.crowd import Dense, dense
from augtui.tui.plot.scale import Scale, fit_scale, log_ticks, tick_label, ticks, whole_ticks
from augtui.tui.plot.series import reduce, smooth
from augtui.tui.screens.study.curves import mean_curve

values = st.lists(st.floats(0.001, 1000), min_size=1, max_size=200)


def drawn(y: list[float], width: int, height: int, *, low: float, high: float, log: bool = False) -> list[str]:
    field = Field(width, height, 1)
    x = [float(i) for i in range(len(y))]
    points = reduce(x, y, 0.0, max(1.0, len(y) - 1.0), width * 2)
    field.line(0, points, Scale(low, high, height * 4, log))
    return ["".join(char for char, _ in row) for row in field.cells()]


def test_a_rising_line_crosses_the_field_from_corner_to_corner() -> None:
    assert drawn([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 4, 2, low=0.0, high=7.0) == ["  ⡠⠊", "⡠⠊  "]


def test_a_flat_line_stays_in_its_row() -> None:
    assert drawn([1.0] * 8, 4, 1, low=0.0, high=3.0) == ["⠤⠤⠤⠤"]


def test_sparse_points_are_joined_by_straight_lines() -> None:
    assert drawn([0.0, 3.0], 4, 1, low=0.0, high=3.0) == ["⡠⠔⠒⠉"]


def test_a_gap_of_undefined_values_is_joined_over() -> None:
    assert drawn([0.0, math.nan, 2.0], 3, 1, low=0.0, high=2.0) == drawn([0.0, 2.0], 3, 1, low=0.0, high=2.0)


def test_only_undefined_values_draw_nothing() -> None:
    assert drawn([math.nan, math.inf], 2, 1, low=0.0, high=1.0) == ["  "]


def test_a_spike_between_two_columns_is_never_lost() -> None:
    y = [0.0] * 1000
    y[567] = 1.0
    assert drawn(y, 10, 1, low=0.0, high=1.0) == ["⣀⣀⣀⣀⣀⣸⣀⣀⣀⣀"]


def test_a_clear_layer_is_not_mixed_with_what_lies_under_it() -> None:
    scale = Scale(0.0, 3.0, 4)
    field = Field(1, 1, 2, frozenset({1}))
    field.line(0, [(0, 0.0, 0.0, 0.0, 0.0), (1, 0.0, 0.0, 0.0, 0.0)], scale)
    field.line(1, [(0, 3.0, 3.0, 3.0, 3.0), (1, 3.0, 3.0, 3.0, 3.0)], scale)
    assert field.cells() == [[("⠉", 1)]]


@given(values, st.integers(2, 60))
def test_reducing_keeps_the_extremes(y: list[float], columns: int) -> None:
    points = reduce([float(i) for i in range(len(y))], array("d", y), 0.0, max(1.0, len(y) - 1.0), columns)
    assert min(point[3] for point in points) == min(y)
    assert max(point[4] for point in points) == max(y)
    assert [point[0] for point in points] == sorted({point[0] for point in points})


@given(values, st.booleans(), st.integers(4, 80))
def test_every_value_lies_on_the_scale_that_fits_it(y: list[float], log: bool, rows: int) -> None:
    scale = fit_scale(y, rows, log)
    assert all(-0.5 <= scale.row(value) <= rows - 0.5 for value in y)


@given(st.lists(st.floats(-5, 5) | st.just(math.nan), max_size=80), st.integers(1, 20), st.integers(1, 6))
def test_any_series_can_be_drawn(y: list[float], width: int, height: int) -> None:
    scale = fit_scale(y, height * 4, False)
    rows = drawn(y, width, height, low=scale.low, high=scale.high)
    assert [len(row) for row in rows] == [width] * height


@given(st.floats(0, 0.99), values)
def test_smoothing_stays_between_the_extremes_and_starts_at_the_first_value(weight: float, y: list[float]) -> None:
    smoothed = smooth(y, weight)
    assert smoothed[0] == pytest.approx(y[0])
    assert all(min(y) * (1 - 1e-9) <= value <= max(y) * (1 + 1e-9) for value in smoothed)


def test_smoothing_passes_over_undefined_values() -> None:
    smoothed = smooth([1.0, math.nan, 1.0], 0.9)
    assert smoothed[0] == smoothed[2] == pytest.approx(1.0)
    assert math.isnan(smoothed[1])


def test_ticks_are_round() -> None:
    assert ticks(0.53, 0.87, 5) == pytest.approx([0.6, 0.7, 0.8])
    assert log_ticks(0.01, 2.0, 9) == pytest.approx([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0])
    assert whole_ticks(1, 30, 6) == [5, 10, 15, 20, 25, 30]
    assert [tick_label(v, 0.05) for v in (0.8, 0.85)] == [".80", ".85"]


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(1, 20))
def test_ticks_lie_inside_and_are_not_too_many(low: float, span: float, count: int) -> None:
    found = ticks(low, low + span, count)
    assert len(found) <= count + 1
    slack = span * 1e-6 + 4 * math.ulp(abs(low) + span)
    assert all(low - slack <= tick <= low + span + slack for tick in found)


def crowded(y: list[float], columns: int, *, low: float = 0.0, high: float = 0.0) -> Dense:
    x = [float(epoch) for epoch in range(1, len(y) + 1)]
    found = dense(x, array("d", y), low or x[0], high or x[-1], columns)
    assert found is not None
    return found


@given(st.lists(st.floats(0.001, 1000), min_size=2, max_size=300), st.integers(2, 60))
def test_a_crowd_keeps_the_extremes_and_leaves_no_column_out(y: list[float], columns: int) -> None:
    found = crowded(y, columns)
    assert found.start == 0
    assert len(found.low) == len(found.high) == columns
    assert found.bounds == pytest.approx((min(y), max(y)))


@given(st.lists(st.floats(0.001, 1000), min_size=2, max_size=300), st.integers(2, 60), st.booleans())
def test_a_crowd_has_the_values_of_its_series_in_their_columns(y: list[float], columns: int, log: bool) -> None:
    x = [float(index) for index in range(len(y))]
    scale, field = fit_scale(y, 24, log), Field(columns, 6, 1)
    found = dense(x, y, 0.0, x[-1], columns * 2)
    assert found is not None
    field.crowd(0, found, scale)
    for column, _, _, low, high in reduce(x, y, 0.0, x[-1], columns * 2):
        for value in (low, high):
            assert field._layers[0][column] >> int(scale.row(value) + 0.5) & 1


def test_a_crowd_is_drawn_in_one_piece() -> None:
    field = Field(4, 2, 1)
    field.crowd(0, crowded([0.0, 7.0, 0.0, 7.0], 8), Scale(0.0, 7.0, 8))
    columns = field._layers[0]
    for before, after in pairwise(columns):
        assert (before | before << 1 | before >> 1) & after


def test_a_part_of_a_crowd_reaches_the_edges_of_its_window() -> None:
    found = crowded([float(i) for i in range(10)], 20, low=3.5, high=6.5)
    assert (found.start, len(found.low)) == (0, 20)
    assert found.low[0] == pytest.approx(2.5, abs=0.1)
    assert found.low[-1] == pytest.approx(5.5, abs=0.1)


@pytest.mark.parametrize("y", [[1.0, math.nan, 2.0], [1.0, math.inf]])
def test_series_with_gaps_are_no_crowd(y: list[float]) -> None:
    assert dense([float(i) for i in range(len(y))], y, 0.0, 2.0, 10) is None


def test_series_that_leave_epochs_out_are_no_crowd() -> None:
    assert dense([1.0, 2.0, 4.0], [1.0, 2.0, 3.0], 1.0, 4.0, 10) is None


@given(st.lists(values, min_size=1, max_size=4), st.booleans())
def test_the_mean_curve_is_the_mean_and_deviation_at_each_epoch(columns: list[list[float]], equal: bool) -> None:
    if equal:  # all runs have reached the same epoch
        columns = [column[: min(map(len, columns))] for column in columns]
    curves = [
        Curve(array("d", range(1, len(column) + 1)), array("d"), {"loss": array("d", column)}) for column in columns
    ]
    epochs, mean, sd = mean_curve(curves, "loss")
    assert list(epochs) == list(range(1, max(map(len, columns)) + 1))
    for index, (middle, deviation) in enumerate(zip(mean, sd, strict=True)):
        reached = [column[index] for column in columns if len(column) > index]
        assert math.isclose(middle, statistics.fmean(reached))
        wanted = statistics.stdev(reached) if len(reached) > 1 else 0.0
        assert math.isclose(deviation, wanted, rel_tol=1e-6, abs_tol=1e-9)


def test_values_that_are_not_finite_do_not_count_in_the_mean_curve() -> None:
    curves = [
        Curve(array("d", [1, 2]), array("d"), {"loss": array("d", column)})
        for column in ([1.0, math.nan], [3.0, 4.0])
    ]
    assert [list(column) for column in mean_curve(curves, "loss")] == [[1, 2], [2, 4], [math.sqrt(2), 0]]
