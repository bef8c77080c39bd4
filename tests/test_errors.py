import errno
import os
from pathlib import Path

import pytest

from augtui.errors import AugtuiError, ExitCode, OwnCodeError, disk_problem, writing
from augtui.jobs import error_answer, hint_of
from augtui.paths import write_atomic


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "the disk is full: cannot write /some/file"),
        (errno.EDQUOT, "the disk is full: cannot write /some/file"),
        (errno.EROFS, "no access to /some/file: Read-only file system"),
        (errno.EIO, "cannot use /some/file: Input/output error"),
    ],
)
def test_what_a_disk_refuses_names_the_file_and_is_no_bug(number: int, message: str) -> None:
    answer = error_answer(OSError(number, os.strerror(number), "/some/file"))["error"]
    assert answer["message"] == message
    assert answer["exit_code"] == ExitCode.RUN_FAILED
    assert "bug" not in answer


def test_other_exceptions_are_no_matter_of_the_disk() -> None:
    assert disk_problem(FileNotFoundError(errno.ENOENT, "no such file", "x")) is None
    assert disk_problem(ValueError("x")) is None
    assert disk_problem(AugtuiError("x")) is None


def test_an_error_of_a_write_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"x\.csv"), writing(tmp_path / "x.csv"):
        raise OSError(errno.ENOSPC, "full")


def test_a_file_that_cannot_be_written_whole_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"metrics\.json") as caught:
        write_atomic(tmp_path / "metrics.json", "{}")
    assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_what_the_users_code_raised_is_told_as_theirs_and_its_traceback_is_logged(capfd) -> None:
    try:
        try:
            raise ValueError("no such colour")
        except ValueError as raised:
            raise OwnCodeError("mine:warp raised ValueError: no such colour (mine.py, line 3)") from raised
    except OwnCodeError as error:
        answer = error_answer(error)["error"]
    assert "bug" not in answer
    assert answer["exit_code"] == ExitCode.WRONG_INPUT
    assert hint_of(answer, "engine.log") == "mend it there: this code is yours; the traceback is in engine.log"
    logged = capfd.readouterr().err
    assert logged.startswith("Traceback")
    assert logged.rstrip().endswith("ValueError: no such colour")


def test_only_an_unforeseen_error_is_a_bug(capfd) -> None:
    foreseen = error_answer(AugtuiError("no such policy", "see: augtui list policies"))["error"]
    assert hint_of(foreseen, "x.log") == "see: augtui list policies"
    assert capfd.readouterr().err == ""
    assert "bug in augtui; its traceback is in x.log" in hint_of(error_answer(KeyError("x"))["error"], "x.log")
    assert "KeyError" in capfd.readouterr().err
