"""quality.json of a fitted generator: what its images are worth, beside the same numbers for real images."""

from __future__ import annotations

from pathlib import Path

import msgspec

from augtui.errors import AugtuiError
from augtui.paths import RunPaths, write_atomic
from augtui.plan.spec import GeneratorSpec

QUALITY = "quality.json"
SHEETS = "samples"
"""The folder of the sheets, in a generator's run folder; closest-<class>.png are among them."""


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """How a set of images compares with the validation images of its class; None where there are too few of them."""

    kid: float | None = None
    """Kernel inception distance in the probe's features; 0 is expected for the same distribution."""
    kid_error: float | None = None
    """Standard error of `kid`, by which images were compared; another fit differs by more."""
    density: float | None = None
    """1 is expected for the same distribution."""
    coverage: float | None = None
    """Share of validation images that the set comes near to."""
    agreement: float | None = None
    """Share that the probe takes for the class."""


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A drawn image and the training image nearest to it."""

    drawn: int
    """Its number among the class's images."""
    training: str
    """Path of the training image, relative to the dataset."""
    mirrored: bool
    distance: float
    """Relative to that which hardly any two different training images have from each other: below 1 it is as close
    as a duplicate."""


class ClassQuality(msgspec.Struct, frozen=True, kw_only=True):
    """One class's drawn images."""

    name: str
    training: int
    """Images that its model learned from."""
    validation: int
    """Images that it was compared with."""
    drawn: int
    """Images drawn for the comparison: the first ones of the class."""
    step: int
    """Of training, whose weights are kept."""
    marks: Marks
    ceiling: Marks
    """The same numbers for real training images; of `agreement`, for the validation images."""
    spread: float
    """Distance between drawn images at 16 px, relative to that between training images."""
    copy_z: float | None
    """Three-sample test of the distance to the nearest training image, relative to the tenth nearest: below -3, drawn
    images lie closer to single training images than validation images do."""
    copy_ratio: float | None
    """The median of that relative distance, drawn over validation images."""
    copied: float
    """Share of drawn images as close to a training image as a duplicate."""
    copied_usual: float = 0.01
    """The same share for images that are no copies: training images, each against the others, sharp or blurred."""
    copies: tuple[int, ...] = ()
    """Numbers of those images."""
    flat_steps: int
    """Longest stretch of steps in which the discriminator's loss was next to nothing."""
    pairs: tuple[Pair, ...]
    """The closest ones."""


class GeneratorQuality(msgspec.Struct, frozen=True, kw_only=True):
    """The content of quality.json. It holds no time, host or attempt: equal work gives equal bytes."""

    format: int = 1
    generator: GeneratorSpec
    identity: str
    """Of the fitted generator; its name in the cache."""
    recipes: int = 0
    """Version of the recipes that it was fitted by; 0: before it was noted."""
    model_hash: str = ""
    """sha256 of model.safetensors."""
    seed: int
    image_size: int
    """Side that the images are drawn at, in pixels."""
    grey: bool
    """Whether the training images have no colour; what is drawn has none then."""
    probe_accuracy: float | None
    """Of the probe on the validation images."""
    validation_read: bool
    """Whether validation images chose the weights that are kept. The gate reads them in any case."""
    classes: tuple[ClassQuality, ...]
    passed: bool | None
    """None: the gate cannot judge."""
    reasons: tuple[str, ...]
    """Why it failed or could not be judged."""

    def numbers(self) -> dict[str, float | None]:
        """The numbers of a run's terminal event, by name and class."""
        found: dict[str, float | None] = {}
        for item in self.classes:
            marks = {"kid": item.marks.kid, "coverage": item.marks.coverage, "density": item.marks.density}
            found |= {f"{name}.{item.name}": value for name, value in marks.items()}
        return found

    def verdict(self) -> str:
        """ "passed", or what is wrong, in one line."""
        if self.passed:
            return "passed"
        return ("failed: " if self.passed is False else "cannot be judged: ") + "; ".join(self.reasons)


def read_quality(run: RunPaths) -> GeneratorQuality | None:
    """quality.json of a generator's run folder; None before it is fitted.

    Raises:
        AugtuiError: it cannot be read.
    """
    path = run.folder / QUALITY
    try:
        return msgspec.json.decode(path.read_bytes(), type=GeneratorQuality)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise AugtuiError(
            f"{path} cannot be read: {error}", "remove it: the generator is then fitted again, or found in the cache"
        ) from error


def newest_sheets(run: RunPaths) -> dict[str, Path]:
    """The newest sheet of samples of each class, by class name; also while the generator is being fitted.

    Sheets are samples/<epoch>-<class>.png, always drawn from the same latents, so that older ones show the way.
    """
    found = {}
    for path in sorted((run.folder / SHEETS).glob("*-*.png")):
        epoch, _, name = path.stem.partition("-")
        if epoch.isdecimal():
            found[name] = path
    return found


def write_quality(run: RunPaths, quality: GeneratorQuality) -> None:
    """Write quality.json as indented text."""
    text = msgspec.json.format(msgspec.json.encode(quality), indent=2)
    write_atomic(run.folder / QUALITY, text + b"\n")
