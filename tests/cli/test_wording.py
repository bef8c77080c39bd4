"""Numbers and names as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augtui.commands.wording import duration, fraction, many, points, size
from augtui.text import plain, plain_lines


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.8461, ".846"), (1.0, "1.000"), (0.0, ".000"), (0.9996, "1.000"), (-0.25, "-.250"), (1.25, "1.250")],
)
def test_a_fraction_has_three_digits_and_no_leading_zero(value: float, text: str) -> None:
    assert fraction(value) == text


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_undefined_is_a_dash(value: float | None) -> None:
    assert (fraction(value), points(value), duration(value)) == ("-", "-", "-")


def test_a_difference_is_in_points_with_its_sign() -> None:
    assert [points(0.009), points(-0.012, "−"), points(0.0)] == ["+0.9", "−1.2", "+0.0"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (41.2, "41 s"), (192, "3 m 12 s"), (7500, "2 h 05 m"), (273600, "3 d 4 h")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_234_567, "1.2 MB"), (34e9, "34.0 GB"), (250e12, "250 TB")],
)
def test_sizes(count: float, text: str) -> None:
    assert size(count) == text


def test_counts_agree_with_their_noun() -> None:
    assert [many(1, "run"), many(2, "run"), many(1240, "copy", "copies")] == ["1 run", "2 runs", "1,240 copies"]


@given(st.text())
def test_no_control_character_survives(text: str) -> None:
    assert all(character.isprintable() or character == " " for character in plain(text) if ord(character) < 0xA0)
    assert "\x1b" not in plain(text)
    assert "\n" not in plain(text)
    plain(text).encode("utf-8")


def test_an_escape_sequence_becomes_visible() -> None:
    assert plain("a\x1b[31mb\tc\x9b") == "a\\x1b[31mb c\\x9b"


def test_text_cannot_turn_its_direction() -> None:
    assert plain("invoice\u202egpj.exe") == "invoice\\u202egpj.exe"


def test_a_file_name_that_is_not_utf_8_is_shown_by_its_bytes() -> None:
    assert plain(b"caf\xe9.png".decode("utf-8", "surrogateescape")) == "caf\\xe9.png"


def test_lines_stay_where_a_message_has_several() -> None:
    assert plain_lines("first\nsec\x1bond") == "first\nsec\\x1bond"
