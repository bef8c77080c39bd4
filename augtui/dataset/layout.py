"""Which images a dataset's folder holds, their splits and classes by the names of folders. No image is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from augtui.dataset.about import ABOUT, About, read_about
from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean

SPLITS = ("train", "val", "test")
SYNONYMS = {"valid": "val", "validation": "val", "training": "train", "testing": "test"}
"""Other names of split folders that people use."""
MANIFEST = "manifest.csv"
_NOT_IMAGES = frozenset(
    {ABOUT, MANIFEST, "thumbs.db", "desktop.ini", "readme", "readme.md", "readme.txt", "licence", "license"}
)


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
    if not root.is_dir():
        raise _no_folder(root)
    splits = _split_folders(root)
    if splits:
        for needed in ("train", "test"):
            if needed not in splits:
                raise AugtuiError(
                    f"{root} has a folder {next(iter(splits.values())).name}/ but none named {needed}/",
                    f"add {needed}/CLASS/…, or put the class folders directly into {root.name}/ and let "
                    "[data] test carve a test set",
                )
        classes = _agreed_classes(root, splits)
    else:
        classes = tuple(folder.name for folder in _folders(root))
        _refuse_loose_images(root, root)
    if not classes:
        raise AugtuiError(
            f"{root} has no class folders", "a dataset is NAME/train/CLASS/* and NAME/test/CLASS/*, or NAME/CLASS/*"
        )
    if len(classes) == 1:
        raise AugtuiError(f"{root} has only one class, {classes[0]}", "a classifier needs at least two class folders")
    files = [
        ImageFile(path.relative_to(root).as_posix(), split, label)
        for split, folder in (splits or {"": root}).items()
        for label, name in enumerate(classes)
        if (folder / name).is_dir()
        for path in _class_files(root, folder / name)
    ]
    layout = Layout(
        root, classes, tuple(sorted(files, key=lambda file: file.path)), read_about(root, classes), not splits
    )
    _refuse_empty_classes(layout, tuple(splits) or ("",))
    return layout


def _no_folder(root: Path) -> AugtuiError:
    if root.exists():
        return AugtuiError(f"{root} is a file, not a folder of images")
    beside = [path.name for path in root.parent.iterdir() if path.is_dir()] if root.parent.is_dir() else []
    return AugtuiError(f"there is no folder {root}", did_you_mean(root.name, beside))


def _split_folders(root: Path) -> dict[str, Path]:
    """Split -> folder, in the order train, val, test; empty for a flat dataset."""
    found: dict[str, Path] = {}
    for folder in _folders(root):
        split = SYNONYMS.get(folder.name.lower(), folder.name.lower())
        if split not in SPLITS:
            continue
        if split in found:
            raise AugtuiError(f"{root} has both {found[split].name}/ and {folder.name}/ for the {split} split")
        found[split] = folder
    if set(found) == {"val"} or (found and "train" not in found and "test" not in found):
        return {}
    return {split: found[split] for split in SPLITS if split in found}


def _agreed_classes(root: Path, splits: dict[str, Path]) -> tuple[str, ...]:
    names = {split: {folder.name for folder in _folders(path)} for split, path in splits.items()}
    for folder in splits.values():
        _refuse_loose_images(root, folder)
    classes = tuple(sorted(set().union(*names.values())))
    for split in ("train", "test"):
        for name in classes:
            if name not in names[split]:
                where = next(other for other in splits if name in names[other])
                near = did_you_mean(name, names[split] - names[where])
                raise AugtuiError(
                    f"{root}: the class {name} is in {splits[where].name}/ but not in {splits[split].name}/",
                    near or "every class needs training and test images",
                )
    return classes


def _refuse_loose_images(root: Path, folder: Path) -> None:
    loose = [path for path in _entries(folder) if path.is_file() and _may_be_image(path)]
    if loose:
        raise AugtuiError(
            f"{folder} holds {len(loose)} files outside any class folder, the first is {loose[0].name}",
            f"put each image into a folder named after its class, such as {folder.name}/CLASS/{loose[0].name}",
        )


def _refuse_empty_classes(layout: Layout, splits: tuple[str, ...]) -> None:
    there = {(file.split, file.label) for file in layout.files}
    for split in splits:
        for label, name in enumerate(layout.classes):
            if (split, label) not in there and split != "val":
                where = f"{split}/{name}" if split else name
                raise AugtuiError(f"{layout.root}: the class folder {where}/ has no images")


def _class_files(root: Path, folder: Path) -> Iterator[Path]:
    for path in _entries(folder):
        if path.is_dir():
            raise AugtuiError(
                f"{root}: there is a folder inside a class folder: {path.relative_to(root).as_posix()}/",
                "images lie directly in their class folder: move them up, or make it a class of its own",
            )
        if _may_be_image(path):
            yield path


def _may_be_image(path: Path) -> bool:
    """Whether the name does not rule an image out; the content decides when it is decoded."""
    return path.name.lower() not in _NOT_IMAGES


def _folders(folder: Path) -> list[Path]:
    return [path for path in _entries(folder) if path.is_dir()]


def _entries(folder: Path) -> list[Path]:
    """What is in a folder, by name, hidden entries left out.

    Raises:
        AugtuiError: the folder cannot be read.
    """
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError as error:
        raise AugtuiError(f"{folder} cannot be read: {os.strerror(error.errno or 0)}") from error
    return [folder / name for name in names]
