"""`augtui show` as a process: data to standard output, one JSON object, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from augtui.commands.results import results, results_object
from tests.cli.builder import METRICS, Builder
from tests.cli.conftest import Cli


def test_the_table_is_data_and_nothing_else_is_said(cli: Cli, finished: Builder) -> None:
    done = cli("show", "last")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Δ balanced accuracy" in done.stdout
    assert "\x1b" not in done.stdout
    assert all(line == line.rstrip() for line in done.stdout.splitlines())


def test_json_is_one_object_with_the_promised_keys(cli: Cli, finished: Builder) -> None:
    done = cli("show", "tiny", "--json")
    shown = json.loads(done.stdout)
    assert {"study", "state", "baseline", "primary", "arms"} <= set(shown)
    assert (shown["study"], shown["state"], shown["baseline"]) == (finished.name, "finished", "original")
    original, trivial = shown["arms"]
    assert {"name", "axes", "runs", "failed", "metrics", "difference"} <= set(original)
    assert (trivial["name"], trivial["axes"], trivial["runs"], trivial["failed"]) == ("trivial", {}, 3, 0)
    assert set(trivial["metrics"]) == set(METRICS)
    assert set(trivial["metrics"]["accuracy"]) == {"mean", "sd", "values"}
    assert original["difference"] == {}
    assert set(trivial["difference"]["accuracy"]) == {"mean", "sd", "n"}


def test_keys_that_the_analysis_knows_are_added_to_a_difference(finished: Builder) -> None:
    written = finished.summarise()
    difference = written.arms[1].difference
    difference["recall"] = type(difference["recall"])(mean=0.1, sd=0.1, n=3, low=0.05, high=0.15, p=0.01)
    shown = results_object(written)["arms"][1]["difference"]["recall"]
    assert shown == {"mean": 0.1, "sd": 0.1, "n": 3, "low": 0.05, "high": 0.15, "p": 0.01}


def test_the_state_is_the_one_of_now_and_not_the_one_that_was_written(finished: Builder) -> None:
    finished.summarise(state="running")
    assert results(finished.paths)[0].state == "finished"


def test_a_table_is_made_anew_when_another_run_has_finished(
    finished: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def analysis(arguments: list[str]) -> dict[str, list[str]]:
        asked.append(arguments)
        return {"mismatches": []}

    monkeypatch.setattr("augtui.commands.results.call", analysis)
    results(finished.paths)
    assert asked == []
    finished.paths.run(finished.cells[0].folder).metrics.unlink()
    results(finished.paths)
    assert asked == [["augtui.analysis", "summary", str(finished.paths.folder)]]


def test_a_summary_that_cannot_be_read_is_made_anew(finished: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = finished.paths.summary.read_bytes()
    finished.paths.summary.write_text('{"format": 1, "arms": 3}')

    def analysis(arguments: list[str]) -> dict[str, list[str]]:
        finished.paths.summary.write_bytes(whole)
        return {"mismatches": []}

    monkeypatch.setattr("augtui.commands.results.call", analysis)
    results(finished.paths)
    assert finished.paths.summary.read_bytes() == whole


def test_a_study_that_does_not_exist_is_a_wrong_input(cli: Cli, finished: Builder) -> None:
    done = cli("show", "tinny")
    assert (done.returncode, done.stdout) == (2, "")
    assert 'there is no study "tinny"' in done.stderr
    assert "Traceback" not in done.stderr


def test_a_study_that_failed_as_a_whole_says_why(cli: Cli, runs_dir: Path) -> None:
    study = Builder(runs_dir).start().step("check", state="failed").end("failed", "no space left\nfree some \x1b[1m")
    study.summarise(failures=[])
    done = cli("show", "last")
    assert "✗ no space left\n  free some \\x1b[1m\n" in done.stdout
    assert "No run has finished yet." in done.stdout


def test_a_prefix_that_fits_two_studies_is_refused(cli: Cli, finished: Builder, runs_dir: Path) -> None:
    Builder(runs_dir, name="tiny-20260102-000000").complete()
    done = cli("show", "tiny")
    assert done.returncode == 2
    assert "fits 2 studies" in done.stderr


def test_a_summary_of_a_later_augtui_is_refused_in_one_sentence(cli: Cli, finished: Builder) -> None:
    finished.paths.summary.write_text('{"format": 99, "study": "a", "state": "", "baseline": "", "primary": ""}')
    done = cli("show", "last")
    assert done.returncode == 2
    assert "update augtui" in done.stderr


def test_colour_is_left_out_where_it_is_not_wanted(cli: Cli, finished: Builder) -> None:
    forced, refused = (cli("show", "last", FORCE_COLOR="1", NO_COLOR=value) for value in ("", "1"))
    assert "\x1b[32m" in forced.stdout
    assert "\x1b[32m" not in refused.stdout


def test_without_a_utf_8_locale_the_table_is_ascii(cli: Cli, finished: Builder) -> None:
    done = cli("show", "last", PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0
    assert done.stdout.isascii()
