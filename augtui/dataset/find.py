"""Datasets by what a person typed."""

from __future__ import annotations

from pathlib import Path

from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean

DEMO = "demo"
"""The dataset that is built in."""


def find_dataset(text: str, data_dir: Path) -> Path:
    """The folder of a dataset: the built-in "demo" (written at first use), a name under `data_dir`, or a path.

    Raises:
        AugtuiError: there is none.
    """
    named = data_dir / text
    if text == DEMO:
        from augtui.dataset.demo import write_demo  # NumPy and Pillow, which only this dataset should cost

        return write_demo(named)
    if text and Path(text).name == text and named.is_dir():
        return named.resolve()
    path = Path(text).expanduser()
    if text and path.is_dir():
        return path.resolve()
    names = [name for name, _ in list_datasets(data_dir)]
    there = f"{data_dir}/ has {', '.join(names)}" if names else f'{data_dir}/ has none; "{DEMO}" is built in'
    near = did_you_mean(text, [*names, DEMO])
    raise AugtuiError(f'dataset: there is no dataset "{text}", neither in {data_dir}/ nor as a path', near or there)


def list_datasets(data_dir: Path) -> list[tuple[str, Path]]:
    """Name and folder of every dataset under `data_dir`."""
    if not data_dir.is_dir():
        return []
    skipped = ("plans",)
    return [
        (path.name, path)
        for path in sorted(data_dir.iterdir())
        if path.is_dir() and path.name not in skipped and not path.name.startswith(".")
    ]
