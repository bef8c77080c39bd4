"""Starting a supervisor that outlives whoever starts it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from augtui.errors import AugtuiError, ExitCode
from augtui.paths import StudyPaths


def launch_new(study: StudyPaths, *, until: str | None = None, on_finish: str = "") -> int:
    """Start the supervisor of a study that was made just now. Where it cannot begin, the study's folder, which holds
    nothing yet, is taken away again.

    Raises:
        AugtuiError: as `launch`.
    """
    try:
        return launch(study, until=until, on_finish=on_finish)
    except (AugtuiError, OSError):
        if not study.events.exists():
            shutil.rmtree(study.folder, ignore_errors=True)
        raise


def launch(
    study: StudyPaths,
    *,
    until: str | None = None,
    force: bool = False,
    on_finish: str = "",
    checkpoint_seconds: float = 30.0,
) -> int:
    """Start the supervisor of a study in a session of its own; gives its pid once it owns the study.

    Raises:
        AugtuiError: another supervisor owns it, or it cannot start; nothing is left running then.
    """
    arguments = [str(study.folder), "--checkpoint-seconds", str(checkpoint_seconds)]
    arguments += ["--until", until] if until else []
    arguments += ["--force"] if force else []
    arguments += ["--on-finish", on_finish] if on_finish else []
    descriptor = os.open(study.supervisor_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "augtui.study", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=descriptor,
            start_new_session=True,
        )
    finally:
        os.close(descriptor)
    assert process.stdout is not None
    with process.stdout as answers:
        line = answers.readline()
    if not line:
        code = process.wait()
        said = study.supervisor_log.read_text(errors="replace").strip().rpartition("\n")[2]
        raise AugtuiError(
            f"the supervisor of {study.name} ended at once (exit code {code}): {said}",
            f"see {study.supervisor_log}",
            ExitCode.RUN_FAILED,
        )
    body = json.loads(line)
    if "error" in body:
        process.wait()
        error = body["error"]
        raise AugtuiError(error["message"], error["hint"], ExitCode(error["exit_code"]))
    return int(body["pid"])
