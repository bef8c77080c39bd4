"""What goes wrong, in the user's words. One class, one set of exit codes; the CLI and the app each render it."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
BROKEN = frozenset({errno.EIO, errno.ESTALE, errno.ENODEV, errno.EFBIG})


class ExitCode(IntEnum):
    """What `augtui` answers to the shell."""

    DONE = 0
    RUN_FAILED = 1
    """Some run failed; the others are complete."""
    WRONG_INPUT = 2
    """The plan, the dataset or the command line is wrong."""
    CHECK_BLOCKS = 3
    """A check found something that makes the numbers worthless."""
    CHECKPOINTED = 85
    """An engine stopped with a checkpoint: run it again to go on."""
    INTERRUPTED = 130


class AugtuiError(Exception):
    """A problem that the user can mend.

    Args:
        message: what is wrong and where, one sentence, no full stop needed.
        hint: what to do about it; may be empty.
        exit_code: what the process answers to the shell.
    """

    def __init__(self, message: str, hint: str = "", exit_code: ExitCode = ExitCode.WRONG_INPUT) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class OwnCodeError(AugtuiError):
    """Code of the user's own went wrong: told as theirs. Where it raised something, that is the `__cause__`, and its
    traceback is kept in a log."""

    def __init__(self, message: str, hint: str = "mend it there: this code is yours") -> None:
        super().__init__(message, hint)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Have an OSError from within name `path`: what `write` itself raises names no file at all."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def disk_problem(error: BaseException) -> AugtuiError | None:
    """A full disk, a read-only folder, a device that fails: what to tell the user; None for any other exception."""
    if not isinstance(error, OSError) or error.errno is None:
        return None
    place = f" {error.filename}" if error.filename else ""
    if error.errno in FULL:
        return AugtuiError(
            f"the disk is full: cannot write{place}",
            "make room (`augtui clean` says what takes how much); `augtui resume` then goes on",
            ExitCode.RUN_FAILED,
        )
    if error.errno in FORBIDDEN:
        return AugtuiError(
            f"no access to{place or ' a file'}: {os.strerror(error.errno)}",
            "change who may write there, or choose another place (--runs-dir, --cache-dir)",
            ExitCode.RUN_FAILED,
        )
    if error.errno in BROKEN:
        return AugtuiError(
            f"cannot use{place or ' a file'}: {os.strerror(error.errno)}", exit_code=ExitCode.RUN_FAILED
        )
    return None
