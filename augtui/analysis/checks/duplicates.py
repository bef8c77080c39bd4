"""The same pixels more than once: across splits, within one, under two labels."""

from __future__ import annotations

from augtui.analysis.checks.subject import Subject, many, problem
from augtui.runlog.checks import Problem

LEAK_HANDLED = {
    "block": "",
    "drop-from-train": 'leak = "drop-from-train"',
    "keep": 'leak = "keep"',
}


def exact_duplicates(subject: Subject) -> list[Problem]:
    """Images whose decoded pixels are equal. Folder splits decide; a carved split keeps equal pixels together."""
    found = []
    same = [rows for rows in pictures(subject) if len(rows) > 1]
    across = [rows for rows in same if len({subject.splits[row] for row in rows}) > 1]
    if across:
        held_out = [row for rows in across for row in rows if subject.splits[row] != "train"]
        message = (
            f"{many(len(across), 'picture', 'lies', 'lie')} in more than one split, pixel by pixel: "
            f"{many(len(held_out), 'held-out image')} would be learnt by heart"
        )
        files = subject.files([row for rows in across for row in rows])
        handled = LEAK_HANDLED[subject.data.leak]
        found.append(problem("block", "duplicate-across-splits", message, files, handled))
    within = [rows for rows in same if len({subject.splits[row] for row in rows}) < len(rows)]
    if within:
        extra = sum(len(rows) - len({subject.splits[row] for row in rows}) for rows in within)
        message = (
            f"{many(extra, 'image', 'repeats', 'repeat')} another of the same split; carving keeps them on one side"
        )
        files = subject.files([row for rows in within for row in rows])
        found.append(problem("warn", "duplicate-within-split", message, files))
    contradicting = [rows for rows in same if len({int(subject.labels[row]) for row in rows}) > 1]
    if contradicting:
        message = f"{many(len(contradicting), 'picture', 'lies', 'lie')} in more than one class, pixel by pixel"
        files = subject.files([row for rows in contradicting for row in rows])
        found.append(problem("block", "duplicate-with-other-label", message, files))
    return found


def pictures(subject: Subject) -> list[list[int]]:
    """The images of each distinct picture, in the order of first appearance."""
    found: dict[str, list[int]] = {}
    for row, name in enumerate(subject.pixel_ids):
        found.setdefault(name, []).append(row)
    return list(found.values())
