"""Finding declarations by name."""

from __future__ import annotations

import msgspec

from augtui.plan.catalog.declaration import Generator, Model, Policy


class Catalog(msgspec.Struct, frozen=True):
    """Declarations of everything that a plan may name; names are unique in each of the three."""

    policies: tuple[Policy, ...]
    generators: tuple[Generator, ...]
    models: tuple[Model, ...]

    def policy(self, name: str) -> Policy | None:
        return next((item for item in self.policies if item.name == name), None)

    def generator(self, name: str) -> Generator | None:
        return next((item for item in self.generators if item.name == name), None)

    def model(self, name: str) -> Model | None:
        return next((item for item in self.models if item.name == name), None)
