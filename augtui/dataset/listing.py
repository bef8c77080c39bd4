"""What lies in one folder of a dataset, sorted by name, without what is no image."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from augtui.dataset.junk import is_junk_file, is_junk_folder, is_named_otherwise
from augtui.dataset.signature import begins_as_image
from augtui.errors import AugtuiError
from augtui.text import plain


@dataclass(frozen=True, slots=True)
class Listing:
    """One folder."""

    root: Path
    """The dataset's folder."""
    inside: str
    """This folder, relative to `root`, with "/"; empty for `root` itself."""
    folders: tuple[str, ...]
    files: tuple[str, ...]
    """Everything else: files, and links that lead nowhere."""

    @property
    def path(self) -> Path:
        return self.root / self.inside

    def within(self, name: str) -> str:
        """The path of an entry, relative to the dataset's folder."""
        return f"{self.inside}/{name}" if self.inside else name


def list_folder(root: Path, inside: str = "") -> Listing:
    """Read a folder of the dataset `root`; links count as what they lead to.

    Raises:
        AugtuiError: the folder cannot be read, or a name in it is not UTF-8 and so fits in no table or log.
    """
    folder = root / inside
    folders: list[str] = []
    files: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                # A link in a loop makes `entry.is_dir` raise; `isdir` answers no.
                is_folder = os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir()
                if is_junk_folder(entry.name) if is_folder else _is_no_image(entry):
                    continue
                _refuse_broken_name(folder, entry.name)
                (folders if is_folder else files).append(entry.name)
    except OSError as error:
        raise AugtuiError(f"{folder} cannot be read: {error.strerror}") from error
    return Listing(root, inside, tuple(sorted(folders)), tuple(sorted(files)))


def _is_no_image(entry: os.DirEntry[str]) -> bool:
    """Only a file whose name says that it is none is looked into; what others hold is seen when they are decoded."""
    return is_junk_file(entry.name) or (is_named_otherwise(entry.name) and not begins_as_image(Path(entry.path)))


def _refuse_broken_name(folder: Path, name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise AugtuiError(
            f"the name of {folder}/{plain(name)} is not UTF-8",
            "rename it; `convmv -r -f latin1 -t utf8 --notest FOLDER` mends a whole folder of such names",
        ) from error
