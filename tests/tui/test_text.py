"""How text and numbers are drawn."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from augtui.tui import text
from augtui.tui.glyphs import to_ascii
from augtui.tui.sparks import LEVELS, bar, progress, sparkline


@given(st.text(max_size=30), st.integers(1, 40), st.sampled_from(["left", "right", "center"]))
def test_fitted_text_takes_exactly_the_cells_it_is_given(words: str, width: int, align: str) -> None:
    printable = "".join(char for char in words if char.isprintable())
    assert cell_len(text.fit(printable, width, align)) == width


@given(st.lists(st.text(alphabet="abcäöü漢字 ", max_size=12), max_size=5), st.integers(1, 40))
def test_a_fitted_row_takes_exactly_its_width(pieces: list[str], width: int) -> None:
    row = text.fit_row([(piece, "") for piece in pieces], width)
    assert text.row_width(row) == width


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.8461, ".846"),
        (1.0, "1.000"),
        (0.0, ".000"),
        (-0.25, "−.250"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_fractions_have_three_digits_and_no_zero(value: float | None, shown: str) -> None:
    assert text.fraction(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.009, "+0.9"), (-0.012, "−1.2"), (0.0, "+0.0"), (-0.0001, "+0.0")])
def test_differences_are_signed_points(value: float, shown: str) -> None:
    assert text.points(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (11, "11 s"),
        (250, "4 m 10 s"),
        (2460, "41 m"),
        (7500, "2 h 05 m"),
        (273_600, "3 d 4 h"),
        (None, "–"),
        (-1, "–"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float | None, shown: str) -> None:
    assert text.duration(seconds) == shown


@pytest.mark.parametrize(("count", "shown"), [(31e9, "31 GB"), (2.1e9, "2.1 GB"), (640_000, "640 kB"), (12, "12 B")])
def test_sizes_are_decimal(count: float, shown: str) -> None:
    assert text.size(count) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(39_120.4, "39,120"), (0.3124, ".312"), (1.2e-5, "1.2e-05"), (12.44, "12.4")]
)
def test_measured_values_have_about_three_digits(value: float, shown: str) -> None:
    assert text.number(value) == shown


def test_a_sparkline_is_drawn_on_the_scale_that_it_is_given() -> None:
    assert sparkline([0.0, 0.5, 1.0], 3, 0.0, 1.0) == "▁▄▇"
    assert sparkline([0.0, 0.5, 1.0], 3, 0.0, 2.0) == "▁▂▄"
    assert sparkline([math.nan, 1.0], 2, 0.0, 1.0) == " ▇"


@given(st.floats(-1, 2), st.integers(1, 30))
def test_bars_keep_their_width(share: float, width: int) -> None:
    assert len(bar(share, width)) == width
    assert sum(map(len, progress(share, width))) == width


def test_every_level_of_a_sparkline_has_a_sign_of_its_own_in_ascii() -> None:
    assert [to_ascii(level) for level in LEVELS] == list("_.:-=+*")
