"""Any key to its paint, with all runs shown: time to the last byte, bytes, and CPU time of the app's process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.app.bench import Bench, median
from tests.benchmarks.app.terminal import Paint, Pane

KEY_MILLISECONDS = 50
CURSOR_BYTES = 3000
IDLE_SECONDS = 5


@dataclass(frozen=True)
class Walk:
    """Keys that are pressed one after the other, in a circle."""

    title: str
    keys: tuple[str, ...]
    cursor: bool = False
    """Whether they only move a cursor: their bytes have a bar."""


STUDY = (
    Walk("arms x seeds: j k l h", tuple("jjjlkhlk"), cursor=True),
    Walk("all runs' curves: y log scale", ("y",)),
    Walk("all runs' curves: + - smoothing", ("+", "+", "-", "-")),
    Walk("all runs' curves: m next value", ("m",)),
    Walk("v arm, running, all", ("v",)),
    Walk("tab, shift+tab", ("Tab", "BTab")),
    Walk("z zoom", ("z",)),
)
CHART = (
    Walk("curves: h l cursor", tuple("lllhhl"), cursor=True),
    Walk("curves: i o zoom", ("i", "i", "o", "o")),
    Walk("curves: g G first, last epoch", ("g", "G"), cursor=True),
)
RESULTS = (
    Walk("table: j k", tuple("jjkk"), cursor=True),
    Walk("table: s sort", ("s",)),
    Walk("table: space mark", ("Space",)),
    Walk("table: b baseline", ("b",)),
)
SCREENS = Walk("1 2 3 4 screens, opened before", ("1", "2", "3", "4"))
HELP = Walk("? help, esc", ("?", "Escape"))


def measure(bench: Bench, repeats: int) -> None:
    """Walk through the screens of S1 and S2."""
    empty = bench.open_empty()
    empty.settle(0.5)
    floor = [empty.press("j") for _ in range(3 * repeats)][2:]
    empty.close()
    bench.tell("empty Textual app: j", milliseconds_of(floor))
    for name, runs in (("S1", 200), ("S2", 50)):
        pane = bench.open(bench.runs(name))
        pane.wait_for(["Studies · 1"])
        pane.settle(0.5)
        first = {key: pane.press(key) for key in ("1", "3", "2")}
        for key, paint in first.items():
            bench.tell(f"{name}, {key} opens its screen for the first time", milliseconds_of([paint]))
        show_all(pane, runs)
        for walk in STUDY:
            _walk(bench, name, pane, walk, repeats, floor)
        pane.press("8")
        for walk in CHART:
            _walk(bench, name, pane, walk, repeats, floor)
        show_all(pane, runs)
        _walk(bench, name, pane, HELP, repeats, floor)
        _walk(bench, name, pane, SCREENS, repeats, floor)
        pane.press("3")
        pane.settle(0.5)
        for walk in RESULTS:
            _walk(bench, name, pane, walk, repeats, floor)
        _idle(bench, name, pane)
        pane.close()


def show_all(pane: Pane, runs: int) -> None:
    """Curves of all runs, whatever is shown now; their logs have been read by then."""
    end = time.monotonic() + 30
    pane.settle(0.5)
    while f"all {runs} runs" not in pane.screen:
        if time.monotonic() > end:
            raise TimeoutError(f"not all runs came on the screen\n{pane.screen}")
        pane.press("v")


def _walk(bench: Bench, name: str, pane: Pane, walk: Walk, repeats: int, floor: Sequence[Paint]) -> None:
    paints = [pane.press(key) for _ in range(repeats) for key in walk.keys]
    painted = [paint for paint in paints if paint.size]
    middle = median(paint.last for paint in painted) * 1000
    ratio = median(paint.last for paint in painted) / median(paint.last for paint in floor)
    bench.tell(
        f"{name}, {walk.title}",
        milliseconds_of(painted),
        f"≤ {KEY_MILLISECONDS} ms (x{ratio:.1f})",
        middle <= KEY_MILLISECONDS,
    )
    if walk.cursor:
        size = median(paint.size for paint in painted)
        bench.tell(f"{name}, {walk.title}: bytes", f"{size:,.0f} B", f"≤ {CURSOR_BYTES:,} B", size <= CURSOR_BYTES)


def milliseconds_of(paints: Sequence[Paint]) -> str:
    """Times to the last byte and CPU time, of the keys that changed the screen."""
    paints = [paint for paint in paints if paint.size]
    last = [paint.last * 1000 for paint in paints]
    cpu = median(paint.cpu for paint in paints) * 1000
    return f"{median(last):.0f} ms (most {max(last, default=0):.0f}), CPU {cpu:.0f}"


def _idle(bench: Bench, name: str, pane: Pane) -> None:
    """Nothing is at work: not a byte may be sent."""
    pane.settle(1.0)
    before = pane.written
    time.sleep(IDLE_SECONDS)
    rate = (pane.written - before) / IDLE_SECONDS
    bench.tell(f"{name}, idle", f"{rate:.0f} B/s", "0 B/s", rate == 0)
