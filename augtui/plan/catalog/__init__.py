"""What a plan may name: policies, generators and models, declared as data.

To add a policy, write its `Policy` into the `POLICIES` of the module of its family (or make a new module and
add it to `CATALOG`); the engine must then implement it, which a test of the engine proves. Nothing else in
`plan`, the CLI or the app has to change.
"""

from augtui.plan.catalog import (
    generators,
    models,
    policies_composed,
    policies_single,
    policies_study,
    policies_superpixel,
    policies_torchvision,
)
from augtui.plan.catalog.lookup import Catalog

CATALOG = Catalog(
    policies=(
        *policies_study.POLICIES,
        *policies_superpixel.POLICIES,
        *policies_torchvision.POLICIES,
        *policies_single.POLICIES,
        *policies_composed.POLICIES,
    ),
    generators=generators.GENERATORS,
    models=models.MODELS,
)
"""Everything that this release knows, in the order in which it is listed."""

__all__ = ["CATALOG", "Catalog"]
