"""From files to snapshots."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from augtui.runlog import events as ev
from augtui.runlog.summary import Spread, encode_summary, read_summary
from augtui.tui.feed.curves import CurveBuilder
from augtui.tui.feed.device import gpu_loads, memory, processor_times
from augtui.tui.feed.feed import Feed
from augtui.tui.feed.index import StudyIndex
from augtui.tui.feed.logs import LogFile
from augtui.tui.feed.snapshot import Interest
from augtui.tui.feed.study import StudyFollower
from tests.tui.fakes import plans, scenes
from tests.tui.fakes.study import T0, FakeStudy, learning


def follow(study: FakeStudy) -> StudyFollower:
    follower = StudyFollower(study.paths, study.clock)
    while follower.refresh(Interest(study.paths.folder)) or not follower.complete:
        pass
    return follower


def test_a_live_study_is_what_its_logs_say(runs_dir: Path) -> None:
    study = scenes.live(runs_dir)
    snapshot = follow(study).snapshot()
    assert (snapshot.status, snapshot.done, snapshot.failed, snapshot.total) == ("running", 37, 1, 60)
    assert [run.epoch for run in snapshot.running] == [17, 9]
    assert [step.state for step in snapshot.steps] == [
        "finished",
        "finished",
        "finished",
        "skipped",
        "running",
        "queued",
    ]
    assert snapshot.here
    assert snapshot.left is not None


def test_the_grid_has_every_run_of_the_plan_in_its_order(runs_dir: Path) -> None:
    study = scenes.live(runs_dir, finished=3, failing=False)
    snapshot = follow(study).snapshot()
    assert list(snapshot.runs) == study.folders
    assert snapshot.runs[study.folders[-1]].status == "queued"


def test_an_epoch_on_disk_is_in_the_next_snapshot(runs_dir: Path) -> None:
    study = scenes.live(runs_dir)
    follower = follow(study)
    folder = next(iter(study.open))
    study.log(folder).write(learning(folder)(18, 1))
    assert follower.refresh(Interest(study.paths.folder))
    snapshot = follower.snapshot()
    assert snapshot.runs[folder].epoch == 18
    assert snapshot.curves[folder].epochs[-1] == 18


def test_nothing_new_is_no_news(runs_dir: Path) -> None:
    follower = follow(scenes.live(runs_dir))
    assert not follower.refresh(Interest(follower.paths.folder))


def test_a_snapshot_never_changes_afterwards(runs_dir: Path) -> None:
    study = scenes.live(runs_dir)
    follower = follow(study)
    before = follower.snapshot()
    folder = next(iter(study.open))
    study.epochs(folder, 18, 20)
    follower.refresh(Interest(study.paths.folder))
    assert follower.snapshot().curves[folder].epochs[-1] == 20
    assert before.curves[folder].epochs[-1] == 17
    assert before.runs[folder].epoch == 17


def test_a_torn_line_is_read_when_it_is_whole(runs_dir: Path) -> None:
    study = scenes.live(runs_dir)
    follower = follow(study)
    folder = next(iter(study.open))
    line = ev.encode(learning(folder)(18, 1), 99, study.clock())
    path = study.run(folder).events
    with path.open("ab") as file:
        file.write(line[:40])
    follower.refresh(Interest(study.paths.folder))
    assert follower.snapshot().runs[folder].epoch == 17
    with path.open("ab") as file:
        file.write(line[40:])
    follower.refresh(Interest(study.paths.folder))
    assert follower.snapshot().runs[folder].epoch == 18


def test_a_run_that_is_retried_draws_its_curve_anew(runs_dir: Path) -> None:
    study = scenes.live(runs_dir)
    follower = follow(study)
    folder = study.folders[39]
    study.take(folder, attempt=2)
    study.epochs(folder, 1, 2, attempt=2)
    follower.refresh(Interest(study.paths.folder))
    snapshot = follower.snapshot()
    assert snapshot.runs[folder].status == "running"
    assert list(snapshot.curves[folder].epochs) == [1, 2]


def test_a_study_whose_supervisor_is_gone_is_lost(runs_dir: Path) -> None:
    study = scenes.live(runs_dir, pid=2**22 + 1)
    snapshot = follow(study).snapshot()
    assert snapshot.status == "lost"
    assert {run.status for run in snapshot.failures} == {"failed", "lost"}


def test_a_study_of_another_machine_lives_by_its_heartbeat(runs_dir: Path) -> None:
    study = FakeStudy(runs_dir, host="elsewhere")
    study.prepared()
    assert follow(study).snapshot().status == "running"
    study.clock.now += 60
    assert follow(study).snapshot().status == "lost"
    assert not follow(study).snapshot().here


def test_a_log_of_a_later_version_is_said_in_one_sentence(runs_dir: Path) -> None:
    study = FakeStudy(runs_dir)
    study.prepared()
    with study.paths.events.open("ab") as file:
        file.write(b'{"v":2,"seq":9,"t":1,"event":"study_finished"}\n')
    assert "update augtui" in follow(study).snapshot().message


def test_curves_keep_gaps_and_later_values() -> None:
    builder = CurveBuilder()
    builder.put(ev.EpochFinished(attempt=1, epoch=1, step=1, loss=0.5))
    builder.put(ev.EpochFinished(attempt=1, epoch=2, step=2, loss=None, values={"kid": 0.1}))
    curve = builder.curve()
    assert curve.columns["loss"][0] == 0.5
    assert curve.last("loss") is None
    assert curve.last("kid") == 0.1
    assert all(len(column) == 2 for column in curve.columns.values())


def test_the_list_shows_all_studies_newest_first(runs_dir: Path) -> None:
    scenes.live(runs_dir)
    scenes.finished(runs_dir)
    index = StudyIndex(runs_dir, lambda: T0 + 4000)
    assert index.refresh()
    rows = index.rows()
    assert [row.status for row in rows] == ["running", "finished"]
    assert rows[1].best == "geometric-online"
    assert rows[1].verdict == "helps"
    assert dict(rows[1].metrics)["recall"] > 0.8


def test_where_less_is_better_the_best_arm_is_the_lowest(runs_dir: Path) -> None:
    path = scenes.finished(runs_dir).paths.summary
    summary = read_summary(path)
    arms = [
        replace(arm, metrics={**arm.metrics, "brier": Spread(mean=0.1 + place / 10, sd=None, values=[])})
        for place, arm in enumerate(summary.arms)
    ]
    path.write_bytes(encode_summary(replace(summary, primary="brier", arms=arms)))
    index = StudyIndex(runs_dir)
    assert index.refresh()
    (row,) = index.rows()
    assert (row.best, row.score, dict(row.metrics)["brier"]) == (arms[0].name, 0.1, 0.1)


def test_the_list_notices_what_changes_and_what_is_deleted(runs_dir: Path) -> None:
    study = scenes.live(runs_dir, failing=False)
    index = StudyIndex(runs_dir, study.clock)
    index.refresh()
    study.epochs(study.folders[37], 18, 30)
    study.finish(study.folders[37])
    index.refresh()
    assert index.rows()[0].done == 38
    study.paths.study.unlink()
    index.refresh()
    assert index.rows() == ()


def test_the_list_stops_when_its_time_is_over_and_goes_on_later(runs_dir: Path) -> None:
    scenes.many(runs_dir, 5, plans.grid(2, 1, 2))
    index = StudyIndex(runs_dir)
    assert not index.refresh(seconds=-1)
    assert index.refresh()
    assert len(index.rows()) == 5


def test_a_study_that_cannot_be_read_is_listed_with_the_reason(runs_dir: Path) -> None:
    study = scenes.finished(runs_dir)
    study.paths.plan.write_text("name = [")
    index = StudyIndex(runs_dir)
    index.refresh()
    assert "cannot read its plan" in index.rows()[0].message


def test_a_log_gives_its_last_lines_and_what_is_added(tmp_path: Path) -> None:
    path = tmp_path / "engine.log"
    path.write_text("one\ntwo\nhalf")
    log = LogFile(path, "engine.log")
    assert log.refresh()
    assert log.tail.lines == ("one", "two")
    with path.open("a") as file:
        file.write(" line\n 10%\r 90%\rdone\n")
    assert log.refresh()
    assert log.tail.lines == ("one", "two", "half line", "done")
    assert not log.refresh()


def test_of_a_long_log_only_the_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "engine.log"
    path.write_text("".join(f"line {number}\n" for number in range(50_000)))
    log = LogFile(path, "engine.log")
    log.refresh()
    assert log.tail.lines[-1] == "line 49999"
    assert len(log.tail.lines) <= 400


def test_devices_are_read_from_what_the_system_says() -> None:
    loads = gpu_loads("0, 92, 31000, 141000\n1, [N/A], 1, 2\nrubbish\n")
    assert [(load.name, load.busy) for load in loads] == [("cuda:0", 0.92)]
    assert processor_times("cpu  100 0 50 800 50 0 0 0 0 0\n") == (150.0, 1000.0)
    assert memory("MemTotal: 1000 kB\nMemAvailable: 400 kB\n") == (600 * 1024, 1000 * 1024)


def test_the_feed_gives_rows_and_the_watched_study_then_waits(runs_dir: Path) -> None:
    study = scenes.live(runs_dir)
    feed = Feed(runs_dir, study.clock)
    feed.watch(Interest(study.paths.folder))
    rows = study_seen = None
    while rows is None or study_seen is None:
        update = feed.next()
        assert update is not None
        rows, study_seen = update.rows or rows, update.study or study_seen
    assert study_seen.name == rows[0].name == study.name
    feed.close()
    assert feed.next() is None


@pytest.mark.parametrize(
    "line", [b"not json\n", b"[]\n", b'{"v":1}\n', b"\xff\xfe\n", json.dumps({"v": "x"}).encode() + b"\n"]
)
def test_a_bad_line_is_passed_over(runs_dir: Path, line: bytes) -> None:
    study = FakeStudy(runs_dir)
    study.prepared()
    with study.paths.events.open("ab") as file:
        file.write(line)
    study.end()
    assert follow(study).snapshot().status == "finished"


def test_the_curves_that_are_shown_first_are_read_first(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = scenes.live(runs_dir)
    follower = StudyFollower(study.paths, study.clock)
    follower.refresh(Interest(study.paths.folder), seconds=-1.0)
    assert set(follower.snapshot().curves) == set(study.open), "what is at work is always read"
    read: list[str] = []
    monkeypatch.setattr(StudyFollower, "_follower", lambda self, run: read.append(run) or FakeFollower())
    follower.refresh(Interest(study.paths.folder, first=(study.folders[11],)), seconds=60.0)
    rest = [run.split("/")[1] for run in read[len(study.open) :]]
    arm = next(iter(study.open)).split("/")[1]
    assert read[len(study.open)] == study.folders[11]
    assert set(rest[1:21]) == {"original", arm}
    assert "original" not in rest[21:]


class FakeFollower:
    """Reads nothing."""

    def refresh(self) -> bool:
        return False


def test_epochs_that_come_together_make_the_curve_of_epochs_one_by_one() -> None:
    events = [
        ev.EpochFinished(attempt=1, epoch=epoch, step=epoch, loss=loss, val_loss=None, values=values)
        for epoch, loss, values in (
            (1, 0.5, {}), (2, None, {"kid": 0.3}), (3, 0.4, {}), (2, 0.6, {"kid": None, "fid": 1.0}), (4, 0.2, {}),
        )
    ]  # fmt: skip
    together, single = CurveBuilder(), CurveBuilder()
    together.put(*events)
    for event in events:
        single.put(event)
        single.curve()
    for curve in (together.curve(), single.curve()):
        assert list(curve.epochs) == [1, 2, 4]
        assert str(list(curve.columns["loss"])) == "[0.5, 0.6, 0.2]"
        assert str(list(curve.columns["fid"])) == "[nan, 1.0, nan]"
        assert str(list(curve.columns["kid"])) == "[nan, nan, nan]"
        assert "val_loss" not in curve.columns


def test_the_newest_study_is_read_first_whatever_its_name(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for name in ("zebra-20261101-100000", "ant-20261103-100000", "moth-20261102-100000"):
        FakeStudy(runs, name).close()
    index = StudyIndex(runs)
    assert not index.refresh(0.0)
    assert [row.name for row in index.rows()] == ["ant-20261103-100000"]
