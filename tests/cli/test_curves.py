"""Sparklines: the same value is the same height, whatever arm it belongs to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from augtui.commands.curves import Line, bounds, lines_of, sparkline
from augtui.commands.terminal import UNICODE
from augtui.runlog.summary import ArmSummary, Curve, Summary

LEVELS = UNICODE.sparks


def test_the_ends_of_the_scale_are_the_lowest_and_the_highest_block() -> None:
    assert sparkline([0.0, 0.5, 1.0], 0.0, 1.0, 10, LEVELS) == "▁▄▇"


def test_two_curves_of_different_range_share_one_scale() -> None:
    low, high = bounds([Line("a", (0.2, 0.4)), Line("b", (0.4, 1.0, None))])
    assert (low, high) == (0.2, 1.0)
    assert sparkline([0.2, 0.4], low, high, 10, LEVELS)[1] == sparkline([0.4, 1.0], low, high, 10, LEVELS)[0]


def test_a_missing_epoch_is_a_gap() -> None:
    assert sparkline([0.0, None, 1.0], 0.0, 1.0, 10, LEVELS) == "▁ ▇"


def test_many_epochs_are_averaged_into_the_width() -> None:
    assert sparkline([0.0, 1.0] * 50, 0.0, 1.0, 10, LEVELS) == "▄" * 10


def test_a_flat_curve_is_in_the_middle() -> None:
    assert sparkline([0.7, 0.7], 0.7, 0.7, 10, LEVELS) == "▄▄"


@given(
    st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=300),
    st.integers(1, 120),
    st.floats(-100, 100),
    st.floats(-100, 100),
)
def test_any_values_give_at_most_the_width(values: list[float | None], width: int, low: float, high: float) -> None:
    drawn = sparkline(values, low, high, width, LEVELS)
    assert len(drawn) == min(width, len(values))
    assert set(drawn) <= {*LEVELS, " "}


def test_without_validation_images_the_training_loss_is_shown() -> None:
    loss = Curve(mean=[1.0, 0.5], sd=[None, None], n=[1, 1])
    nothing = Curve(mean=[None, None], sd=[None, None], n=[0, 0])
    arm = ArmSummary(name="a", axes={}, runs=1, failed=0, curves={"val_accuracy": nothing, "loss": loss})
    summary = Summary(study="s", state="finished", baseline="a", primary="accuracy", arms=[arm])
    assert lines_of(summary) == ("Training loss", [Line("a", (1.0, 0.5))])
