"""`augtui generate`, and the job of the engine behind it."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from augtui.cli import app
from augtui.commands.generate import Lines, read_request_generator
from augtui.engine.generators.fitted import load_fitted
from augtui.engine.generators.offline import Wanted, write
from augtui.engine.generators.source import Source, fit, of_dataset, of_study
from augtui.engine.run import carry_out, read_run
from augtui.errors import AugtuiError
from augtui.paths import StudyPaths, write_atomic
from augtui.plan.grid import cells, run_spec, set_specs
from augtui.plan.spec import GeneratorSpec, canonical
from augtui.runlog.info import read_info
from augtui.runlog.quality import read_quality
from tests.generators.studies import engine, generator_folders, plan_of, prepared
from tests.toys import write_dataset

PARAMS = {"steps": 1, "batch_size": 4, "width": 4, "models": "auto", "select": "last", "looks": 1}


def source(folder: Path, dataset: str = "images") -> Source:
    generator = GeneratorSpec(name="gan128", params=PARAMS)
    return of_dataset(folder / dataset, generator, 3, "cpu", folder / "cache", lambda *_: None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generate")
    write_dataset(folder / "images")
    return folder


def test_images_say_that_they_are_synthetic_and_whence_they_are(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    answer = write(source(folder), Wanted(tmp_path / "out", 2), lambda *item: told.append(item))
    assert answer["images"] == 4
    quality = json.loads((tmp_path / "out" / "quality.json").read_text())
    for name in ("dark", "light"):
        assert (tmp_path / "out" / f"closest-{name}.png").is_file()
        with Image.open(tmp_path / "out" / name / "gan128-00001.png") as image:
            assert image.size == (128, 128)
            assert image.info["synthetic"] == "true"
            assert image.info["class"] == name
            assert image.info["generator_identity"] == quality["identity"]
            assert image.info["gate"] == answer["verdict"]
    with (tmp_path / "out" / "lineage.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["path"] for line in lines] == [
        f"{name}/gan128-{number:05d}.png" for name in ("dark", "light") for number in (0, 1)
    ]
    assert told[-1][:2] == (4, 4)

    # A second request of more images finds the fitted generator: its first images are the same bytes.
    more: list[tuple[int, int, str]] = []
    write(source(folder), Wanted(tmp_path / "more", 3), lambda *item: more.append(item))
    assert {item[1] for item in more if item[2] in ("dark", "light")} == {6}
    first, again = (tmp_path / name / "light" / "gan128-00001.png" for name in ("out", "more"))
    assert first.read_bytes() == again.read_bytes()

    write(source(folder), Wanted(tmp_path / "small", 1, 32), lambda *_: None)
    with Image.open(tmp_path / "small" / "dark" / "gan128-00000.png") as image:
        assert image.size == (32, 32)


def test_a_folder_that_holds_something_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(AugtuiError, match="not empty"):
        write(source(folder), Wanted(tmp_path, 1), lambda *_: None)


def test_a_place_that_cannot_be_written_is_said_before_anything_is_fitted(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told: list[object] = []
    with pytest.raises(AugtuiError, match=r"cannot write .*/file/out: "):
        write(source(folder), Wanted(tmp_path / "file" / "out", 1), lambda *item: told.append(item))
    assert told == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--generator", "dcgan"], 'there is no generator "dcgan"'),
        (["--generator", "gan128", "--set", "step=3"], 'did you mean "steps"'),
        (["--generator", "gan128", "--set", "steps=0"], "steps"),
        (["--generator", "dcgan64", "--set", "select=worst"], "select"),
    ],
)
def test_a_wrong_generator_is_said_before_anything_is_fitted(
    folder: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    common = ["generate", str(folder / "images"), "--count", "1", "--out", str(tmp_path / "out")]
    answer = CliRunner().invoke(app, [*common, *arguments])
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert not (tmp_path / "out").exists()


def test_a_log_gets_a_line_each_half_minute(capsys: pytest.CaptureFixture[str]) -> None:
    now = iter((0.0, 5.0, 31.0, 45.0, 62.0))
    lines = Lines("gan128", clock=lambda: next(now))
    for step in (10, 20, 30, 40):
        lines(step, 6000, "loss 0.5")
    assert capsys.readouterr().err == "gan128: 20 of 6,000, loss 0.5\ngan128: 40 of 6,000, loss 0.5\n"


def test_pictures_of_real_images_are_not_marked_as_synthetic(folder: Path, tmp_path: Path) -> None:
    write(source(folder), Wanted(tmp_path / "out", 1), lambda *_: None)
    with Image.open(tmp_path / "out" / "closest-dark.png") as image:
        assert image.info["synthetic"] == "in part"
        assert "REAL" in image.info["content"]


def test_a_fit_that_is_stopped_goes_on_and_ends_as_if_it_had_not_been(folder: Path, tmp_path: Path) -> None:
    write_dataset(tmp_path / "images")
    with pytest.raises(AugtuiError, match="stopped at step 0") as raised:
        fit(source(tmp_path), lambda *_: None, lambda: True)
    assert raised.value.exit_code == 130
    again = fit(source(tmp_path), lambda *_: None)
    assert read_quality(again) == read_quality(fit(source(folder), lambda *_: None))


def test_a_name_as_tables_show_it_is_understood() -> None:
    named = read_request_generator("dcgan64,epochs=20", ("batch_size=8",))
    assert (named.name, named.params["epochs"], named.params["batch_size"]) == ("dcgan64", 20, 8)


def test_a_folder_in_the_dataset_is_refused(folder: Path) -> None:
    arguments = ["--generator", "gan128", "--count", "1", "--out", str(folder / "images" / "train" / "new")]
    answer = CliRunner().invoke(app, ["generate", str(folder / "images"), *arguments])
    assert answer.exit_code == 2
    assert "lies in the dataset" in answer.stderr


def test_images_of_a_grey_dataset_have_one_channel(tmp_path: Path) -> None:
    write_dataset(tmp_path / "images")
    for path in (tmp_path / "images").rglob("*.png"):
        with Image.open(path) as image:
            image.convert("L").save(path)
    write(source(tmp_path), Wanted(tmp_path / "out", 1), lambda *_: None)
    with Image.open(tmp_path / "out" / "dark" / "gan128-00000.png") as image:
        assert image.mode == "L"


def test_training_images_that_are_test_images_are_told_of(tmp_path: Path) -> None:
    write_dataset(tmp_path / "images")
    assert source(tmp_path).leaked == 0
    train, test = (sorted((tmp_path / "images" / part / "dark").iterdir()) for part in ("train", "test"))
    for number in range(4):
        shutil.copyfile(test[0], train[number])
    assert 1 <= source(tmp_path).leaked <= 4


def test_a_class_that_nothing_can_be_learned_from_is_refused_with_what_helps(tmp_path: Path) -> None:
    write_dataset(tmp_path / "images")
    for path in sorted((tmp_path / "images" / "train" / "dark").iterdir())[1:]:
        path.unlink()
    with pytest.raises(AugtuiError, match="the class dark has 1 training image: no generator") as raised:
        source(tmp_path)
    assert raised.value.hint == "add images to it"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyPaths:
    """A study with [data] of its own; its generator is fitted for seed 0, without its weights, not for seed 1."""
    study = prepared(tmp_path_factory.mktemp("runs"), seeds=2)
    for run in generator_folders(study)[:1]:
        spec = read_run(run)
        write_atomic(run.run, canonical(msgspec.structs.replace(spec, keep_model=False)))
        carry_out(run, engine())
    return study


def ask(study: StudyPaths, out: Path, *more: str) -> Result:
    common = ["generate", "--study", study.name, "--runs-dir", str(study.folder.parent), "--count", "2"]
    return CliRunner().invoke(app, [*common, "--out", str(out), *more])


def test_a_studys_generator_draws_what_the_study_was_trained_with(study: StudyPaths, tmp_path: Path) -> None:
    answer = ask(study, tmp_path / "out")
    assert answer.exit_code == 0, answer.stderr
    assert "4 images" in answer.stderr
    info, plan = read_info(study), plan_of(study)
    assert info.fingerprint is not None
    assert info.environment is not None
    cell = next(cell for cell in cells(plan) if cell.arm.add and cell.seed == 0)
    (spec,) = set_specs(run_spec(plan, cell, info.fingerprint, info.environment))
    fitted = load_fitted(spec, Path(info.cache_dir), torch.device("cpu"))
    with Image.open(tmp_path / "out" / "light" / "gan128-00001.png") as image:
        np.testing.assert_array_equal(np.asarray(image).transpose(2, 0, 1), fitted.draw(1, 2)[1].numpy())
        assert image.info["generator_identity"] == fitted.quality.identity


def test_a_studys_generator_whose_weights_are_gone_is_fitted_again_as_it_was(
    study: StudyPaths, tmp_path: Path
) -> None:
    (run, _) = generator_folders(study)
    info, quality = read_info(study), read_quality(run)
    assert quality is not None
    shutil.rmtree(Path(info.cache_dir) / "generators")
    again = of_study(run)
    assert read_quality(fit(again, lambda *_: None)) == quality
    assert not (Path(info.cache_dir) / "fits" / quality.identity).exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--seed", "1"], "has not fitted generators/gan128"),
        (["--seed", "7"], "has the seeds 0, 1"),
        (["--generator", "dcgan64"], 'has no generator "dcgan64"'),
        (["--set", "steps=3"], "the parameters of a study's generator are as its plan says"),
        (["--device", "cpu"], "draws where it was fitted"),
        (["demo"], "two answers"),
    ],
)
def test_what_a_study_has_not_is_said(study: StudyPaths, tmp_path: Path, more: list[str], message: str) -> None:
    answer = ask(study, tmp_path / "out", *more)
    assert answer.exit_code == 2
    assert message in " ".join(answer.stderr.split())
    assert not (tmp_path / "out").exists()


def test_neither_a_dataset_nor_a_study_is_a_clear_error(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["generate", "--count", "1", "--out", str(tmp_path / "out")])
    assert (answer.exit_code, "from what?" in answer.stderr) == (2, True)
