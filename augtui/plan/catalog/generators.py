"""Generators: models that are fitted on training images and draw new ones."""

from augtui.plan.catalog.declaration import Generator, Parameter

RECIPES = 3
"""Version of the recipes and of the probe that judges them: raised when the same parameters would give other images
or other marks."""
PER_CLASS_FROM = 300
"""Training images that a class needs for a model of its own, where a generator has the choice."""

_LOOKS = Parameter(
    name="looks",
    kind="integer",
    default=20,
    low=1,
    high=1000,
    help="how often its images are judged and shown while it is fitted",
)


def _select(default: str) -> Parameter:
    return Parameter(
        name="select",
        kind="name",
        default=default,
        names=("last", "best"),
        help="weights that are kept: of the last step, or of the look with the lowest KID to validation images",
    )


def _batch_size(default: int, more: str = "") -> Parameter:
    return Parameter(
        name="batch_size",
        kind="integer",
        default=default,
        low=2,
        high=4096,
        unit="images",
        help=f"real images in a training step{more}",
    )


DCGAN64 = Generator(
    name="dcgan64",
    image_size=64,
    help="The original study's DCGAN: one model per class, 64 px enlarged to the study's size",
    parameters=(
        Parameter(
            name="epochs",
            kind="integer",
            default=200,
            low=1,
            high=100_000,
            help="passes over the class's training images; the original study took 200",
        ),
        _batch_size(16, "; the original study took 16"),
        _select("last"),
        _LOOKS,
    ),
)


def _skip(size: int, batch_size: int) -> Generator:
    return Generator(
        name=f"gan{size}",
        image_size=size,
        help=f"Skip-layer GAN for a few hundred images, native {size} px, no pretrained weights",
        parameters=(
            Parameter(
                name="steps",
                kind="integer",
                default=6000,
                low=1,
                high=10_000_000,
                help="optimiser steps of each model",
            ),
            _batch_size(batch_size),
            Parameter(
                name="width",
                kind="integer",
                default=32,
                low=4,
                high=256,
                unit="channels",
                help="channels of all layers are proportional to it",
            ),
            Parameter(
                name="models",
                kind="name",
                default="auto",
                names=("auto", "per-class", "conditional"),
                help="one model per class, or one for all; auto: per class where each has 300 training images",
            ),
            _select("best"),
            _LOOKS,
        ),
    )


GENERATORS: tuple[Generator, ...] = (DCGAN64, _skip(128, 16), _skip(256, 8))
