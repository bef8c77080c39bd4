"""`augtui clean` gives the disk back, and never takes what is in use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from augtui.commands.clean import folder_bytes, remove
from augtui.locks import FileLock
from augtui.runlog.liveness import process_started
from tests.cli.builder import Builder
from tests.cli.conftest import Cli


def alive(study: Builder) -> Builder:
    return study.start(pid_started=process_started(os.getpid()) or 0.0)


def test_without_a_target_it_only_tells_the_sizes(cli: Cli, finished: Builder) -> None:
    done = cli("clean")
    assert done.returncode == 0
    assert [line.split()[2] for line in done.stdout.splitlines()] == [finished.name, "cache"]
    assert "nothing removed" in done.stderr
    assert finished.paths.study.is_file()


def test_a_dry_run_removes_nothing(cli: Cli, finished: Builder) -> None:
    done = cli("clean", "last", "--dry-run")
    assert finished.name in done.stdout
    assert finished.paths.study.is_file()


def test_yes_removes_the_study(cli: Cli, finished: Builder, runs_dir: Path) -> None:
    assert cli("clean", "last", "--yes").returncode == 0
    assert list(runs_dir.iterdir()) == []


def test_a_broken_study_is_removed_by_its_whole_name(cli: Cli, finished: Builder, runs_dir: Path) -> None:
    (runs_dir / "torn-1").mkdir()
    (runs_dir / "torn-1" / "study.json").write_text("{")
    assert cli("clean", "torn-1", "--yes").returncode == 0
    assert list(runs_dir.iterdir()) == [finished.paths.folder]


def test_without_a_terminal_and_without_yes_nobody_is_asked(cli: Cli, finished: Builder) -> None:
    done = cli("clean", "last")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert finished.paths.study.is_file()


def test_a_study_at_work_is_never_removed(cli: Cli, runs_dir: Path) -> None:
    study = alive(Builder(runs_dir, pid=os.getpid()))
    done = cli("clean", study.name, "--yes")
    assert done.returncode == 2
    assert f"augtui stop {study.name}" in done.stderr
    assert study.paths.study.is_file()


def test_the_cache_is_not_removed_under_a_study_at_work(cli: Cli, runs_dir: Path, tmp_path: Path) -> None:
    cache = tmp_path / "other-cache"
    (cache / "sets").mkdir(parents=True)
    alive(Builder(runs_dir, pid=os.getpid()))
    assert cli("clean", "--cache", "--yes", "--cache-dir", str(cache)).returncode == 2
    assert (cache / "sets").is_dir()


def test_the_cache_is_removed(cli: Cli, tmp_path: Path) -> None:
    cache = tmp_path / "other-cache"
    (cache / "sets").mkdir(parents=True)
    assert cli("clean", "--cache", "--yes", "--cache-dir", str(cache)).returncode == 0
    assert not cache.exists()


def test_what_a_link_points_to_stays(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "data").write_text("kept")
    doomed = tmp_path / "doomed"
    doomed.mkdir()
    (doomed / "link").symlink_to(precious)
    assert folder_bytes(doomed) == 0
    remove(doomed)
    assert not doomed.exists()
    assert (precious / "data").read_text() == "kept"


def test_a_file_with_two_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 8192)
    once = folder_bytes(tmp_path)
    os.link(tmp_path / "a", tmp_path / "b")
    assert folder_bytes(tmp_path) == once >= 8192


@pytest.mark.parametrize("folder", ["absent", "absent/deeper"])
def test_a_folder_that_is_not_there_takes_nothing(tmp_path: Path, folder: str) -> None:
    assert folder_bytes(tmp_path / folder) == 0
    remove(tmp_path / folder)


def test_interrupted_fits_go_alone_and_not_while_one_is_at_work(cli: Cli, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    run = cache / "fits" / "0123" / "generators" / "gan128" / "seed-0"
    run.mkdir(parents=True)
    (run / "checkpoint-10.pt").write_bytes(bytes(10_000))
    (cache / "kept").write_bytes(b"kept")
    told = cli("clean", "--cache-dir", str(cache))
    assert "interrupted fits" in told.stdout
    lock = FileLock(run / "lock")
    assert lock.try_acquire()
    busy = cli("clean", "--fits", "--yes", "--cache-dir", str(cache))
    assert (busy.returncode, "just now" in busy.stderr) == (2, True)
    lock.release()
    assert cli("clean", "--fits", "--yes", "--cache-dir", str(cache)).returncode == 0
    assert [path.name for path in cache.iterdir()] == ["kept"]
