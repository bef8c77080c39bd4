"""Rows of the results table: what is the best of a column, and what is cut where there is little room."""

from augtui.runlog.summary import ArmSummary, Spread, Summary
from augtui.tui.screens.results.figures import best_arm, columns, lines
from augtui.tui.widgets.table import GIVES_WAY, Line, arrange

MEANS = {
    "original": {"accuracy": 0.7, "brier": 0.4},
    "trivialaugment-at-full-strength": {"accuracy": 0.9, "brier": 0.1},
}


def arm(name: str) -> ArmSummary:
    metrics = {
        **{metric: Spread(mean=mean, sd=0.01, values=[mean]) for metric, mean in MEANS[name].items()},
        **{f"further {number}": Spread(mean=0.5, sd=0.01, values=[0.5]) for number in range(9)},
    }
    return ArmSummary(name=name, axes={}, runs=5, finished=5, failed=0, seeds=[0], metrics=metrics)


def summary(primary: str) -> Summary:
    return Summary(study="s", state="finished", baseline="original", primary=primary, arms=[*map(arm, MEANS)])


def bold(found: Summary, metric: str) -> list[str]:
    """The arms whose mean of a metric stands out."""
    place = [column.key for column in columns(found)].index(metric)
    rows: list[Line] = lines(found, found.arms, "original")
    return [
        told.name
        for told, row in zip(found.arms, rows, strict=True)
        if str(row.cells[place][0][1]).startswith("bold")
    ]


def test_less_is_better_where_it_is() -> None:
    found = summary("accuracy")
    assert bold(found, "accuracy") == bold(found, "brier") == ["trivialaugment-at-full-strength"]
    for metric in ("accuracy", "brier"):
        best = best_arm(found.arms, metric)
        assert best is not None
        assert best.name == "trivialaugment-at-full-strength"


def test_no_arm_is_the_best_of_what_none_has() -> None:
    assert best_arm(summary("accuracy").arms, "auroc") is None


def test_the_last_metrics_leave_before_a_name_is_cut() -> None:
    found = summary("accuracy")
    shown, rows = columns(found), lines(found, found.arms, "original")
    for room in range(60, 260):
        arranged = dict(arrange(shown, rows, room))
        if any(shown[index].priority > GIVES_WAY for index in arranged):
            assert arranged[0] >= len("trivialaugment-at-full-strength"), room
