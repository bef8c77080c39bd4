"""Eight runs at work: from an epoch on disk to the screen, and what watching them costs."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.benchmarks.app import studies
from tests.benchmarks.app.bench import Bench, median
from tests.benchmarks.app.process import cpu_seconds
from tests.benchmarks.app.terminal import Pane, plain_text

SECONDS = 40
EPOCH_SECONDS = 2.0
"""Of each of the eight runs: four epochs a second in all, and 32 signs of progress."""
LATENCY = 0.7
SHARE = 0.05


def measure(bench: Bench, repeats: int) -> None:
    """Watch a study of 200 runs while eight of them train."""
    live = studies.Live.begin(bench.folder / "live", 20, 10, 1000, EPOCH_SECONDS)
    with live:
        pane = bench.open(live.study.runs_dir)
        pane.wait_for(["100/200", "Validation accuracy"])
        time.sleep(8)  # what has ended before is read in this time; not what is measured here
        start, bytes_before, cpu = time.monotonic(), pane.written, cpu_seconds(pane.pid)
        time.sleep(SECONDS)
        used, written = cpu_seconds(pane.pid) - cpu, pane.written - bytes_before
        passed = time.monotonic() - start
        epochs = [(at, text) for at, text in live.written if start < at < start + SECONDS - 2]
    delays = list(_delays(pane, epochs))
    worst = max(delays)
    shown = f"{len(delays)} of {len(epochs)} epochs"
    bench.tell("live: epoch on disk to screen, median", f"{median(delays):.2f} s", f"({shown})")
    bench.tell("live: epoch on disk to screen, most", f"{worst:.2f} s", f"≤ {LATENCY} s", worst <= LATENCY)
    share = used / passed
    bench.tell("live: CPU share of the app", f"{share:.1%} of a core", f"≤ {SHARE:.0%}", share <= SHARE)
    bench.tell("live: bytes", f"{written / passed:,.0f} B/s")
    pane.close()


def _delays(pane: Pane, epochs: list[tuple[float, str]]) -> Iterator[float]:
    """Of each epoch, the seconds until its number was written to the terminal."""
    texts = [(at, plain_text(data)) for at, data in pane.chunks]
    for written, words in epochs:
        # A number may lie across two chunks.
        pairs = zip(texts, [("", ""), *texts], strict=False)
        seen = next(
            (now[0] for now, before in pairs if now[0] >= written and words in before[1][-20:] + now[1]), None
        )
        if seen is not None:
            yield seen - written
