"""A study that repeats the original one says where it does otherwise; a study of its own has nothing to say."""

import msgspec

from augtui.analysis.report.deviations import deviations
from augtui.analysis.report.document import Table
from augtui.plan.spec import (
    Addition,
    ArmSpec,
    Axis,
    DataSpec,
    GeneratorSpec,
    ModelSpec,
    Plan,
    PolicySpec,
    Replacement,
    TrainSpec,
)

ORIGINAL = ArmSpec(name="original")
COPIES = ArmSpec(name="method-1", replace=Replacement(policy=PolicySpec(name="geometric"), copies=3))
GENERATED = ArmSpec(
    name="gan-10",
    add=(Addition(generator=GeneratorSpec(name="dcgan64", params={"epochs": 20, "batch_size": 16}), amount=0.1),),
)
AS_XRAY = {
    "data": DataSpec(image_size=224),
    "model": ModelSpec(name="resnet50", weights="imagenet", normalise="unit"),
    "train": TrainSpec(epochs=50, batch_size=8, optimizer="sgd", schedule="inverse_time"),
}


def plan(arm: ArmSpec, **keys: object) -> Plan:
    images = "skin_lesion" if arm.add else "covid_xray"
    base = Plan(name="again", dataset=images, arms=(ORIGINAL, arm))
    return msgspec.structs.replace(base, **keys)


def rows(made: Plan) -> dict[str, tuple[str, str]]:
    """What the original study did and what this one does, by what."""
    section = deviations(made)
    assert section is not None
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    return {row[0].text: (row[1].text, row[2].text) for row in table.rows}


def test_study_of_its_own_has_no_deviations() -> None:
    assert deviations(plan(ArmSpec(name="trivial", online=PolicySpec(name="trivialaugment")))) is None


def test_the_same_means_on_other_images_have_no_deviations() -> None:
    assert deviations(plan(COPIES, dataset="demo")) is None
    assert deviations(plan(GENERATED, dataset="covid_xray")) is None
    assert deviations(plan(GENERATED, dataset="/mnt/images/skin_lesion")) is not None


def test_protocol_deviates_even_where_every_setting_is_the_original_s() -> None:
    told = rows(plan(COPIES, **AS_XRAY))
    assert told["validation images"][0] == "the test images, after each epoch"
    assert told["runs of each arm"] == ("1, without a seed", "5 seeds, the same for every arm")
    assert not {"network", "initial weights", "epochs", "batch size", "optimizer", "copies of each image"} & set(told)


def test_settings_that_differ_are_told_with_both_values() -> None:
    told = rows(plan(COPIES, axes=(Axis(key="train.epochs", values=(10, 20)),)))
    assert told["network"] == ("resnet50", "cnn")
    assert told["epochs"] == ("50", "10, 20")
    assert told["image size"] == ("224 px", "64 px")


def test_generated_images_are_of_the_skin_track_and_tell_how_generators_were_fitted() -> None:
    told = rows(plan(GENERATED))
    assert told["epochs of the generator"] == ("200", "20")
    assert "seed 998" in told["fitting the generators"][0]
    assert "batch size of the generator" not in told
