"""Where a study that repeats the original study does not do as it did.

The original study had two tracks: X-rays, whose images were replaced by three augmented copies each, and skin
lesions, to which generated or augmented images were added. A study repeats one where its arms do likewise with the
same means and the same images; its settings may differ, and its protocol always does, because the original's had
leaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from augtui.analysis.report.document import WORDS, Paragraph, Section, Table, cells
from augtui.plan.spec import ArmSpec, GeneratorSpec, Plan

MEANS = frozenset({"geometric", "superpixel", "combined"})
"""The policies of the original study."""
GENERATOR = "dcgan64"
XRAYS, LESIONS = "covid_xray", "skin_lesion"
"""Its images, by the names that the plans of data/plans have for them."""

Row = tuple[str, str, str]
"""What, in the original study, here."""


def deviations(plan: Plan) -> Section | None:
    """The section; None for a study of its own."""
    dataset = PurePath(plan.dataset).name
    if dataset == XRAYS and any(arm.replace is not None and arm.replace.policy.name in MEANS for arm in plan.arms):
        track, rows = "X-ray", [*_xray_protocol(plan), *_xray_settings(plan)]
    elif dataset == LESIONS and any(_adds(arm) for arm in plan.arms):
        track, rows = "skin lesion", [*_skin_protocol(plan), *_skin_settings(plan)]
    else:
        return None
    text = (
        f"The arms use means of the original study's {track} track. What this study does otherwise, because the plan "
        "says so or because the original's way would flatter the numbers:"
    )
    table = Table("Deviations", ("what", "original study", "here"), tuple(cells(*row) for row in rows), left=WORDS)
    return Section("Beside the original study", (Paragraph(text), table))


def _adds(arm: ArmSpec) -> bool:
    return any(
        (addition.policy is not None and addition.policy.name in MEANS)
        or (addition.generator is not None and addition.generator.name == GENERATOR)
        for addition in arm.add
    )


def _xray_protocol(plan: Plan) -> Iterator[Row]:
    yield (
        "validation images",
        "the test images, after each epoch",
        f"{_validation(plan)}, carved from train before anything is made",
    )
    yield (
        "scoring",
        "32 batches of an endless, shuffled stream: 238 predictions for 66 images",
        "each test image once, after the training",
    )
    yield ("runs of each arm", "1, without a seed", _seeds(plan))
    yield ("length of training", "as many passes: three times the steps with three copies", _budget(plan))
    yield ("equal pictures in train and test", "left where they were", f'leak = "{plan.data.leak}"')
    yield ("channels while augmenting", "blue, green, red", "red, green, blue")


def _xray_settings(plan: Plan) -> Iterator[Row]:
    data, model, train = plan.data, plan.model, plan.train
    copies = sorted({arm.replace.copies for arm in plan.arms if arm.replace is not None})
    yield from _differing(
        ("network", "resnet50", model.name),
        ("initial weights", "imagenet", model.weights),
        ("input scaling", "unit", model.normalisation),
        ("image size", "224 px", f"{data.image_size} px"),
        ("size at which images are augmented", "as they come", f"{data.stored} px"),
        ("copies of each image", "3", ", ".join(map(str, copies))),
        ("epochs", "50", _values(plan, "train.epochs", train.epochs)),
        ("batch size", "8", _values(plan, "train.batch_size", train.batch_size)),
        ("optimizer", "sgd, learning rate 0.001", f"{train.optimizer}, learning rate {train.lr:g}"),
        ("schedule", "inverse_time", train.schedule),
    )


def _skin_protocol(plan: Plan) -> Iterator[Row]:
    yield (
        "validation images",
        "15 % of the augmented training set: copies of them were trained on",
        f"{_validation(plan)}, originals only, carved before anything is made",
    )
    yield ("runs of each arm", "3, without a seed", _seeds(plan))
    yield ("SD over runs", "of the population", "of a sample (n − 1)")
    yield ("length of training", "as many passes: more images, more steps", _budget(plan))
    yield ("outputs of the network", "6 for two classes", "one for each class")
    yield ("near copies across train and test", "left where they were", f'leak = "{plan.data.leak}"')
    if any(addition.generator for arm in plan.arms for addition in arm.add):
        yield (
            "fitting the generators",
            "once for each class, on all training images, seed 998",
            "once for each class and seed, on that seed's training part alone",
        )


def _skin_settings(plan: Plan) -> Iterator[Row]:
    train = plan.train
    fitted = [
        addition.generator
        for arm in plan.arms
        for addition in arm.add
        if addition.generator is not None and addition.generator.name == GENERATOR
    ]
    yield from _differing(
        ("network", "cnn", plan.model.name),
        ("image size", "64 px", f"{plan.data.image_size} px"),
        ("epochs", "30 (also 20 and 10)", _values(plan, "train.epochs", train.epochs)),
        ("batch size", "64", _values(plan, "train.batch_size", train.batch_size)),
        ("optimizer", "adam, learning rate 0.001", f"{train.optimizer}, learning rate {train.lr:g}"),
        ("tested weights", "of the last epoch", f"of the {train.select} epoch"),
    )
    if fitted:
        yield from _differing(
            ("epochs of the generator", "200", _parameters(fitted, "epochs")),
            ("batch size of the generator", "16", _parameters(fitted, "batch_size")),
        )


def _differing(*rows: Row) -> Iterator[Row]:
    yield from (row for row in rows if row[1] != row[2])


def _parameters(fitted: list[GeneratorSpec], name: str) -> str:
    return (
        ", ".join(sorted({str(spec.params[name]) for spec in fitted if name in spec.params})) or "as the catalog has"
    )


def _values(plan: Plan, key: str, value: object) -> str:
    """A setting, or the values of its axis."""
    axis = next((axis for axis in plan.axes if axis.key == key), None)
    return str(value) if axis is None else ", ".join(map(str, axis.values))


def _validation(plan: Plan) -> str:
    return f"{100 * plan.data.validation:g} %"


def _seeds(plan: Plan) -> str:
    return f"{len(plan.seeds)} seeds, the same for every arm" if len(plan.seeds) > 1 else "1 seed"


def _budget(plan: Plan) -> str:
    return "as many steps for every arm" if plan.train.budget == "steps" else "as many passes, as in the original"
