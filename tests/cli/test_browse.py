"""`augtui studies` and `augtui runs`."""

from __future__ import annotations

import json
import os
from pathlib import Path

from augtui.commands.browse import read_runs, read_studies
from augtui.runlog import events as ev
from augtui.runlog.liveness import process_started
from tests.cli.builder import PLAN, Builder
from tests.cli.conftest import Cli
from tests.generators.studies import prepared


def test_the_newest_study_comes_first(runs_dir: Path) -> None:
    Builder(runs_dir, name="b-old", created=1000.0).complete()
    Builder(runs_dir, name="a-new", created=2000.0).complete()
    assert [line.study for line in read_studies(runs_dir)[0]] == ["a-new", "b-old"]


def test_a_study_whose_supervisor_lives_is_running_and_one_whose_died_is_lost(runs_dir: Path) -> None:
    Builder(runs_dir, name="live", pid=os.getpid()).start(pid_started=process_started(os.getpid()) or 0.0)
    Builder(runs_dir, name="dead").start()
    assert {line.study: line.state for line in read_studies(runs_dir)[0]} == {"live": "running", "dead": "lost"}


def test_json_is_a_list_with_the_promised_keys(cli: Cli, runs_dir: Path) -> None:
    study = Builder(runs_dir).start()
    study.finish_run(study.cells[0]).fail_run(study.cells[1]).end("failed")
    done = cli("studies", "--json")
    (line,) = json.loads(done.stdout)
    assert {"study", "state", "created", "arms", "done", "total"} <= set(line)
    assert (line["state"], line["done"], line["total"], line["arms"]) == ("failed", 1, 6, ["original", "trivial"])
    assert line["created"].endswith("+00:00")


def test_a_broken_study_does_not_hide_the_others(cli: Cli, finished: Builder, runs_dir: Path) -> None:
    Builder(runs_dir, name="broken").paths.study.write_text("{")
    done = cli("studies", "--json")
    assert [line["study"] for line in json.loads(done.stdout)] == [finished.name]
    assert "study.json" in done.stderr
    assert done.returncode == 0


def test_a_study_is_listed_whatever_became_of_the_users_function(cli: Cli, runs_dir: Path) -> None:
    source = runs_dir / "mine.py"
    source.write_text("def warp(batch, generators): return batch\n")
    policy = f'{{ name = "mine:warp", augtui_source = "{source}" }}'
    study = Builder(runs_dir, plan_text=PLAN.replace('"trivialaugment"', policy))
    study.paths.plan.write_text(study.plan_file.text)
    study.complete()
    source.write_text("def warp(batch, generators): return batch + 1\n")
    for command in ("studies", "runs", "show"):
        done = cli(command, *(("last",) if command == "show" else ()))
        assert (done.returncode, done.stderr) == (0, "")
        assert "tiny" in done.stdout or "trivial" in done.stdout


def test_an_empty_folder_says_how_to_begin(cli: Cli) -> None:
    done = cli("studies")
    assert (done.returncode, done.stdout) == (0, "")
    assert "augtui run PLAN" in done.stderr
    assert json.loads(cli("studies", "--json").stdout) == []


def test_names_are_whole_where_the_list_goes_into_a_pipe(cli: Cli, runs_dir: Path) -> None:
    name = "a-very-long-name-of-a-study-that-no-eighty-columns-hold-together-with-all-else-20260101-000000"
    Builder(runs_dir, name=name).complete()
    done = cli("studies")
    assert name in done.stdout
    assert "\x1b" not in done.stdout


def test_runs_are_listed_in_the_order_of_the_grid_with_what_became_of_them(runs_dir: Path) -> None:
    study = Builder(runs_dir).start()
    study.finish_run(study.cells[0]).fail_run(study.cells[1])
    study.begin_run(study.cells[2], 3).close()
    study.end("stopped")
    rows = read_runs(study.paths)
    assert [row.run for row in rows] == [cell.folder for cell in study.cells]
    assert [row.status for row in rows[:4]] == ["finished", "failed", "lost", "queued"]
    assert rows[2].state.epoch == 3


def test_a_run_that_waits_for_its_next_try_is_queued_and_not_lost(runs_dir: Path) -> None:
    study = Builder(runs_dir).start()
    first, second = study.cells[:2]
    study.begin_run(first, 2).close()
    study.log.write(ev.RunQueued(run=first.folder, reason="killed by signal 9 after epoch 2; try 2 of 3"))
    study.begin_run(second, 2).close()
    study.log.write(ev.RunInterrupted(run=second.folder, step=0))
    rows = read_runs(study.paths)
    assert [(row.status, row.line.message) for row in rows[:2]] == [
        ("queued", "killed by signal 9 after epoch 2; try 2 of 3"),
        ("interrupted", "stopped; begins again"),
    ]
    study.log.write(ev.RunTaken(run=first.folder, slot="cpu 0"))
    assert read_runs(study.paths)[0].line.message == ""


def test_a_failed_run_says_why_without_escape_sequences(cli: Cli, runs_dir: Path) -> None:
    study = Builder(runs_dir).start()
    study.fail_run(study.cells[0], message="killed \x1b[31mby signal 9").end("failed")
    done = cli("runs", "last")
    assert "killed: killed \\x1b[31mby signal 9" in done.stdout


def test_a_run_that_waits_or_was_stopped_says_why(cli: Cli, runs_dir: Path) -> None:
    study = Builder(runs_dir).start()
    first, second = study.cells[:2]
    study.begin_run(first, 2).close()
    study.log.write(ev.RunQueued(run=first.folder, reason="killed by signal 9; try 2 of 3"))
    study.begin_run(second, 2).close()
    study.log.write(ev.RunInterrupted(run=second.folder, step=20))
    told = cli("runs", "last").stdout
    assert "killed by signal 9; try 2 of 3" in told
    assert "stopped; goes on from step 20" in told


def test_runs_as_json_name_study_arm_seed_and_metrics(cli: Cli, finished: Builder) -> None:
    (first, *others) = json.loads(cli("runs", "--json").stdout)
    assert len(others) == 5
    assert (first["study"], first["run"], first["arm"], first["seed"]) == (
        finished.name,
        "arms/original/seed-0",
        "original",
        0,
    )
    assert first["metrics"]["accuracy"] == 0.8
    assert (first["epoch"], first["epochs"], first["state"]) == (4, 4, "finished")


def test_generators_stand_before_the_runs_that_need_them(cli: Cli, tmp_path: Path) -> None:
    study = prepared(tmp_path)
    rows = json.loads(cli("runs", study.name, "--json", "--runs-dir", str(study.folder.parent)).stdout)
    assert [(row["what"], row["generator"] or row["arm"], row["state"]) for row in rows] == [
        ("generator", "gan128,steps=4,batch_size=4,width=4,models=conditional,looks=2", "queued"),
        ("training", "original", "queued"),
        ("training", "gan-25", "queued"),
        ("training", "gan-50", "queued"),
    ]


def test_a_study_at_work_says_at_which_step(cli: Cli, runs_dir: Path) -> None:
    study = Builder(runs_dir, pid=os.getpid()).start(pid_started=process_started(os.getpid()) or 0.0)
    study.log.write(ev.StepStarted(step="synthesize"))
    assert "running: synthesize" in cli("show", "last").stdout
