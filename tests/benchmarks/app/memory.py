"""Memory of the app's process on every screen, at the largest sizes."""

from __future__ import annotations

from tests.benchmarks.app.bench import Bench
from tests.benchmarks.app.keys import show_all
from tests.benchmarks.app.process import pss_bytes
from tests.benchmarks.app.terminal import Pane

MEGABYTES = 100
SCREENS = {"4": "Runs", "2": "Study", "1": "Design", "3": "Results"}


def measure(bench: Bench, repeats: int) -> None:
    """Open every screen after the other, with all curves of the study read, and some dialogs."""
    for name in ("S1", "S2", "S3"):
        pane = bench.open(bench.runs(name))
        pane.wait_for(["Studies · "])
        pane.settle(1.0)
        if name != "S3":
            _read_all(pane, {"S1": 200, "S2": 50}[name])
        for key, title in SCREENS.items():
            pane.press(key)
            for other in ("?", "Escape", "C-p", "Escape"):
                pane.press(other)
            used = pss_bytes(pane.pid) / 1e6
            bench.tell(f"{name}, {title}: PSS", f"{used:.0f} MB", f"≤ {MEGABYTES} MB", used <= MEGABYTES)
        pane.close()


def _read_all(pane: Pane, runs: int) -> None:
    """All curves on the screen means that all logs were read."""
    pane.press("2")
    show_all(pane, runs)
