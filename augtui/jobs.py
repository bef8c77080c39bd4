"""Work in another process, and how it answers: lines of JSON on its standard output.

A job prints `{"progress": [done, total, "message"]}` as often as it likes and ends with exactly one
`{"result": {...}}` or `{"error": {"message", "hint", "exit_code"}}`. Whatever libraries print goes to standard
error, which the parent sends to a file. Nothing is learned by reading that text.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from augtui.errors import AugtuiError, ExitCode, OwnCodeError, disk_problem

PROGRESS_SECONDS = 0.25
"""Progress lines come at most this often; the last one of a part always comes."""

Progress = Callable[[int, int, str], None]
"""Called with done, total and a short message."""


LEASH = "AUGTUI_LEASH"
"""The environment variable that gives a job the number of the pipe whose other end its parent holds."""


def end_with_parent() -> None:
    """Have this process end as soon as the one that started it as a `Job` is gone, however that ended; called first
    of all, since imports take seconds. A process that nobody holds so is left alone."""
    held = os.environ.pop(LEASH, "")
    if held:
        threading.Thread(target=_end_when_let_go, args=(int(held),), daemon=True).start()


def _end_when_let_go(held: int) -> None:
    os.read(held, 1)  # nothing is ever written: it returns when the last holder of the other end is gone
    os._exit(int(ExitCode.RUN_FAILED))


class Channel:
    """The child's side: its answers go to what was standard output, everything printed goes to standard error."""

    def __init__(self) -> None:
        self._answers = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        self._last = 0.0

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Tell how far the job is."""
        now = time.monotonic()
        if done < total and now - self._last < PROGRESS_SECONDS:
            return
        self._last = now
        self.send({"progress": [done, total, message]})

    def send(self, answer: dict[str, Any]) -> None:
        self._answers.write(json.dumps(answer, allow_nan=False).encode() + b"\n")


def error_answer(error: BaseException) -> dict[str, Any]:
    """The `error` line for an exception; the traceback of what some code raised unforeseen goes to standard error."""
    known = error if isinstance(error, AugtuiError) else disk_problem(error)
    traced = log_traceback(error)
    if known is not None:
        body = {"message": known.message, "hint": known.hint, "exit_code": int(known.exit_code), "traced": traced}
    else:
        body = {"message": f"{type(error).__name__}: {error}", "hint": "", "exit_code": int(ExitCode.RUN_FAILED)}
        body["bug"] = True
    return {"error": body}


def log_traceback(error: BaseException) -> bool:
    """Print the traceback where somebody has to read it: of an exception that nobody foresaw, and of what the user's
    own code raised; says whether it was such a one."""
    raised = error.__cause__ if isinstance(error, OwnCodeError) else error
    if raised is None or (raised is error and (isinstance(error, AugtuiError) or disk_problem(error) is not None)):
        return False
    with contextlib.suppress(OSError):  # where the log cannot be written, the answer has to do
        traceback.print_exception(raised, file=sys.stderr)
        sys.stderr.flush()
    return True


def hint_of(error: Mapping[str, Any], log: Path | str) -> str:
    """What to do about the `error` of an answer, whose job printed to `log`."""
    if error.get("bug"):
        return f"this is a bug in augtui; its traceback is in {log}"
    return f"{error['hint']}; the traceback is in {log}" if error.get("traced") else str(error["hint"])


def answer(work: Callable[[Channel], dict[str, Any]]) -> int:
    """Carry a job out in this process and answer; gives the exit code."""
    channel = Channel()
    try:
        result = work(channel)
    except Exception as error:  # the outermost frame of a job: every failure becomes its answer
        body = error_answer(error)
        channel.send(body)
        return int(body["error"]["exit_code"])
    channel.send({"result": result})
    return 0


class Job:
    """The parent's side of one job.

    Args:
        arguments: of `python -m`, for example `["augtui.analysis", "check", ...]`.
        log: where its standard error is appended; None keeps a temporary file for the case of a traceback.
        stdin: whether the job reads requests.
    """

    def __init__(self, arguments: list[str], *, log: Path | None = None, stdin: bool = False) -> None:
        if log is None:
            descriptor, name = tempfile.mkstemp(prefix="augtui-", suffix=".log")
            self.log, self._temporary = Path(name), True
        else:
            descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            self.log, self._temporary = log, False
        try:
            held, leash = os.pipe()
            self._let_go = weakref.finalize(self, os.close, leash)
            try:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", *arguments],
                    stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=descriptor,
                    pass_fds=(held,),
                    env=os.environ | {LEASH: str(held)},
                )
            finally:
                os.close(held)
        finally:
            os.close(descriptor)
        self._rest = b""

    def fileno(self) -> int:
        """Readable when there are answers, or the end of them."""
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def read(self) -> list[dict[str, Any]] | None:
        """The answers that have come (blocks until there is something to read); None at their end."""
        data = os.read(self.fileno(), 1 << 16)
        if not data:
            return None
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in lines if line.strip()]

    def result(self, progress: Progress | None = None) -> dict[str, Any]:
        """Wait for the job's result.

        Raises:
            AugtuiError: the job's own error, or that it ended without an answer.
        """
        outcome: dict[str, Any] | None = None
        while (answers := self.read()) is not None:
            for item in answers:
                if "progress" in item:
                    if progress is not None:
                        progress(*item["progress"])
                else:
                    outcome = item
        return self.conclude(outcome)

    def conclude(self, outcome: dict[str, Any] | None) -> dict[str, Any]:
        """The result of the last answer, once the answers have ended; raises as `result` does."""
        code = self.process.wait()
        self._let_go()
        if self.process.stdout is not None:
            self.process.stdout.close()
        if outcome is None:
            how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
            raise AugtuiError(f"a helper process {how} without an answer", f"see {self.log}", ExitCode.RUN_FAILED)
        if "error" in outcome:
            error = outcome["error"]
            if not error.get("bug") and not error.get("traced"):
                self._forget_log()
            raise AugtuiError(error["message"], hint_of(error, self.log), ExitCode(error["exit_code"]))
        self._forget_log()
        result: dict[str, Any] = outcome["result"]
        return result

    def _forget_log(self) -> None:
        if self._temporary:
            self.log.unlink(missing_ok=True)


def call(arguments: list[str], *, log: Path | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """Carry a job out in a process of its own and wait for its result; raises as `Job.result` does."""
    return Job(arguments, log=log).result(progress)
