"""What is asked for, as frozen values. Dicts stop at the parser; the same object reaches the engine.

Every spec is a frozen `msgspec.Struct`, so that `msgspec.json` turns it into run.json and back without a
second description of its fields. Values are already checked and complete: a policy carries all of its
parameters, defaults included, so that two ways to write the same thing are the same spec.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Precision = Literal["auto", "fp32", "bf16"]
Optimizer = Literal["adam", "adamw", "sgd"]
Schedule = Literal["constant", "cosine", "step", "inverse_time"]
Normalisation = Literal["unit", "half", "imagenet"]
Metric = Literal[
    "accuracy", "balanced_accuracy", "macro_recall", "recall", "specificity", "precision", "f1", "auroc",
    "sensitivity_at_specificity", "brier", "ece",
]  # fmt: skip
AxisValue = bool | int | float | str


class Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all specs."""


class Uniform(Spec, frozen=True, kw_only=True, tag="uniform"):
    """A parameter drawn for each image from [low, high]; integers are drawn from low..high, both included."""

    low: float
    high: float


class Choice(Spec, frozen=True, kw_only=True, tag="choice"):
    """A parameter drawn for each image from a list, each option equally likely."""

    options: tuple[bool | int | float | str, ...]


class PolicySpec(Spec, frozen=True, kw_only=True, tag="policy"):
    """A named random transform with all of its parameters."""

    name: str
    params: dict[str, ParamValue] = {}


ParamValue = bool | int | float | str | Uniform | Choice | PolicySpec | tuple[PolicySpec, ...]


class GeneratorSpec(Spec, frozen=True, kw_only=True):
    """A model that is fitted on training images and draws new ones."""

    name: str
    params: dict[str, bool | int | float | str] = {}


class Addition(Spec, frozen=True, kw_only=True):
    """Images added to the originals: exactly one of `policy` and `generator` is given."""

    policy: PolicySpec | None = None
    generator: GeneratorSpec | None = None
    amount: float
    """Share of each class's training images, above 0."""


class Replacement(Spec, frozen=True, kw_only=True):
    """Copies that take the place of the originals."""

    policy: PolicySpec
    copies: int
    """Copies of each original, at least 1."""


class ArmSpec(Spec, frozen=True, kw_only=True):
    """One way to build the training set. `add` and `replace` exclude each other; `online` may join either."""

    name: str
    add: tuple[Addition, ...] = ()
    replace: Replacement | None = None
    online: PolicySpec | None = None


class DataSpec(Spec, frozen=True, kw_only=True):
    """`[data]`: which images, at which size, split how."""

    image_size: int = 64
    """Side of the square that the model sees, in pixels."""
    store_size: int | None = None
    """Side of the square that is decoded, kept and augmented; None means image_size. Read `stored`."""
    validation: float = 0.15
    """Share of the training images carved for validation, in [0, 1)."""
    test: float = 0.2
    """Share carved for the test set where the dataset has no split of its own, in (0, 1)."""
    test_seed: int = 0
    group: str | None = None
    """A regex on the file name (its first group names the patient) or a column of manifest.csv."""
    fraction: float = 1.0
    """Share of the training part that is used, in (0, 1]; smaller ones are subsets of larger ones."""
    on_corrupt: Literal["stop", "skip"] = "stop"
    leak: Literal["block", "drop-from-train", "keep"] = "block"

    @property
    def stored(self) -> int:
        """Side of the decoded square, in pixels."""
        return self.image_size if self.store_size is None else self.store_size


class ModelSpec(Spec, frozen=True, kw_only=True):
    """`[model]`."""

    name: str = "cnn"
    weights: str = "none"
    """"none", "imagenet", or the path of a .safetensors or .pt file."""
    normalise: Normalisation | None = None
    """None means: what the weights were trained with. Read `normalisation`."""

    @property
    def normalisation(self) -> Normalisation:
        """unit: [0, 1]; half: [-1, 1]; imagenet: per-channel mean and deviation of ImageNet."""
        if self.normalise is not None:
            return self.normalise
        return "imagenet" if self.weights == "imagenet" else "unit"


class TrainSpec(Spec, frozen=True, kw_only=True):
    """`[train]`."""

    epochs: int = 30
    batch_size: int = 64
    optimizer: Optimizer = "adam"
    lr: float = 1e-3
    momentum: float = 0.9
    """For sgd."""
    weight_decay: float = 0.0
    schedule: Schedule = "constant"
    select: Literal["last", "best"] = "last"
    """Which epoch's weights are tested: the last one, or the one with the best validation score."""
    budget: Literal["steps", "epochs"] = "steps"
    """steps: every arm takes as many steps as the baseline; epochs: each arm passes its own set `epochs` times."""
    precision: Precision = "auto"
    class_weight: Literal["none", "balanced"] = "none"


class KeepSpec(Spec, frozen=True, kw_only=True):
    """`[keep]`: what stays in the study folder."""

    images: bool = False
    models: bool = True


class Axis(Spec, frozen=True, kw_only=True):
    """One key of the plan that takes several values."""

    key: str
    """Dotted: "train.epochs"."""
    values: tuple[AxisValue, ...]


class Plan(Spec, frozen=True, kw_only=True):
    """A whole plan file, checked."""

    name: str
    dataset: str
    positive: str | None = None
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    primary: Metric = "balanced_accuracy"
    margin: float = 0.01
    accept: tuple[str, ...] = ()
    on_gate_failure: Literal["use", "drop-arm"] = "use"
    data: DataSpec = DataSpec()
    model: ModelSpec = ModelSpec()
    train: TrainSpec = TrainSpec()
    keep: KeepSpec = KeepSpec()
    axes: tuple[Axis, ...] = ()
    arms: tuple[ArmSpec, ...]
    """The first is the baseline."""

    @property
    def baseline(self) -> ArmSpec:
        """The arm that every other is compared with."""
        return self.arms[0]


def canonical(spec: Any) -> bytes:
    """The one JSON text of a spec: keys sorted, so that equal specs have equal bytes."""
    return msgspec.json.encode(spec, order="sorted")


def content_hash(spec: Any, digits: int = 16) -> str:
    """Identity by content: the first hexadecimal digits of the sha256 of a spec's canonical text."""
    import hashlib  # here: the app's first screen does without

    return hashlib.sha256(canonical(spec)).hexdigest()[:digits]
