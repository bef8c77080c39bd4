"""The codes of what checks find in a dataset or a plan; `accept` in a plan names those that are known."""

from typing import Literal

CheckCode = Literal[
    "class-imbalance",
    "class-without-images",
    "constant-image",
    "corrupt-image",
    "duplicate-across-splits",
    "duplicate-with-other-label",
    "duplicate-within-split",
    "few-seeds",
    "few-test-images",
    "gate-blind",
    "generator-few-images",
    "group-across-splits",
    "group-missing",
    "label-unsafe-policy",
    "low-power",
    "mixed-modes",
    "near-duplicate-across-splits",
    "no-groups",
    "odd-mode",
    "prior-shift",
    "shortcut-border",
    "shortcut-metadata",
    "tiny-image",
    "unequal-budget",
]
