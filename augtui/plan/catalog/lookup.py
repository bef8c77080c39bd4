"""Finding declarations by name."""

from __future__ import annotations

from dataclasses import dataclass

from augtui.plan.catalog.declaration import Generator, Model, Policy


@dataclass(frozen=True, slots=True)
class Catalog:
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
