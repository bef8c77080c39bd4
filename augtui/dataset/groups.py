"""Which images belong together (one patient, one lesion), so that they stay on one side of every split."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path, PurePosixPath

from augtui.dataset.layout import MANIFEST, Layout
from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean
from augtui.text import plain

PATH_COLUMN = "path"


def group_of(layout: Layout, group: str | None) -> tuple[str, ...]:
    """The group of each file, in the layout's order; empty strings where there is none.

    Args:
        layout: the dataset.
        group: None; a regex that is searched in each file's name and whose first group names the group; or, without
            parentheses, a column of manifest.csv, whose column "path" names each image relative to the dataset's
            folder.

    Raises:
        AugtuiError: the regex does not compile or fits no file, or the table lacks the column or the images.
    """
    if group is None:
        return ("",) * len(layout.files)
    try:
        pattern = re.compile(group)
    except re.error as error:
        raise AugtuiError(f'data.group: the regex "{group}" does not compile: {error}') from error
    return _by_name(layout, pattern) if pattern.groups else _by_column(layout, group)


def _by_name(layout: Layout, pattern: re.Pattern[str]) -> tuple[str, ...]:
    found = [pattern.search(PurePosixPath(file.path).name) for file in layout.files]
    if not any(found):
        first = plain(PurePosixPath(layout.files[0].path).name)
        raise AugtuiError(
            f'data.group: the regex "{pattern.pattern}" fits no file name, not even {first}',
            "it is searched in the file name without its folders",
        )
    return tuple("" if match is None else match[1] or "" for match in found)


def _by_column(layout: Layout, column: str) -> tuple[str, ...]:
    path = layout.root / MANIFEST
    rows = _read_table(path, column)
    groups: dict[str, str] = {}
    for row in rows:
        image, group = _posix(row.get(PATH_COLUMN) or ""), row.get(column) or ""
        if groups.setdefault(image, group) != group:
            raise AugtuiError(
                f"{path}: {plain(image)} comes twice, with the groups {plain(groups[image])} and {plain(group)}"
            )
    if not any(file.path in groups for file in layout.files):
        raise AugtuiError(
            f'{path}: the column "{PATH_COLUMN}" names none of the images',
            f"an image is named like this: {plain(layout.files[0].path)}",
        )
    return tuple(groups.get(file.path, "") for file in layout.files)


def _read_table(path: Path, column: str) -> list[dict[str, str | None]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise AugtuiError(
            f'data.group: "{column}" names a column, and there is no {path}',
            "write that table, or a regex whose parentheses take the group from the file name",
        ) from error
    except UnicodeDecodeError as error:
        raise AugtuiError(f"{path} is not UTF-8 text", 'a spreadsheet saves it as "CSV UTF-8"') from error
    except OSError as error:
        raise AugtuiError(f"{path} cannot be read: {error.strerror}") from error
    head = text.partition("\n")[0]
    # Spreadsheets write ";" where the comma stands in decimal numbers.
    delimiter = next((mark for mark in (",", ";", "\t") if mark in head), ",")
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        columns = [name for name in table.fieldnames or () if name]
        rows = list(table)
    except csv.Error as error:
        raise AugtuiError(f"{path} is not a CSV table: {error}") from error
    for needed, why in ((PATH_COLUMN, ", which names each image"), (column, "")):
        if needed not in columns:
            near = did_you_mean(needed, columns)
            known = f"its columns are {plain(', '.join(columns))}" if columns else "it is empty"
            raise AugtuiError(f'{path}: there is no column "{needed}"{why}', near or known)
    return rows


def _posix(path: str) -> str:
    return str(PurePosixPath(path.strip().replace("\\", "/"))) if path.strip() else ""
