"""Patients: do the images of one stay on one side of the test set?"""

from __future__ import annotations

from augtui.analysis.checks.duplicates import LEAK_HANDLED
from augtui.analysis.checks.subject import Subject, many, problem
from augtui.runlog.checks import Problem


def group_leaks(subject: Subject) -> list[Problem]:
    """Groups that lie in more than one folder split, or the fact that nothing is known of groups."""
    if not any(subject.groups):
        return [
            problem(
                "warn",
                "no-groups",
                "nothing says which images belong to one patient ([data] group): images of a patient may be in train "
                "and in test, and the numbers may be better than on new patients",
            )
        ]
    splits: dict[str, set[str]] = {}
    for group, split in zip(subject.groups, subject.splits, strict=True):
        splits.setdefault(group, set()).add(split)
    torn = {group for group, where in splits.items() if group and len(where) > 1}
    found = []
    if torn:
        rows = [row for row, group in enumerate(subject.groups) if group in torn]
        message = f"{many(len(torn), 'patient', 'has', 'have')} images in more than one split"
        found.append(
            problem("block", "group-across-splits", message, subject.files(rows), LEAK_HANDLED[subject.data.leak])
        )
    lone = [row for row, group in enumerate(subject.groups) if not group]
    if lone:
        message = f"{many(len(lone), 'image', 'has', 'have')} no group; each counts as a patient of its own"
        found.append(problem("warn", "group-missing", message, subject.files(lone)))
    return found
