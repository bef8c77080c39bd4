"""Which images a dataset's folder holds, their splits and classes by the names of folders. No image is opened.

Links are followed, wherever they lead: many keep one pool of images and link the sets that they use. Nothing is
searched deeper than the class folders, so that a loop of links ends as a folder inside a class folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from augtui.dataset.about import About, read_about
from augtui.dataset.listing import Listing, list_folder
from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean, nearest
from augtui.text import plain

SPLITS = ("train", "val", "test")
SYNONYMS = {"valid": "val", "validation": "val", "training": "train", "testing": "test"}
"""Other names of split folders that people use."""
MANIFEST = "manifest.csv"


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One file that should be an image."""

    path: str
    """Relative to the dataset's folder, with "/"."""
    split: str
    """train, val or test; empty in a flat dataset."""
    label: int
    """Index into the classes."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A dataset's folder, read."""

    root: Path
    classes: tuple[str, ...]
    """In the order of their names, which gives the labels."""
    files: tuple[ImageFile, ...]
    """In the order of their paths, whatever the file system's order is."""
    about: About
    flat: bool
    """Whether the folder has no splits of its own."""


def read_layout(root: Path) -> Layout:
    """Read `NAME/{train,test}[,val]/CLASS/*` or flat `NAME/CLASS/*`.

    Raises:
        AugtuiError: the folder is not a dataset; the message names the folder and what is wrong with it.
    """
    _refuse_no_folder(root)
    top = list_folder(root)
    splits = _split_folders(top)
    parts = splits or {"": top}
    for part in parts.values():
        _refuse_loose_files(part)
    classes = _agreed_classes(root, splits) if splits else top.folders
    _refuse_few_classes(top, classes)
    files = [
        ImageFile(path, split, label)
        for split, part in parts.items()
        for label, name in enumerate(classes)
        for path in _class_files(part, name, needed=split != "val")
    ]
    files.sort(key=lambda file: file.path)
    return Layout(root, classes, tuple(files), read_about(root, classes), flat=not splits)


def _refuse_no_folder(root: Path) -> None:
    try:
        if not stat.S_ISDIR(root.stat().st_mode):
            raise AugtuiError(f"{root} is a file, not a folder of images", "an archive has to be unpacked first")
    except (FileNotFoundError, NotADirectoryError) as error:
        readable = os.path.isdir(root.parent) and os.access(root.parent, os.R_OK)
        folders = [name for name in os.listdir(root.parent) if os.path.isdir(root.parent / name)] if readable else []
        raise AugtuiError(f"there is no folder {root}", did_you_mean(root.name, folders)) from error
    except OSError as error:
        raise AugtuiError(f"{root} cannot be read: {error.strerror}") from error


def _split_folders(top: Listing) -> dict[str, Listing]:
    """Split -> folder, in the order train, val, test; empty for a flat dataset."""
    names: dict[str, str] = {}
    for name in top.folders:
        split = SYNONYMS.get(name.lower(), name.lower())
        if split not in SPLITS:
            continue
        if split in names:
            raise AugtuiError(f"{top.path} has both {names[split]}/ and {name}/ for the {split} split")
        names[split] = name
    found = {split: list_folder(top.root, names[split]) for split in SPLITS if split in names}
    if len(found) == 1 and len(top.folders) > 1 and not any(part.folders for part in found.values()):
        return {}  # it holds images beside other folders that do: "test" or "valid" is the name of a class here
    for needed in ("train", "test"):
        if found and needed not in found:
            meant = nearest(needed, set(top.folders) - set(names.values()))
            raise AugtuiError(
                f"{top.path} has a folder {next(iter(names.values()))}/ but none named {needed}/",
                f"rename {meant}/ to {needed}/"
                if meant
                else f"add {needed}/CLASS/…, or put the class folders directly into {top.path}/ and let "
                "[data] test carve a test set",
            )
    return found


def _agreed_classes(root: Path, splits: Mapping[str, Listing]) -> tuple[str, ...]:
    classes = tuple(sorted({name for part in splits.values() for name in part.folders}))
    for split in ("train", "test"):
        here = splits[split]
        for name in classes:
            if name not in here.folders:
                there = next(part for part in splits.values() if name in part.folders)
                near = did_you_mean(name, set(here.folders) - set(there.folders))
                raise AugtuiError(
                    f"{root}: the class {plain(name)} is in {there.inside}/ but not in {here.inside}/",
                    near or "every class needs training and test images",
                )
    return classes


def _refuse_few_classes(top: Listing, classes: tuple[str, ...]) -> None:
    if not classes:
        raise AugtuiError(
            f"{top.path} has no class folders",
            "a dataset is NAME/train/CLASS/* and NAME/test/CLASS/*, or NAME/CLASS/*",
        )
    if len(classes) > 1:
        return
    name = classes[0]
    if top.folders == classes and list_folder(top.root, name).folders:
        raise AugtuiError(
            f"{top.path} holds nothing but the folder {plain(name)}/, which holds folders itself",
            f"perhaps {top.path / plain(name)} is the dataset",
        )
    raise AugtuiError(
        f"{top.path} has only one class, {plain(name)}", "a classifier needs at least two class folders"
    )


def _refuse_loose_files(part: Listing) -> None:
    if not part.files:
        return
    first = plain(part.files[0])
    if not os.path.exists(part.path / part.files[0]):
        raise AugtuiError(f"{part.path}/{first} is a link that leads nowhere", "mend or remove it")
    count = "a file" if len(part.files) == 1 else f"{len(part.files):,} files"
    raise AugtuiError(
        f"{part.path} holds {count} outside any class folder{', the first is' * (len(part.files) > 1)}: {first}",
        f"put each image into a folder named after its class, such as {part.path}/CLASS/{first}",
    )


def _class_files(part: Listing, name: str, *, needed: bool) -> Iterable[str]:
    """The files of one class in one part, relative to the dataset's folder."""
    if name not in part.folders:
        return ()
    folder = list_folder(part.root, part.within(name))
    if folder.folders:
        raise AugtuiError(
            f"{part.root}: there is a folder inside a class folder: {plain(folder.within(folder.folders[0]))}/",
            "images lie directly in their class folder: move them up, or make it a class of its own",
        )
    if needed and not folder.files:
        raise AugtuiError(f"{part.root}: the class folder {plain(folder.inside)}/ has no images")
    return map(folder.within, folder.files)
