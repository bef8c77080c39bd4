"""Datasets as lines of a list and as a page of details. Reading them is a task."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len

from augtui.errors import AugtuiError
from augtui.text import plain
from augtui.tui.sparks import progress
from augtui.tui.text import Row, Span, fit, wrapped
from augtui.tui.widgets.table import Column, Line

DEMO = "demo"
_WRITE_DEMO = "import sys, pathlib; from augtui.dataset.demo import write_demo; write_demo(pathlib.Path(sys.argv[1]))"
SAMPLE = 40
"""Images whose sizes are looked at."""

COLUMNS = (
    Column("name", "dataset", most=40, least=10, grows=True),
    Column("classes", "classes", "right", priority=1),
    Column("train", "train", "right"),
    Column("test", "test", "right", priority=2),
)


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What the names of files and folders tell of a dataset, and the sizes of a few images."""

    name: str
    """As a plan names it."""
    root: Path
    classes: tuple[str, ...] = ()
    train: tuple[tuple[str, int], ...] = ()
    """Images of each class; all of them in a flat dataset."""
    validation: int = 0
    test: tuple[tuple[str, int], ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()
    """Width and height of a sample."""
    positive: str = ""
    flat: bool = False
    problem: str = ""
    """Why it cannot be used."""
    made: bool = True
    """False for the built-in one before its first use."""

    @property
    def train_count(self) -> int:
        return sum(count for _, count in self.train)

    @property
    def test_count(self) -> int:
        return sum(count for _, count in self.test)


@dataclass(frozen=True, slots=True)
class ReadDatasets:
    """Look at every dataset that a plan may name without a path, and at one more."""

    data_dir: Path
    other: str = ""
    """A dataset that the plan names and that lies elsewhere."""
    changes: ClassVar[bool] = False
    title: ClassVar[str] = "cannot look for datasets"

    def run(self) -> tuple[DatasetInfo, ...]:
        """All of them, the built-in one too."""
        from augtui.dataset.find import list_datasets

        found = {name: look_at(name, root) for name, root in list_datasets(self.data_dir)}
        found.setdefault(DEMO, DatasetInfo(DEMO, self.data_dir / DEMO, made=False))
        if self.other and self.other not in found and Path(self.other).expanduser().is_dir():
            found[self.other] = look_at(self.other, Path(self.other).expanduser())
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class MakeDemo:
    """Write the built-in dataset, in a process of its own: it takes pictures and arrays."""

    root: Path
    changes: ClassVar[bool] = True
    title: ClassVar[str] = "cannot write the demo dataset"

    def run(self) -> DatasetInfo:
        """The dataset, looked at."""
        make_demo(self.root)
        return look_at(DEMO, self.root)


def make_demo(root: Path) -> None:
    """Write the built-in dataset where it is not there yet.

    Raises:
        AugtuiError: it cannot be written.
    """
    if root.is_dir():
        return
    done = subprocess.run([sys.executable, "-c", _WRITE_DEMO, str(root)], capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise AugtuiError(f"the demo dataset cannot be written to {root}: {last}")


def look_at(name: str, root: Path) -> DatasetInfo:
    """A dataset by its folder."""
    from augtui.dataset.layout import read_layout

    try:
        layout = read_layout(root)
    except (AugtuiError, OSError) as error:
        message = error.message if isinstance(error, AugtuiError) else str(error)
        return DatasetInfo(name, root, problem=message)
    counts = {split: Counter(layout.classes[file.label] for file in layout.files if file.split == split)
              for split in ("train", "val", "test", "")}  # fmt: skip
    own = counts["train"] + counts[""]
    return DatasetInfo(
        name,
        root,
        layout.classes,
        tuple((label, own[label]) for label in layout.classes),
        sum(counts["val"].values()),
        tuple((label, counts["test"][label]) for label in layout.classes) if not layout.flat else (),
        _sizes([root / file.path for file in layout.files]),
        layout.about.positive or "",
        layout.flat,
    )


def _sizes(paths: list[Path]) -> tuple[tuple[int, int], ...]:
    from PIL import Image

    sizes = []
    for path in paths[:: max(1, len(paths) // SAMPLE)]:
        try:
            with Image.open(path) as image:
                sizes.append(image.size)
        except (OSError, ValueError, SyntaxError):
            continue  # the check step names it
    return tuple(sizes)


def line_of(info: DatasetInfo, chosen: str) -> Line:
    """The row of the list."""
    name: Span = (plain(info.name), "bold $accent" if info.name == chosen else "$foreground")
    if info.problem:
        return Line(info.name, ((plain(info.name), "$muted"), ("", ""), ("✗", "bold $bad"), ("", "")))
    if not info.made:
        return Line(info.name, (name, ("", ""), ("built in", "$faint"), ("", "")))
    test = f"{info.test_count:,}" if info.test else "carved"
    return Line(
        info.name,
        (name, (str(len(info.classes)), "$muted"), (f"{info.train_count:,}", "$foreground"), (test, "$muted")),
    )


def details(info: DatasetInfo, width: int, choose: str, settings: str) -> list[Row]:
    """Classes with their balance, sizes, and what is wrong; two keys that lead on."""
    if info.problem:
        first, *more = wrapped(plain(info.problem), width - 2, "$bad") or [[]]
        return [[("✗ ", "bold $bad"), *first], *([("  ", ""), *row] for row in more)]
    if not info.made:
        told = "Built in: photographs of brick, grass and gravel, to try everything on."
        return [*wrapped(told, width, "$muted"), [], [(f"{choose} ", "bold $accent"), ("writes it here", "$muted")]]
    label = min(max(cell_len(plain(name)) for name in info.classes), max(6, width - 13))
    most = max(count for _, count in info.train) or 1
    rows: list[Row] = []
    for name, count in info.train:
        done, rest = progress(count / most, max(4, width - label - 9))
        style = "$baseline" if name == info.positive else "$foreground"
        rows.append(
            [
                (fit(plain(name), label) + " ", style),
                (f"{count:>6,} ", "$foreground"),
                (done, "$spark"),
                (rest, "$line"),
            ]
        )
    counts = [count for _, count in info.train]
    if min(counts) and max(counts) / min(counts) >= 3:
        told = f"classes differ {max(counts) / min(counts):.1f}-fold in size"
        first, *more = wrapped(told, width - 2, "$muted")
        rows += [[("! ", "bold $warn"), *first], *([("  ", ""), *row] for row in more)]
    if info.sizes:
        smallest, largest = min(info.sizes), max(info.sizes)
        told = f"{smallest[0]}×{smallest[1]}"
        if smallest != largest:
            told += f" to {largest[0]}×{largest[1]}"
        rows.append([("sizes ", "$muted"), (told, "$foreground")])
    if info.positive:
        rows.append([("positive ", "$muted"), (plain(info.positive), "$baseline")])
    if info.flat:
        rows += wrapped(f"no test split: data.test carves one ({settings} shows all settings)", width, "$muted")
    return rows


def where_to_put(data_dir: Path, width: int) -> list[Row]:
    """What to do where there is no dataset of one's own yet."""
    return [
        [],
        *wrapped("Your own images go to", width, "$muted"),
        *wrapped(f"{plain(str(data_dir))}/NAME/train/CLASS/", width, "$foreground"),
        *wrapped(f"{plain(str(data_dir))}/NAME/test/CLASS/", width, "$foreground"),
    ]
