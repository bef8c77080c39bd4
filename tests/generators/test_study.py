"""Generators in a study: fitted once for all arms, judged before anything is trained with what they draw."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from augtui.engine.generators.recipes import generator_stream
from augtui.paths import StudyPaths
from augtui.plan.catalog.generators import RECIPES
from augtui.plan.fitting import FittedKey, generator_cells, generator_run
from augtui.plan.grid import Environment, cells, run_spec, set_specs
from augtui.plan.kept import parse_plan
from augtui.plan.spec import GeneratorSpec, Plan
from augtui.runlog.generators import arm_gates, dropped_arms, generator_notes, generator_records
from augtui.runlog.quality import newest_sheets, write_quality
from augtui.study import launch
from tests.generators.made_up import made_up_quality
from tests.toys import new_study
from tests.waiting import study_state, wait_for_end

ENVIRONMENT = Environment(device="cpu", precision="fp32", threads=1)
HEAD = """
name = "toy"
dataset = "toy"
seeds = 2
{head}
[[arms]]
name = "original"
"""
DCGAN = '[[arms]]\nname = "{name}"\nadd = {{ generator = {generator}, amount = {amount} }}\n'


def plan(*arms: tuple[str, str, float], head: str = "") -> Plan:
    text = HEAD.format(head=head) + "".join(DCGAN.format(name=n, generator=g, amount=a) for n, g, a in arms)
    return parse_plan(text, "toy.toml", Path("."))


def with_verdicts(folder: Path, made: Plan, *verdicts: tuple[bool | None, tuple[str, ...]]) -> StudyPaths:
    """A study's folder with a quality.json for each generator."""
    study = StudyPaths(folder)
    for cell, (passed, reasons) in zip(generator_cells(made), verdicts, strict=True):
        run = study.run(cell.folder)
        run.folder.mkdir(parents=True)
        write_quality(run, made_up_quality(passed=passed, reasons=reasons))
    return study


def test_arms_of_one_generator_and_seed_share_one_fit() -> None:
    made = plan(("gan-10", '"dcgan64"', 0.1), ("gan-20", '"dcgan64"', 0.2))
    assert [cell.folder for cell in generator_cells(made)] == [
        "generators/dcgan64/seed-0",
        "generators/dcgan64/seed-1",
    ]


def test_one_name_with_two_sets_of_parameters_is_two_generators() -> None:
    made = plan(("short", '{ name = "dcgan64", epochs = 1 }', 0.1), ("long", '{ name = "dcgan64", epochs = 2 }', 0.1))
    folders = {cell.folder for cell in generator_cells(made)}
    assert len(folders) == 4
    assert "generators/dcgan64,epochs=1/seed-0" in folders


def test_only_axes_that_change_the_training_images_make_more_generators() -> None:
    axes = '[axes]\n"train.epochs" = [1, 2]\n"data.fraction" = [0.5, 1.0]\n"data.image_size" = [16, 32]\n'
    made = plan(("gan-10", '"dcgan64"', 0.1), head=axes)
    assert {cell.folder for cell in generator_cells(made)} == {
        f"generators/dcgan64/data.fraction={fraction}/seed-{seed}" for fraction in (0.5, 1.0) for seed in (0, 1)
    }


def test_a_set_and_its_generators_run_have_the_same_key() -> None:
    made = plan(("gan-10", '"dcgan64"', 0.1), head="[data]\nimage_size = 32\nstore_size = 48\nvalidation = 0.2\n")
    run = next(run_spec(made, cell, "f", ENVIRONMENT) for cell in cells(made) if cell.arm.add)
    (spec,) = set_specs(run)
    generator = generator_run(made, generator_cells(made)[0], "f", ENVIRONMENT)
    assert FittedKey.of(spec) == FittedKey.of(generator)
    later = msgspec.structs.replace(FittedKey.of(spec), version=RECIPES + 1)
    assert later.identity != FittedKey.of(spec).identity
    assert generator.data.stored == 64
    assert generator.data.validation == 0.2


def test_a_set_is_another_one_when_the_recipes_are(monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan(("gan-10", '"dcgan64"', 0.1))
    run = next(run_spec(made, cell, "f", ENVIRONMENT) for cell in cells(made) if cell.arm.add)
    (spec,) = set_specs(run)
    before = spec.identity
    monkeypatch.setattr("augtui.plan.grid.RECIPES", RECIPES + 1)
    assert spec.identity != before


def test_a_longer_fit_begins_as_a_shorter_one() -> None:
    short, long = (GeneratorSpec(name="dcgan64", params={"epochs": epochs}) for epochs in (1, 200))
    assert generator_stream(short, 0) == generator_stream(long, 0)
    assert generator_stream(short, 0) != generator_stream(short, 1)


def test_a_refused_generator_is_told_and_used_by_default(tmp_path: Path) -> None:
    made = plan(("gan-10", '"dcgan64"', 0.1), head="[data]\nimage_size = 128\n")
    study = with_verdicts(tmp_path, made, (True, ()), (False, ("dark: collapsed",)))
    records = generator_records(study, made)
    assert dropped_arms(made, records) == {}
    assert arm_gates(made, records) == {("gan-10", ()): "failed"}
    notes = generator_notes(made, records)
    assert "The images of dcgan64 are drawn at 64 px and enlarged x2 to 128 px." in notes
    assert "dcgan64 fails the gate in 1 of 2 fits: dcgan64, seed 1: dark: collapsed." in notes
    assert any("no guarantee of privacy" in note for note in notes)


def test_a_refused_generator_takes_its_arm_with_it_where_the_plan_says_so(tmp_path: Path) -> None:
    made = plan(("gan-10", '"dcgan64"', 0.1), ("other", '"gan128"', 0.1), head='on_gate_failure = "drop-arm"\n')
    verdicts: list[tuple[bool | None, tuple[str, ...]]] = [
        (False, ("dark: collapsed",)) if cell.name == "dcgan64" and cell.seed == 1 else (True, ())
        for cell in generator_cells(made)
    ]
    records = generator_records(with_verdicts(tmp_path, made, *verdicts), made)
    assert dropped_arms(made, records) == {("gan-10", ()): "dcgan64, seed 1: dark: collapsed"}
    assert 'gan-10 is left out (on_gate_failure = "drop-arm"): dcgan64, seed 1: dark: collapsed.' in generator_notes(
        made, records
    )


def test_a_generator_that_cannot_be_judged_is_told_and_not_dropped(tmp_path: Path) -> None:
    made = plan(("gan-10", '"dcgan64"', 0.1), head='on_gate_failure = "drop-arm"\n')
    blind = (None, ("dark: 9 validation images, 50 are needed",))
    records = generator_records(with_verdicts(tmp_path, made, blind, blind), made)
    assert dropped_arms(made, records) == {}
    assert arm_gates(made, records) == {("gan-10", ()): "unjudged"}
    told = "dcgan64 cannot be judged in 2 of 2 fits: dark: 9 validation images, 50 are needed."
    assert told in generator_notes(made, records)


def test_the_newest_sheet_of_each_class_is_found(tmp_path: Path) -> None:
    run = StudyPaths(tmp_path).run("generators/dcgan64/seed-0")
    folder = run.folder / "samples"
    folder.mkdir(parents=True)
    for name in ("00005-a-b.png", "00010-a-b.png", "00005-c.png", "closest-c.png"):
        (folder / name).touch()
    assert newest_sheets(run) == {"a-b": folder / "00010-a-b.png", "c": folder / "00005-c.png"}


def test_a_study_fits_its_generator_once_and_leaves_refused_arms_out(tmp_path: Path) -> None:
    generator = '{ name = "gan128", steps = 1, batch_size = 4, width = 4, looks = 1 }'
    arms = "".join(
        f'[[arms]]\nname = "gan-{percent}"\nadd = {{ generator = {generator}, amount = {percent / 100} }}\n'
        for percent in (25, 50)
    )
    study = new_study(tmp_path, slots=1, seeds=1, epochs=1, arms=arms, top='on_gate_failure = "drop-arm"')
    launch(study)
    state = wait_for_end(study, study_state(study).attempt)
    assert state.state == "finished", state.message
    assert state.steps["synthesize"].found == "1 refused by the gate, gan128 ×1"
    assert {name for name, line in state.runs.items() if line.status == "finished"} == {
        "arms/original/seed-0",
        "generators/gan128,steps=1,batch_size=4,width=4,looks=1/seed-0",
    }
    assert {name: line.status for name, line in state.runs.items() if name.startswith("arms/gan")} == {
        "arms/gan-25/seed-0": "left out",
        "arms/gan-50/seed-0": "left out",
    }
    assert (state.done, state.total) == (1, 1)
