"""Near duplicates across splits: crops, turns, mirror images, new colours and new compressions of one picture."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from augtui.analysis.checks.duplicates import LEAK_HANDLED
from augtui.analysis.checks.subject import Subject, many, problem
from augtui.dataset.decode import open_upright
from augtui.dataset.near import SIDES, Thumbnails, near_pairs
from augtui.jobs import Progress
from augtui.runlog.checks import Pair, Problem

KEPT_THUMBNAILS = 8192


def near_duplicates(subject: Subject, progress: Progress) -> tuple[list[Problem], list[Pair]]:
    """Pairs of a held-out and a training image that show the same picture; equal pixels are not repeated here."""
    side = _side(subject)
    read = read_thumbnails(subject, side)
    # What is found must not depend on the size that a plan stores images at.
    rough = stored_thumbnails(subject, side) if subject.pixels.shape[-1] >= side else read
    found = []
    for held_out, others in _sides(subject):
        pairs = near_pairs(rough, read, held_out, others, progress)
        found += [pair for pair in pairs if subject.pixel_ids[pair.first] != subject.pixel_ids[pair.second]]
    if not found:
        return [], []
    report = [
        Pair(
            first=subject.paths[pair.first],
            second=subject.paths[pair.second],
            mirrored=pair.mirrored,
            agreement=round(pair.agreement, 4),
            same_label=bool(subject.labels[pair.first] == subject.labels[pair.second]),
        )
        for pair in found
    ]
    contradicting = sum(not pair.same_label for pair in report)
    held_out_images = many(len({pair.first for pair in found}), "held-out image")
    message = (
        f"{many(len(found), 'pair')} of a held-out and a training image with the same picture or subject "
        f"(flipped, turned, recoloured, a little cropped): {held_out_images} among them"
        + (f", {contradicting} pairs with different labels" if contradicting else "")
    )
    files = subject.files([row for pair in found for row in (pair.first, pair.second)])
    handled = LEAK_HANDLED[subject.data.leak]
    return [problem("block", "near-duplicate-across-splits", message, files, handled)], report


def stored_thumbnails(subject: Subject, side: int) -> Thumbnails:
    """Grey thumbnails of the decoded images: quick, and good enough to propose pairs."""

    def thumbnails(rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        images = (Image.fromarray(np.ascontiguousarray(subject.pixels[row].transpose(1, 2, 0))) for row in rows)
        return np.stack([_grey(image, side) for image in images])

    return thumbnails


def read_thumbnails(subject: Subject, side: int) -> Thumbnails:
    """Grey thumbnails of the files themselves, which show more than the decoded images; the newest are kept."""

    @lru_cache(maxsize=KEPT_THUMBNAILS)
    def one(row: int) -> NDArray[np.uint8]:
        image, _, _ = open_upright(subject.root / subject.paths[row])
        return _grey(image, side)

    return lambda rows: np.stack([one(int(row)) for row in rows])


def _sides(subject: Subject) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Held-out images and those they must not resemble: test against the rest, a folder's val against train.

    Validation that is carved from train is left out: what leaks there only flatters the learning curves.
    """
    names = np.array(subject.sides if subject.flat else subject.splits)
    test = np.flatnonzero(names == "test")
    rest = np.flatnonzero((names != "test") & (names != ""))
    return [(test, rest), (np.flatnonzero(names == "val"), np.flatnonzero(names == "train"))]


def _side(subject: Subject) -> int:
    """The largest thumbnail that does not enlarge the usual image."""
    native = float(np.median(np.minimum(subject.widths, subject.heights)))
    return next((side for side in SIDES if side <= native), SIDES[-1])


def _grey(image: Image.Image, side: int) -> NDArray[np.uint8]:
    return np.asarray(image.convert("L").resize((side, side), Image.Resampling.BILINEAR))
