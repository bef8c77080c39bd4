"""First useful screen: from the command to the study's own data, beside an empty Textual app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.benchmarks.app import studies
from tests.benchmarks.app.bench import Bench, median
from tests.benchmarks.app.empty import READY
from tests.benchmarks.app.process import cpu_seconds
from tests.benchmarks.app.terminal import Pane

FLOOR = 1.3
"""Times an empty app that the first screen may take."""
LIST_SECONDS = 1.0


@dataclass
class Start:
    """One way to begin."""

    title: str
    open: Callable[[], Pane]
    texts: tuple[str, ...]
    then: tuple[str, ...] = ()
    """What is there when everything has been read."""
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


def measure(bench: Bench, repeats: int) -> None:
    """Start the empty app and the app on each collection, in turn, several times."""
    live = studies.Live.begin(bench.folder / "live-start", *_LIVE, epoch_seconds=1000)
    starts = [
        Start("empty Textual app", bench.open_empty, (READY,)),
        Start("S1: its study in the list", lambda: bench.open(bench.runs("S1")), ("runs-200-", "200/200")),
        Start("S2: its study in the list", lambda: bench.open(bench.runs("S2")), ("runs-50-", "50/50")),
        Start(
            "S1 at work: grid, running runs, curves",
            lambda: bench.open(live.study.runs_dir),
            ("100/200", "arm-12", "original (6 runs)", " 78/100 "),
        ),
        Start(
            "S3: the newest studies", lambda: bench.open(bench.runs("S3")), ("study-199", "50/50"), ("Studies · 200",)
        ),
    ]
    for name in ("S1", "S2", "S3"):
        bench.runs(name)
    with live:
        for _ in range(repeats):
            for start in starts:
                _once(start)
    floor = starts[0]
    for start in starts:
        wall, cpu = median(start.wall), median(start.cpu)
        if start is floor:
            bench.tell(start.title, f"{wall:.2f} s, CPU {cpu:.2f} s")
            continue
        ratio, of_cpu = wall / median(floor.wall), cpu / median(floor.cpu)
        bench.tell(
            start.title,
            f"{wall:.2f} s, CPU {cpu:.2f} s",
            f"x{ratio:.2f} (CPU x{of_cpu:.2f}) ≤ x{FLOOR}",
            ratio <= FLOOR,
        )
        if start.whole:
            whole = median(start.whole)
            bench.tell("S3: all 200 studies, 10,000 runs", f"{whole:.2f} s", f"≤ {LIST_SECONDS:g} s", whole <= 1)


_LIVE = (20, 10, 100)


def _once(start: Start) -> None:
    pane = start.open()
    start.wall.append(pane.wait_for(start.texts) - pane.opened)
    start.cpu.append(cpu_seconds(pane.pid))
    if start.then:
        start.whole.append(pane.wait_for(start.then) - pane.opened)
    pane.settle()
    pane.close()
