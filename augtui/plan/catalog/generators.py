"""Generators: models that are fitted on training images and draw new ones."""

from augtui.plan.catalog.declaration import Generator

GENERATORS: tuple[Generator, ...] = ()
