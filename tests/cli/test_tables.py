"""The results table: everything that has room, nothing cut off."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from augtui.commands.page import StudyPage
from augtui.commands.tables import METRICS, ResultTable, layouts, verdict_text
from augtui.commands.terminal import ASCII, UNICODE
from augtui.runlog.summary import ArmSummary, Curve, CurveReading, Difference, Failure, Spread, Summary


def arm(name: str, mean: float = 0.846, difference: Difference | None = None, **changes: object) -> ArmSummary:
    spread = Spread(mean=mean, sd=0.004, values=[mean] * 5)
    values: dict[str, object] = {
        "axes": {},
        "runs": 5,
        "failed": 0,
        "finished": 5,
        "metrics": dict.fromkeys(METRICS, spread),
        "difference": {} if difference is None else {"balanced_accuracy": difference},
        "curves": {"val_accuracy": Curve(mean=[0.5, 0.6], sd=[0.1, 0.1], n=[5, 5])},
    }
    return ArmSummary(name=name, **(values | changes))  # type: ignore[arg-type]


def summary(*arms: ArmSummary, **changes: object) -> Summary:
    values: dict[str, object] = {
        "study": "skin-20260101-000000",
        "state": "finished",
        "baseline": "original",
        "primary": "balanced_accuracy",
        "arms": list(arms),
    }
    return Summary(**(values | changes))  # type: ignore[arg-type]


CLAIM = Difference(mean=0.04, sd=0.01, n=5, low=0.017, high=0.063, p_holm=0.002, verdict="helps")
NOTHING = Difference(mean=0.009, sd=0.01, n=5, low=-0.012, high=0.03, verdict="no evidence either way", visible=0.031)


def printed(content: object, width: int, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, errors="strict")
    Console(file=file, width=width, markup=False, highlight=False, emoji=False).print(content)
    file.flush()
    return raw.getvalue().decode(encoding)


def test_an_arm_takes_one_line_where_there_is_room() -> None:
    text = printed(ResultTable(summary(arm("original"), arm("trivial", 0.886, NOTHING))), 140)
    (line,) = [line for line in text.splitlines() if line.startswith("trivial") and "±" in line]
    assert line.split()[:3] == ["trivial", "5", ".886"]
    assert "+0.9 [−1.2, +3.0]" in line


def test_at_eighty_columns_all_metrics_are_there_and_the_deviation_stands_below() -> None:
    text = printed(ResultTable(summary(arm("original"), arm("trivial", 0.886, NOTHING))), 80)
    lines = text.splitlines()
    (row,) = [number for number, line in enumerate(lines) if line.startswith("trivial  ") and ".886" in line]
    assert lines[row].count(".886") == len(METRICS)
    assert lines[row + 1].count("±.004") == len(METRICS)
    assert "no room" not in text


def test_what_has_no_room_is_said_to_be_missing() -> None:
    text = printed(ResultTable(summary(arm("original"))), 50)
    assert "no room for macro recall" in text
    assert ".846" in text


def test_the_primary_metric_is_the_last_to_go() -> None:
    *_, narrowest = layouts("auroc")
    assert narrowest.metrics == ("auroc",)


def test_verdicts_stand_in_the_table_or_below_it() -> None:
    content = ResultTable(summary(arm("original"), arm("geometric", 0.886, CLAIM)))
    wide, narrow = printed(content, 200), printed(content, 80)
    assert "verdict" in wide.splitlines()[1]
    assert narrow.splitlines()[-1].split() == ["geometric", "✓", "helps", "p", ".002"]


def test_a_verdict_of_no_evidence_names_the_smallest_visible_difference() -> None:
    assert verdict_text(NOTHING, UNICODE).plain == "no evidence either way (visible from 3.1 pp)"


def test_every_axis_point_has_its_heading() -> None:
    arms = [arm("original", axes={"train.epochs": 10}), arm("original", axes={"train.epochs": 30})]
    lines = [line.rstrip() for line in printed(ResultTable(summary(*arms)), 140).splitlines()]
    assert [line for line in lines if "epochs" in line] == ["train.epochs = 10", "train.epochs = 30"]


def test_an_arm_without_results_shows_dashes_and_how_many_runs_are_missing() -> None:
    text = printed(ResultTable(summary(arm("original"), arm("gan", metrics={}, finished=0, failed=5))), 140)
    (line,) = [line for line in text.splitlines() if line.startswith("gan")]
    assert line.split() == ["gan", "0/5", *"-" * len(METRICS), "-"]


@pytest.mark.parametrize("width", [40, 60, 80, 118, 132, 200])
def test_nothing_is_cut_off_at_any_usual_width(width: int) -> None:
    arms = [arm("original"), arm("superpixel-20-gan-10", 0.886, NOTHING), arm("geometric", 1.0, CLAIM)]
    text = printed(StudyPage(summary(*arms), "finished"), width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width


names = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,40}", fullmatch=True)


@settings(max_examples=40)
@given(st.lists(names, min_size=1, max_size=5, unique=True), st.integers(30, 220))
def test_no_line_is_wider_than_the_terminal(labels: list[str], width: int) -> None:
    content = summary(*(arm(name, 0.5, NOTHING) for name in labels), baseline=labels[0])
    assert max(map(len, printed(StudyPage(content, "finished"), width).splitlines())) <= width


def test_without_utf_8_everything_is_ascii() -> None:
    failures = [Failure(run="arms/trivial/seed-1", kind="killed", message="killed by signal 9")]
    content = summary(arm("original"), arm("trivial", 0.886, CLAIM), failures=failures, notes=["read this"])
    text = printed(StudyPage(content, "finished"), 140, "ascii")
    assert ASCII.plus_minus + ".004" in text
    assert text.isascii()


def test_names_from_disk_are_neither_markup_nor_escape_sequences() -> None:
    failures = [Failure(run="arms/a/seed-1", kind="data", message="[red]\x1b[2J bad.png")]
    content = summary(arm("original"), failures=failures, dataset="[bold]\x1b]0;x\x07", test_images={"\x1b[1mA": 3})
    text = printed(StudyPage(content, "finished"), 120)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[red]\\x1b[2J bad.png" in text


def test_more_failures_than_fit_are_counted() -> None:
    failures = [Failure(run=f"arms/a/seed-{seed}", kind="memory", message="out of memory") for seed in range(30)]
    text = printed(StudyPage(summary(arm("original"), failures=failures), "failed"), 100)
    assert "30 runs failed" in text
    assert "and 18 more: augtui runs skin-20260101-000000" in text


def test_page_tells_what_an_arm_is_worth_in_images() -> None:
    told = "flip with 25 % of the images reaches what original reaches with 61 % (95 % interval 40 % to 83 %)"
    reading = CurveReading(
        arm="flip",
        axes={"data.fraction": 0.25},
        metric="balanced_accuracy",
        fraction=0.25,
        equivalent=0.61,
        low=0.4,
        high=0.83,
        text=told,
    )
    console = Console(file=io.StringIO(), width=200)
    console.print(StudyPage(summary(arm("original"), arm("flip"), readings=[reading]), "finished"))
    assert told in console.file.getvalue()
