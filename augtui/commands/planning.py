"""`augtui init`: a plan to begin with."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from augtui.commands.checking import check_data
from augtui.commands.finder import dataset_root
from augtui.commands.terminal import narration
from augtui.dataset.layout import Layout, read_layout
from augtui.errors import AugtuiError, ExitCode
from augtui.paths import cache_root, write_atomic
from augtui.plan.reader import read_plan
from augtui.plan.writer import starter_plan
from augtui.text import plain

LEAK = "-across-splits"
"""How the codes of problems end that `leak` in a plan handles."""

SAMPLE = 60
"""Images whose sizes are looked at."""


def init(dataset: str, out: Path | None, *, data_dir: Path, cache_dir: Path | None) -> int:
    """Write a commented plan that runs as it is; an existing file is never touched.

    The dataset is checked first: where training images lie in the test set too, the plan leaves them out of training.

    Raises:
        AugtuiError: the dataset is wrong, or the file is there already.
    """
    root = dataset_root(dataset, data_dir)
    layout = read_layout(root)
    target = out if out is not None else Path(f"{root.name}.toml")
    if target.exists():
        raise AugtuiError(f"{target} is there already", "nothing is overwritten: name another file with --out")
    named = dataset if root.parent.resolve() == data_dir.resolve() or dataset == "demo" else str(root.resolve())
    report = check_data(root, None, cache_root(cache_dir))
    blocks = {problem.code for problem in report.blocks}
    leaks = {code for code in blocks if code.endswith(LEAK)}
    text = starter_plan(
        named,
        layout.classes,
        training_counts(layout),
        image_sizes(layout),
        layout.about.positive,
        has_test=not layout.flat,
        has_validation="validation" in report.counts,
        leaks=bool(leaks),
    )
    try:
        write_atomic(target, text)
    except OSError as error:
        raise AugtuiError(f"cannot write {target}: {os.strerror(error.errno or 0)}") from error
    read_plan(target)  # a plan that we wrote and cannot read is a bug to be seen at once
    err = narration()
    err.print(
        plain(f"{target} written; check it: augtui check {target}, run it: augtui run {target}"), soft_wrap=True
    )
    for code in sorted(blocks - leaks):
        err.print(plain(f"it will not start before this is mended: {code}"), style="yellow", soft_wrap=True)
    return ExitCode.DONE


def training_counts(layout: Layout) -> dict[str, int]:
    """Training images of each class; all images of a flat dataset."""
    counts = Counter(layout.classes[file.label] for file in layout.files if file.split in ("train", ""))
    return {name: counts[name] for name in layout.classes}


def image_sizes(layout: Layout) -> list[tuple[int, int]]:
    """Width and height of a sample of images, evenly spread; what cannot be read is left out."""
    from PIL import Image

    stride = max(len(layout.files) // SAMPLE, 1)
    sizes = []
    for file in layout.files[::stride]:
        try:
            with Image.open(layout.root / file.path) as image:
                sizes.append(image.size)
        except (OSError, ValueError, SyntaxError):
            continue  # `augtui check` names it
    return sizes
