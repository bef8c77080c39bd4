"""A study from the command line to its table, with the real supervisor, engine and analysis."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from augtui.runlog.glance import read_study
from augtui.runlog.liveness import is_alive
from tests.cli.images import write_dataset

PLAN = """
name = "tiny"
dataset = "tiny"
positive = "light"
seeds = 2
accept = ["near-duplicate-across-splits", "shortcut-border", "shortcut-metadata"]

[data]
image_size = 16
validation = 0.25

[train]
epochs = 2
batch_size = 8

[[arms]]
name = "original"

[[arms]]
name = "trivial"
online = { policy = "trivialaugment" }
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a dataset and a plan, as a user would have it; no supervisor outlives a test that failed."""
    place = tmp_path_factory.mktemp("place")
    write_dataset(place / "data" / "tiny")
    (place / "plan.toml").write_text(PLAN)
    yield place
    for events in place.glob("*/*/events.jsonl"):
        state = read_study(events)
        if is_alive(state.host, state.pid, state.pid_started):
            os.kill(state.pid, signal.SIGKILL)


def environment(place: Path) -> dict[str, str]:
    return os.environ | {"XDG_CACHE_HOME": str(place / "cache"), "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}


def command(place: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "augtui", *arguments],
        cwd=place,
        env=environment(place),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def augtui(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    process = command(place, *arguments)
    out, err = process.communicate(timeout=300)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


@pytest.fixture(scope="module")
def finished(place: Path) -> subprocess.CompletedProcess[str]:
    """`augtui run --json` to its end."""
    return augtui(place, "run", "plan.toml", "--json", "--device", "cpu", "--slots", "2")


def test_standard_output_is_exactly_one_object(finished: subprocess.CompletedProcess[str]) -> None:
    assert finished.returncode == 0, finished.stderr
    shown = json.loads(finished.stdout)
    assert (shown["state"], shown["baseline"], shown["primary"]) == ("finished", "original", "balanced_accuracy")
    assert [(arm["name"], arm["runs"], arm["failed"]) for arm in shown["arms"]] == [
        ("original", 2, 0),
        ("trivial", 2, 0),
    ]
    assert all(len(arm["metrics"]["accuracy"]["values"]) == 2 for arm in shown["arms"])
    assert shown["arms"][1]["difference"]["balanced_accuracy"]["n"] == 2


def test_standard_error_has_one_line_for_each_run_and_step(finished: subprocess.CompletedProcess[str]) -> None:
    lines = finished.stderr.splitlines()
    assert sum(": finished, accuracy" in line for line in lines) == 4
    assert any(line.startswith("train: finished") for line in lines)
    assert all(line.isprintable() for line in lines)


def test_what_was_run_can_be_shown_listed_and_counted_again(
    finished: subprocess.CompletedProcess[str], place: Path
) -> None:
    name = json.loads(finished.stdout)["study"]
    shown = augtui(place, "show", name, "--recompute")
    assert (shown.returncode, shown.stderr) == (0, "4 runs counted again from predictions.csv: nothing differs\n")
    assert "Validation accuracy" in shown.stdout
    (line,) = (item for item in json.loads(augtui(place, "studies", "--json").stdout) if item["study"] == name)
    assert (line["state"], line["done"], line["total"]) == ("finished", 4, 4)
    runs = json.loads(augtui(place, "runs", name, "--json").stdout)
    assert {run["state"] for run in runs} == {"finished"}
    assert all(run["epoch"] == 2 for run in runs)


def test_ctrl_c_stops_with_a_checkpoint_and_resume_goes_on(place: Path) -> None:
    runs = place / "stopped"
    process = command(
        place, "run", "plan.toml", "--runs-dir", str(runs), "--device", "cpu", "--slots", "1", "--set",
        "train.epochs=400",
    )  # fmt: skip
    wait_until(lambda: any(runs.glob("*/arms/*/seed-0/events.jsonl")))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    (study,) = runs.iterdir()
    assert (process.returncode, out) == (130, "")
    assert f"augtui resume {study.name} --runs-dir" in err
    assert read_study(study / "events.jsonl").state == "stopped"
    detached = augtui(place, "resume", "last", "--runs-dir", str(runs), "--detach")
    assert detached.returncode == 0
    stopped = augtui(place, "stop", "last", "--runs-dir", str(runs), "--now", "--wait")
    assert stopped.returncode == 0, stopped.stderr
    assert read_study(study / "events.jsonl").attempt == 2


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, "the state did not come"
        time.sleep(0.05)
