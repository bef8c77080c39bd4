"""The plan that `augtui init` writes: it runs as it is, and every other key stands in it as a comment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from textwrap import dedent, wrap
from types import MappingProxyType
from typing import Any

import msgspec

from augtui.plan.grid import added
from augtui.plan.keys import SECTIONS, TOP, Key
from augtui.plan.spec import DataSpec, KeepSpec, ModelSpec, Plan, Spec, TrainSpec
from augtui.plan.toml_text import slug, toml_string, value_text

_COLUMN = 30
_WIDTH = 100
_SHOWN_CLASSES = 12
_AMOUNT = 0.2
"""What the arm of duplicates adds; all of them where that would be no image."""
_EXAMPLES: dict[str, Any] = {
    "accept": [],
    "store_size": 128,
    "group": r"patient_(\d+)",
    "normalise": "imagenet",
}
"""What comments show for keys whose default is "not given"."""


def starter_plan(
    dataset: str,
    classes: Sequence[str],
    counts: Mapping[str, int],
    sizes: Sequence[tuple[int, int]],
    positive: str | None = None,
    *,
    has_test: bool = True,
    has_validation: bool | None = None,
    leaks: bool = False,
) -> str:
    """A commented plan for a dataset.

    Args:
        dataset: as the plan shall name it.
        classes: their names.
        counts: training images of each class.
        sizes: width and height of images, in pixels; a sample is enough.
        positive: the class of interest, where it is known.
        has_test: whether the dataset has a test split of its own.
        has_validation: whether there are validation images, carved or not; None: told by `counts`.
        leaks: whether training images are in the test set too: the plan then leaves them out of training.
    """
    image_size, store_size = _sides(sizes)
    total = sum(counts.values())
    given: dict[str, dict[str, Any]] = {
        "data": {"image_size": image_size, "store_size": store_size},
        "model": {"name": "cnn"},
        "train": {"epochs": 30, "batch_size": _batch_size(total)},
        "keep": {},
    }
    if leaks:
        given["data"]["leak"] = "drop-from-train"
    smallest, largest = min(counts.values(), default=0), max(counts.values(), default=0)
    if not has_test:
        given["data"]["test"] = 0.2
        smallest, largest = round(0.8 * smallest), round(0.8 * largest)
    notes: dict[str, str] = {}
    if not (added(smallest, DataSpec().validation) if has_validation is None else has_validation):
        given["data"]["validation"] = 0
        notes["validation"] = "none here, since a class has too few images to spare any"
    top: dict[str, Any] = {
        "name": _study_name(dataset),
        "dataset": dataset,
        "positive": positive,
        "seeds": 5,
        "primary": "balanced_accuracy",
        "margin": 0.01,
    }
    examples = {**_EXAMPLES, "positive": classes[-1] if classes else "CLASS"}
    parts = [_heading(dataset, classes, counts) + _keys(TOP, top, Plan, examples)]
    specs: dict[str, type[Spec]] = {"data": DataSpec, "model": ModelSpec, "train": TrainSpec, "keep": KeepSpec}
    parts.extend(
        f"[{name}]\n{_keys(SECTIONS[name], given[name], spec, examples, notes)}" for name, spec in specs.items()
    )
    arms = _ARMS if added(largest, _AMOUNT) else _ARMS.replace(f"amount = {_AMOUNT} }}", "amount = 1.0 }", 1)
    return "\n".join([*parts, arms])


_ARMS = dedent("""\
    # Each combination of values is run:
    # [axes]
    # "train.epochs" = [10, 30]

    # The first arm is the baseline; every other one is compared with it.
    [[arms]]
    name = "original"

    # The control: as many more images, but nothing new in them.
    [[arms]]
    name = "duplicate"
    add  = { policy = "duplicate", amount = 0.2 }

    # A fresh random version of each image in each epoch.
    [[arms]]
    name   = "geometric"
    online = { policy = "geometric" }

    [[arms]]
    name   = "trivialaugment"
    online = { policy = "trivialaugment" }

    # More ways: `augtui list policies` has all policies and their parameters.
    # [[arms]]
    # name = "turned"                       # made once and added: 20 % of each class
    # add  = { policy = { name = "geometric", rotate = [-10, 10] }, amount = 0.2 }
    #
    # [[arms]]
    # name    = "copies"                    # three copies of each original, in its place
    # replace = { policy = "geometric", copies = 3 }
    """)


def _sides(sizes: Sequence[tuple[int, int]]) -> tuple[int, int | None]:
    """What the model sees and what is kept. Kept larger where the images are, so that warps lose nothing."""
    shorter = sorted(min(size) for size in sizes)
    middle = shorter[len(shorter) // 2] if shorter else 64
    image_size = 64 if middle >= 48 else 32
    return image_size, (2 * image_size if middle >= 2 * image_size else None)


def _batch_size(total: int) -> int:
    """At most 64, and at least some ten steps in an epoch."""
    return next((size for size in (64, 32, 16) if total >= 10 * size), 8)


def _study_name(dataset: str) -> str:
    return slug(re.split(r"[/\\]", dataset.rstrip("/\\"))[-1])


def _heading(dataset: str, classes: Sequence[str], counts: Mapping[str, int]) -> str:
    having = [f"{name} {counts.get(name, 0):,}" for name in classes[:_SHOWN_CLASSES]]
    if len(classes) > _SHOWN_CLASSES:
        having.append(f"and {len(classes) - _SHOWN_CLASSES} more classes")
    # toml_string: whatever would end the comment's line is escaped.
    what = toml_string(f"{dataset}: {sum(counts.values()):,} training images ({', '.join(having)})")[1:-1]
    lines = wrap(what, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False)
    lines += ["# `augtui check PLAN` looks for problems, `augtui run PLAN` carries the study out.", "", ""]
    return "\n".join(lines)


def _keys(
    keys: Iterable[Key],
    given: Mapping[str, Any],
    spec: type[Spec],
    examples: Mapping[str, Any],
    notes: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Each key with its help: live where given, else as a comment that shows the default or an example. `notes` say
    why a value was given."""
    defaults = {field.name: field.default for field in msgspec.structs.fields(spec)}
    lines: list[str] = []
    for key in keys:
        value = given.get(key.name)
        shown = examples.get(key.name, defaults[key.name]) if value is None else value
        text = f"{'# ' if value is None else ''}{key.name} = {value_text(shown)}"
        help_text = f"{_help(key)}; {notes[key.name]}" if key.name in notes else _help(key)
        first, *more = wrap(help_text, _WIDTH - _COLUMN, break_on_hyphens=False)
        lines.append(f"{text:<{_COLUMN}}  # {first}\n")
        lines.extend(f"{'':<{_COLUMN}}  # {line}\n" for line in more)
    return "".join(lines)


def _help(key: Key) -> str:
    """The key's line of help, and the names that it allows where the line does not say them."""
    if not key.listed or all(name in key.help for name in key.rule.names):
        return key.help
    return f"{key.help}: {', '.join(key.rule.names)}"
