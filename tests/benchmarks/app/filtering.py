"""10,000 runs in 200 studies: typing a filter never waits."""

from __future__ import annotations

from tests.benchmarks.app.bench import Bench, median
from tests.benchmarks.app.keys import KEY_MILLISECONDS, milliseconds_of

TEXTS = ("study-1", "arm~arm score>0.8", "study-0")


def measure(bench: Bench, repeats: int) -> None:
    """Type some filters key by key, and take them back."""
    pane = bench.open(bench.runs("S3"))
    pane.wait_for(["Studies · 200"])
    pane.settle(0.5)
    walk = {"cursor": [pane.press(key) for _ in range(repeats) for key in "jjjk"]}
    walk["sort"] = [pane.press("s") for _ in range(repeats)]
    typed = []
    for text in TEXTS:
        pane.press("/")
        typed += [pane.press("Space" if key == " " else key) for key in text]
        typed += [pane.press("BSpace") for _ in text]
        pane.press("Escape")
    walk["a key of the filter"] = typed
    for title, paints in walk.items():
        last = [paint.last * 1000 for paint in paints if paint.size]
        holds = max(last) <= KEY_MILLISECONDS if title != "sort" else median(last) <= KEY_MILLISECONDS
        bench.tell(f"S3, {title}", milliseconds_of(paints), f"≤ {KEY_MILLISECONDS} ms", holds)
    size = median(paint.size for paint in walk["cursor"])
    bench.tell("S3, cursor: bytes", f"{size:,.0f} B", "≤ 3,000 B", size <= 3000)
    pane.close()
