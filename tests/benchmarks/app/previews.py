"""Previews: from the key to the pictures on the screen, and in the engine's process alone."""

from __future__ import annotations

import time
from pathlib import Path

from augtui.plan.catalog import CATALOG
from augtui.plan.spec import PolicySpec
from augtui.tui.preview import PreviewRequest, PreviewServer
from tests.benchmarks.app import studies
from tests.benchmarks.app.bench import Bench, median
from tests.benchmarks.app.terminal import Pane

SECONDS = 0.3
PICTURES = "▀▀"


def measure(bench: Bench, repeats: int) -> None:
    """Draw with the app's own request in a process of its own, then by keys in the app."""
    data = bench.folder / "data"
    if not data.exists():
        studies.photographs(data / "photographs")
    _engine(bench, data, repeats)
    pane = bench.open(bench.folder / "no-studies", data)
    opened = pane.opened
    pane.wait_for(["photographs"])
    pane.wait_for([PICTURES])
    bench.tell("app: start to the first pictures (engine starts, decodes)", f"{time.monotonic() - opened:.1f} s")
    pane.settle(0.5)
    again = [_pictures(pane, "p") for _ in range(2 * repeats)]
    _tell(bench, "app: p draws again", again)
    pane.press("6")
    other = [_pictures(pane, key) for _ in range(repeats) for key in ("G", "g")]
    _tell(bench, "app: another arm (0.1 s of rest before it is drawn)", other)
    pane.close()


def _pictures(pane: Pane, key: str) -> float:
    """Seconds from a key to the last byte of the pictures that it asks for."""
    known = len(pane.chunks)
    pressed = time.monotonic()
    pane.press(key)
    pane.wait_for([PICTURES], known)
    pane.settle()
    return pane.chunks[-1][0] - pressed


def _tell(bench: Bench, title: str, seconds: list[float]) -> None:
    middle = median(seconds)
    bench.tell(title, f"{middle:.2f} s (most {max(seconds):.2f})", f"≤ {SECONDS} s", middle <= SECONDS)


def _engine(bench: Bench, data: Path, repeats: int) -> None:
    """The same without the app."""
    policy = CATALOG.policy("geometric")
    assert policy is not None
    spec = PolicySpec(
        name="geometric", params={p.name: p.default for p in policy.parameters if p.default is not None}
    )
    server = PreviewServer()
    times = []
    for seed in range(2 * repeats + 1):
        start = time.monotonic()
        server.draw(PreviewRequest(data / "photographs", spec, 128, 4, 1, seed, True, bench.folder / "cache"))
        times.append(time.monotonic() - start)
    server.close()
    bench.tell("engine: first preview (process starts, imports torch)", f"{times[0]:.1f} s")
    _tell(bench, "engine: next previews", times[1:])
