"""Single images: can they be decoded, is there anything on them, are they like the others?"""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from augtui.analysis.checks.subject import Subject, many, problem
from augtui.runlog.checks import Problem

CORRUPT: Final = "corrupt-image"
PLAIN_MODES = frozenset({"L", "RGB"})


def corrupt_images(subject: Subject) -> list[Problem]:
    """Files that are no usable image, each with its reason."""
    if not subject.corrupt:
        return []
    first = subject.corrupt[0]
    which = ", the first" if len(subject.corrupt) > 1 else ""
    message = f"{many(len(subject.corrupt), 'file')} cannot be decoded{which}: {first.path} {first.reason}"
    handled = 'on_corrupt = "skip"' if subject.data.on_corrupt == "skip" else ""
    return [
        problem(
            "block",
            CORRUPT,
            message,
            [bad.path for bad in subject.corrupt],
            handled,
            [bad.reason for bad in subject.corrupt],
        )
    ]


def constant_images(subject: Subject) -> list[Problem]:
    """Images of one colour."""
    flat = subject.pixels.reshape(len(subject.pixels), subject.pixels.shape[1], -1)
    rows = np.flatnonzero((flat.max(axis=2) == flat.min(axis=2)).all(axis=1))
    if not len(rows):
        return []
    message = f"{many(len(rows), 'image')} of a single colour: there is nothing to learn from them"
    return [problem("block", "constant-image", message, subject.files(rows))]


def tiny_images(subject: Subject) -> list[Problem]:
    """Images that have to be enlarged."""
    wanted = subject.data.stored
    rows = np.flatnonzero(np.minimum(subject.widths, subject.heights) < wanted)
    if not len(rows):
        return []
    smallest = int(np.minimum(subject.widths, subject.heights)[rows].min())
    message = f"{many(len(rows), 'image')} smaller than {wanted} px (down to {smallest}) would be enlarged"
    return [problem("warn", "tiny-image", message, subject.files(rows))]


def odd_modes(subject: Subject) -> list[Problem]:
    """Files that are neither grey nor RGB, and mixtures of the two."""
    found = []
    odd = [row for row, mode in enumerate(subject.modes) if mode not in PLAIN_MODES]
    if odd:
        kinds = ", ".join(
            f"{count} {mode}" for mode, count in Counter(subject.modes[row] for row in odd).most_common()
        )
        message = f"{many(len(odd), 'image')} had to be converted to RGB ({kinds})"
        found.append(problem("warn", "odd-mode", message, subject.files(odd)))
    plain = Counter(mode for mode in subject.modes if mode in PLAIN_MODES)
    if len(plain) == 2:
        (usual, _), (rare, count) = plain.most_common()
        message = f"{count} of {sum(plain.values()):,} images are stored as {rare}, the others as {usual}"
        rows = [row for row, mode in enumerate(subject.modes) if mode == rare]
        found.append(problem("warn", "mixed-modes", message, subject.files(rows)))
    return found
