"""Which images belong together (one patient, one lesion), so that they stay on one side of every split."""

from __future__ import annotations

import csv
import re
from pathlib import PurePosixPath

from augtui.dataset.layout import MANIFEST, Layout
from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean


def group_of(layout: Layout, group: str | None) -> tuple[str, ...]:
    """The group of each file, in the layout's order; empty strings where there is none.

    Args:
        layout: the dataset.
        group: None; the name of a column of manifest.csv (which has a column "path" as well); or a regex that
            is searched in each file's name, whose first group (or whole match) names the group.

    Raises:
        AugtuiError: the regex does not compile or fits no file, or there is no such column.
    """
    if group is None:
        return ("",) * len(layout.files)
    if (layout.root / MANIFEST).is_file():
        columns, rows = _manifest(layout)
        if group in columns:
            return tuple(rows.get(file.path, {}).get(group, "") for file in layout.files)
        if re.fullmatch(r"\w+", group):
            near = did_you_mean(group, columns)
            path = layout.root / MANIFEST
            raise AugtuiError(
                f'data.group: {path} has no column "{group}"', near or f"its columns are {', '.join(columns)}"
            )
    return _by_name(layout, group)


def _by_name(layout: Layout, group: str) -> tuple[str, ...]:
    try:
        pattern = re.compile(group)
    except re.error as error:
        raise AugtuiError(f'data.group: the regex "{group}" does not compile: {error}') from error
    found = [pattern.search(PurePosixPath(file.path).name) for file in layout.files]
    if not any(found):
        raise AugtuiError(
            f'data.group: the regex "{group}" fits no file name, not even {PurePosixPath(layout.files[0].path).name}',
            "it is searched in the file name without its folders",
        )
    return tuple("" if match is None else match[pattern.groups > 0] or "" for match in found)


def _manifest(layout: Layout) -> tuple[list[str], dict[str, dict[str, str]]]:
    path = layout.root / MANIFEST
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            columns = list(reader.fieldnames or [])
            if "path" not in columns:
                raise AugtuiError(
                    f'{path}: there is no column "path"', "it names each image relative to the dataset's folder"
                )
            return columns, {row["path"]: row for row in reader}
    except (UnicodeDecodeError, csv.Error) as error:
        raise AugtuiError(f"{path} is not a CSV table: {error}") from error
