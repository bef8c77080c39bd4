"""Datasets by what a person typed."""

from __future__ import annotations

import os
from pathlib import Path

from augtui.dataset.junk import is_junk_folder
from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean

DEMO = "demo"
"""The dataset that is built in."""
_NO_DATASETS = ("plans",)
"""Folders under the data folder that are something else."""


def find_dataset(text: str, data_dir: Path) -> Path:
    """The folder of a dataset: the built-in "demo" (written at first use), a name under `data_dir`, or a path.

    Raises:
        AugtuiError: there is none.
    """
    if text == DEMO:
        from augtui.dataset.demo import write_demo  # NumPy and Pillow, which only this dataset should cost

        return write_demo(data_dir / DEMO).resolve()
    if text and text != os.pardir and Path(text).name == text and os.path.isdir(data_dir / text):
        return (data_dir / text).resolve()
    path = os.path.expanduser(text)
    if text and os.path.isdir(path):
        return Path(path).resolve()
    if text and os.path.isfile(path):
        raise AugtuiError(f'"{text}" is a file, not a folder of images', "an archive has to be unpacked first")
    names = [name for name, _ in list_datasets(data_dir)]
    there = f"{data_dir}/ has {', '.join(names)}" if names else f'{data_dir}/ has none; "{DEMO}" is built in'
    near = did_you_mean(text, [*names, DEMO])
    raise AugtuiError(f'there is no dataset "{text}", neither in {data_dir}/ nor as a path', near or there)


def list_datasets(data_dir: Path) -> list[tuple[str, Path]]:
    """Name and folder of every dataset under `data_dir`.

    Raises:
        AugtuiError: the folder cannot be read.
    """
    if not os.path.isdir(data_dir):
        return []
    try:
        names = sorted(os.listdir(data_dir))
    except OSError as error:
        raise AugtuiError(f"{data_dir} cannot be read: {error.strerror}") from error
    return [
        (name, data_dir / name)
        for name in names
        if name not in _NO_DATASETS and not is_junk_folder(name) and os.path.isdir(data_dir / name)
    ]
