"""How a dataset is split where no plan says it: as in the plan that `augtui init` writes for it."""

from __future__ import annotations

import msgspec

from augtui.dataset.splits import Images, split
from augtui.errors import AugtuiError
from augtui.plan.spec import DataSpec


def first_data(dataset: Images) -> DataSpec:
    """`[data]` of a plan to begin with: nothing is carved for validation where a class is too small to spare any.

    Raises:
        AugtuiError: a class would have no training or test image either way.
    """
    data = DataSpec()
    try:
        split(dataset, data, 0)
    except AugtuiError:
        data = msgspec.structs.replace(data, validation=0.0)
        split(dataset, data, 0)
    return data
