"""Every key of a plan file, declared once: read by the reader, by the commented plan of `augtui init`, by forms.

Defaults are those of the specs; arms and axes have readers of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import msgspec

from augtui.plan.codes import CheckCode
from augtui.plan.rules import Rule
from augtui.plan.spec import Metric, Normalisation, Optimizer, Precision, Schedule


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One key of a plan file."""

    name: str
    rule: Rule
    """Of the value, or of each item where it is a list."""
    help: str
    """One line."""
    optional: bool = False
    """Its default is "not given"."""
    several: bool = False
    """The value is a list."""
    listed: bool = True
    """Whether a commented plan lists the names that the value may have."""
    axis: bool = True
    """Whether `[axes]` may name it (keys of data, model and train only)."""


def _name(*names: str) -> Rule:
    return Rule(kind="name", names=names)


TEXT = Rule(kind="text")
SHARE = "a share, not percent: 0.2 is 20 %"
FLAG = Rule(kind="flag")
SEED = Rule(kind="integer", low=0, high=2**31 - 1)

TOP: tuple[Key, ...] = (
    Key(name="name", rule=TEXT, help="of the study"),
    Key(name="dataset", rule=TEXT, help='a folder under data/, a path, or the built-in "demo"'),
    Key(name="positive", rule=TEXT, optional=True, help="the class that recall, specificity, f1 and auroc look at"),
    Key(name="seeds", rule=SEED, several=True, help="how many (0, 1, ...), or a list; a verdict needs at least 5"),
    Key(name="primary", rule=_name(*get_args(Metric)), help="the one metric that verdicts are made on"),
    Key(
        name="margin",
        rule=Rule(kind="number", low=0, high=1, hint=SHARE),
        help="a difference of the primary metric below this does not matter",
    ),
    Key(
        name="accept",
        rule=_name(*get_args(CheckCode)),
        several=True,
        listed=False,
        help="codes of blocking checks that are known and accepted",
    ),
    Key(name="on_gate_failure", rule=_name("use", "drop-arm"), help="what becomes of a generator of poor quality"),
)

DATA: tuple[Key, ...] = (
    Key(
        name="image_size",
        rule=Rule(kind="integer", low=8, high=1024),
        help="side of the square that the model sees, in pixels",
    ),
    Key(
        name="store_size",
        rule=Rule(kind="integer", low=8, high=1024),
        optional=True,
        help="side of the square that is kept and augmented, in pixels; by default image_size",
    ),
    Key(
        name="validation",
        rule=Rule(kind="number", low=0, high=1, below=True, hint=SHARE),
        help="share of the training images carved for validation, by class and seed",
    ),
    Key(
        name="test",
        rule=Rule(kind="number", low=0, high=1, above=True, below=True, hint=SHARE),
        help="share carved for the test set, where the dataset has no split of its own",
    ),
    Key(name="test_seed", rule=SEED, help="which test set is carved; the same one for every seed of the study"),
    Key(
        name="group",
        rule=TEXT,
        optional=True,
        help="what keeps a patient on one side: a regex on the file name or a column of manifest.csv",
    ),
    Key(
        name="fraction",
        rule=Rule(kind="number", low=0, high=1, above=True, hint=SHARE),
        help="share of the training images that is used",
    ),
    Key(name="on_corrupt", rule=_name("stop", "skip"), help="what to do with a file that does not decode"),
    Key(
        name="leak",
        rule=_name("block", "drop-from-train", "keep"),
        help="what to do with training images that are in the test set too",
    ),
)

MODEL: tuple[Key, ...] = (
    Key(name="name", rule=TEXT, help='"cnn" or a torchvision model; `augtui list models` shows all'),
    Key(name="weights", rule=TEXT, help='"none", "imagenet", or a .safetensors or .pt file'),
    Key(
        name="normalise",
        rule=_name(*get_args(Normalisation)),
        optional=True,
        help="input range: unit (0 to 1), half (-1 to 1), imagenet; by default what the weights expect",
    ),
)

TRAIN: tuple[Key, ...] = (
    Key(
        name="epochs", rule=Rule(kind="integer", low=1, high=100_000), help="passes over the baseline's training set"
    ),
    Key(
        name="batch_size",
        # Batch normalisation has no statistics of a single image.
        rule=Rule(kind="integer", low=2, high=65_536),
        help="images in a step",
    ),
    Key(name="optimizer", rule=_name(*get_args(Optimizer)), help="how weights are updated"),
    Key(name="lr", rule=Rule(kind="number", low=0, high=100, above=True), help="learning rate"),
    Key(name="momentum", rule=Rule(kind="number", low=0, high=1, below=True), help="of sgd"),
    Key(name="weight_decay", rule=Rule(kind="number", low=0, high=100), help="pull of the weights towards zero"),
    Key(name="schedule", rule=_name(*get_args(Schedule)), help="how the learning rate goes down"),
    Key(
        name="select",
        rule=_name("last", "best"),
        help="which epoch is tested: the last one, or the best one in validation",
    ),
    Key(
        name="budget",
        rule=_name("steps", "epochs"),
        help="steps: every arm takes as many steps as the baseline; epochs: each passes its own set",
    ),
    Key(name="precision", rule=_name(*get_args(Precision)), axis=False, help="of the arithmetic"),
    Key(
        name="class_weight",
        rule=_name("none", "balanced"),
        help="none, or balanced: errors in rare classes count more in training",
    ),
)

KEEP: tuple[Key, ...] = (
    Key(name="images", rule=FLAG, axis=False, help="made images as PNG files in the study's folder"),
    Key(name="models", rule=FLAG, axis=False, help="trained models in the study's folder"),
)

SECTIONS: dict[str, tuple[Key, ...]] = {"data": DATA, "model": MODEL, "train": TRAIN, "keep": KEEP}
"""The tables of a plan that hold plain keys."""


def axis_keys() -> dict[str, Key]:
    """Every key that `[axes]` may name, by its dotted name."""
    return {name: key for name, key in _dotted(("data", "model", "train")).items() if key.axis}


def no_axis_keys() -> set[str]:
    """Every key that holds for a whole study, by its dotted name."""
    return {key.name for key in TOP} | (set(_dotted(SECTIONS)) - set(axis_keys()))


def _dotted(sections: Iterable[str]) -> dict[str, Key]:
    return {f"{section}.{key.name}": key for section in sections for key in SECTIONS[section]}
