"""The app, its terminal and tmux are killed: the study goes on, and the app finds it again. Real processes."""

from __future__ import annotations

import os
import pty
import re
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pytest

from augtui.paths import StudyPaths
from augtui.runlog.fold import fold_run
from augtui.runlog.liveness import is_alive
from augtui.runlog.reader import read_events
from augtui.study import request
from tests.toys import new_study
from tests.waiting import study_state, wait_until

_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[^\[])")


class AppInTerminal:
    """The real app in a pseudo-terminal of its own, which is its controlling one as a real terminal is."""

    def __init__(self, runs_dir: Path, environment: Mapping[str, str], before: str = "") -> None:
        self.master, slave = pty.openpty()
        ioctl(self.master, TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        name = shlex.quote(os.ttyname(slave))
        command = f"{before}exec {shlex.join(app_command(runs_dir))} <{name} >{name} 2>&1"
        self.process = subprocess.Popen(["sh", "-c", command], start_new_session=True, env=dict(environment))
        self._written = b""
        self._slave = slave
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def shows(self, *texts: str) -> None:
        for text in texts:
            self._wait_for(text)

    def _wait_for(self, text: str) -> None:
        def what() -> str:
            return f"{text!r} in the app, {self._how_it_is()}"

        wait_until(lambda: text in self.text or self.process.poll() is not None, what, seconds=120)
        assert text in self.text, what()

    @property
    def text(self) -> str:
        """All that it has written."""
        return _ESCAPES.sub(b"", self._written).decode(errors="replace")

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def kill(self) -> None:
        """kill -9 of the app and of all that is in its process group, as of a job of a shell."""
        os.killpg(self.process.pid, signal.SIGKILL)
        assert self.process.wait(60) == -signal.SIGKILL

    def _how_it_is(self) -> str:
        """For whoever reads of a failure: what it did instead, and where it stands."""
        code = self.process.poll()
        if code is None:
            self.process.send_signal(signal.SIGABRT)  # with PYTHONFAULTHANDLER, it says where each thread is
            self.process.wait(60)
        return f"which {'is at work' if code is None else f'ended with {code}'} and wrote: {self.text[-8000:]}"

    def close(self) -> None:
        """The terminal is gone."""
        os.close(self._slave)
        os.close(self.master)
        self.process.wait(60)

    def _read(self) -> None:
        try:
            while data := os.read(self.master, 65536):
                self._written += data
        except OSError:  # the terminal was closed
            return


def app_command(runs_dir: Path) -> list[str]:
    return [sys.executable, "-m", "augtui", "--runs-dir", str(runs_dir), "--data-dir", str(runs_dir.parent / "data")]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.undo()  # real processes have to agree on the name of this machine
    home = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CONFIG", "CACHE")}
    # pytest's readline may have set a size of its own, which would count for more than that of the terminal.
    outer = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return {**outer, **home, "OMP_NUM_THREADS": "1", "PYTHONFAULTHANDLER": "1", "TERM": "xterm-256color"}


def epochs(study: StudyPaths) -> int:
    return sum(fold_run(read_events(run.events)).epoch for run in study.runs() if run.events.exists())


def at_work(study: StudyPaths) -> bool:
    state = study_state(study)
    return state.state == "running" and is_alive(state.host, state.pid, state.pid_started) is True


def goes_on(study: StudyPaths) -> None:
    """An epoch more than there were, by the same supervisor."""
    before = epochs(study)
    wait_until(lambda: epochs(study) > before or not at_work(study), "another epoch", seconds=120)
    assert at_work(study)
    assert study_state(study).attempt == 1


def test_the_app_ends_with_its_terminal_even_if_hangups_are_ignored(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    app = AppInTerminal(tmp_path / "runs", environment, before="trap '' HUP; ")
    app.shows("1 Design")
    app.close()
    assert app.process.returncode == -signal.SIGHUP


def test_a_study_outlives_the_app_its_terminal_and_tmux(tmp_path: Path, environment: dict[str, str]) -> None:
    study = new_study(tmp_path, seeds=1, epochs=100_000, arms="")
    runs_dir = study.folder.parent
    app = AppInTerminal(runs_dir, environment)
    app.shows("1 Design", study.name)
    app.press("2")
    app.shows("R run all")
    app.press("R")
    wait_until(lambda: epochs(study) > 0, "the first epoch", seconds=240)
    try:
        app.kill()
        goes_on(study)

        app = AppInTerminal(runs_dir, environment)
        app.shows(study.name, "running", "epoch")
        app.close()
        goes_on(study)

        if tmux := shutil.which("tmux"):
            kill_tmux(tmux, runs_dir, environment, study.name)
            goes_on(study)

        app = AppInTerminal(runs_dir, environment)
        app.shows(study.name, "running", "s stop")
        app.press("s")
        app.shows("Stop this study?")
        app.press("y")
        wait_until(lambda: study_state(study).state == "stopped", "the stop", seconds=120)
        app.shows("stopped")
        app.press("q")
        assert app.process.wait(60) == 0
    finally:
        if at_work(study):
            request(study, "stop-now")
            wait_until(lambda: not at_work(study), "the end", seconds=120)


def kill_tmux(tmux: str, runs_dir: Path, environment: Mapping[str, str], shown: str) -> None:
    """kill -9 of the tmux server that holds the app."""
    own = [tmux, "-L", f"augtui-test-{os.getpid()}"]

    def ask(*arguments: str) -> str:
        done = subprocess.run([*own, *arguments], capture_output=True, text=True, check=True, env=dict(environment))
        return done.stdout

    command = "exec " + shlex.join(app_command(runs_dir))
    ask("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "40", command)
    server, app = (int(pid) for pid in ask("display-message", "-p", "#{pid} #{pane_pid}").split())
    wait_until(lambda: shown in ask("capture-pane", "-p"), "the study in tmux", seconds=120)
    socket = Path(ask("display-message", "-p", "#{socket_path}").strip())
    os.kill(server, signal.SIGKILL)
    socket.unlink(missing_ok=True)
    wait_until(lambda: not Path(f"/proc/{app}").exists() or _zombie(app), "the end of the app in it", seconds=120)


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
