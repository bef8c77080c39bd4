"""The filter of lists."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augtui.tui.query import QueryError, parse

KEYS = ("name", "dataset", "arm", "recall", "state", "done")
ROW = {
    "name": "skin-cancer-2026", "dataset": "skin_lesion", "arm": ("original", "gan-10"), "recall": 0.84,
    "state": "finished", "done": 60.0,
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "skin", "SKIN", "gan", "recall>0.8", "recall>80%", "dataset:skin", "arm~gan", "arm~^gan-\\d+$",
     "-state:failed", "recall>0.8 dataset:skin arm~gan", "done=60", "done>=60", "state=finished", "state!=failed",
     "failed or recall>0.5", "recall>0.99 or recall<0.9", '"skin-cancer"', "-arm~xyz"],
)  # fmt: skip
def test_a_row_passes(text: str) -> None:
    assert parse(text, KEYS).matches(ROW)


@pytest.mark.parametrize(
    "text",
    ["xray", "recall>0.9", "dataset:xray", "arm~dcgan", "state:failed", "-skin", "recall>0.8 xray", "done!=60",
     "state!=finished", "state=finish", "xray or chest"],
)  # fmt: skip
def test_a_row_is_left_out(text: str) -> None:
    assert not parse(text, KEYS).matches(ROW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("recal>0.8", 'did you mean "recall"?'),
        ("recall>", "needs a number"),
        ("recall>high", 'not "high"'),
        ("arm~(", "missing"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(QueryError, match=re.escape(said)):
        parse(text, KEYS)


def test_a_row_without_a_value_fails_every_comparison_on_it() -> None:
    assert not parse("recall>0", KEYS).matches({**ROW, "recall": None})


@given(st.text(max_size=40))
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    with contextlib.suppress(QueryError):
        assert parse(text, KEYS).matches(ROW) in (True, False)
