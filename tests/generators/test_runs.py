"""A generator as a run of the engine: what it reads, what it leaves, and who finds it again."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from PIL import Image

from augtui.engine.augment import make_sets
from augtui.engine.data import Library
from augtui.engine.generators.fitted import load_fitted
from augtui.engine.generators.job import GeneratorJob
from augtui.engine.run import carry_out, read_run
from augtui.engine.sets import made_set
from augtui.errors import AugtuiError
from augtui.paths import RunPaths, StudyPaths
from augtui.plan.grid import SetSpec, cells, run_spec, set_specs
from augtui.plan.spec import canonical
from augtui.runlog import events as ev
from augtui.runlog.info import read_info
from augtui.runlog.quality import read_quality, write_quality
from augtui.runlog.reader import read_events
from tests.generators.studies import OtherImages, engine, generator_folders, plan_of, prepared


def result(run: RunPaths) -> dict[str, bytes]:
    """All files of a result, by name."""
    files = [run.model, run.folder / "quality.json", *(run.folder / "samples").iterdir()]
    return {str(path.relative_to(run.folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> StudyPaths:
    study = prepared(tmp_path_factory.mktemp("fitted"))
    (run,) = generator_folders(study)
    outcome = carry_out(run, engine())
    assert isinstance(outcome, ev.RunFinished), outcome
    return study


def sets(study: StudyPaths) -> list[SetSpec]:
    info, plan = read_info(study), plan_of(study)
    assert info.fingerprint is not None
    assert info.environment is not None
    runs = [run_spec(plan, cell, info.fingerprint, info.environment) for cell in cells(plan)]
    return [spec for run in runs for spec in set_specs(run)]


def test_two_arms_share_one_generator(fitted: StudyPaths) -> None:
    assert len(generator_folders(fitted)) == 1
    assert len(sets(fitted)) == 2
    small, large = (
        load_fitted(spec, Path(read_info(fitted).cache_dir), engine().library.device) for spec in sets(fitted)
    )
    assert small.quality == large.quality


def test_the_log_tells_losses_and_quality(fitted: StudyPaths) -> None:
    (run,) = generator_folders(fitted)
    events = read_events(run.events)
    started = next(event for event in events if isinstance(event, ev.RunStarted))
    epochs = [event for event in events if isinstance(event, ev.EpochFinished)]
    assert (started.steps, started.epochs) == (4, 4)
    assert [event.epoch for event in epochs] == [1, 2, 3, 4]
    for event in epochs:
        assert {"d_loss", "g_loss"} <= set(event.values)
        assert event.images_per_second is not None
    quality = read_quality(run)
    assert quality is not None
    assert isinstance(events[-1], ev.RunFinished)
    assert events[-1].metrics == quality.numbers()


def test_sheets_are_pictures_that_say_what_they_are(fitted: StudyPaths) -> None:
    (run,) = generator_folders(fitted)
    names = sorted(path.name for path in (run.folder / "samples").iterdir())
    sheets = [f"{epoch:05d}-{name}.png" for epoch in (2, 4) for name in ("dark", "light")]
    assert names == sorted([*sheets, "closest-dark.png", "closest-light.png"])
    with Image.open(run.folder / "samples" / sheets[0]) as sheet:
        assert sheet.size == (8 * 130 - 2, 8 * 130 - 2)
        assert sheet.info["synthetic"] == "true"


def first_steps(study: StudyPaths, library: Library | None = None) -> bytes:
    """Both networks and their optimisers after two steps, as bytes."""
    (run,) = generator_folders(study)
    job = GeneratorJob(run, read_run(run), read_info(study), engine(library))
    (part,) = job.trainer.parts
    part.one_step()
    part.one_step()
    content = io.BytesIO()
    torch.save(part.state(), content)
    return content.getvalue()


def test_nothing_is_learned_from_validation_and_test_images(fitted: StudyPaths) -> None:
    other = OtherImages(lambda split: np.concatenate([split.validation, split.test]))
    assert first_steps(fitted, other) == first_steps(fitted)


def test_everything_is_learned_from_training_images(fitted: StudyPaths) -> None:
    assert first_steps(fitted, OtherImages(lambda split: split.train)) != first_steps(fitted)


def test_the_whole_result_owes_nothing_to_test_images(fitted: StudyPaths, tmp_path: Path) -> None:
    (run,) = generator_folders(prepared(tmp_path))
    outcome = carry_out(run, engine(OtherImages(lambda split: split.test)))
    assert isinstance(outcome, ev.RunFinished), outcome
    assert result(run) == result(generator_folders(fitted)[0])


def test_a_finished_run_stays_as_it_is(fitted: StudyPaths) -> None:
    (run,) = generator_folders(fitted)
    before = result(run), len(read_events(run.events))
    carry_out(run, engine())
    assert (result(run), len(read_events(run.events))) == before


def test_another_study_finds_the_generator_and_trains_nothing(fitted: StudyPaths, tmp_path: Path) -> None:
    other = prepared(tmp_path, head='accept = ["tiny-image"]\n')
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)
    shutil.copytree(Path(read_info(fitted).cache_dir), tmp_path / "cache")
    (run,) = generator_folders(other)
    carry_out(run, engine())
    (started, finished) = read_events(run.events)
    assert isinstance(started, ev.RunStarted)
    assert started.steps == 0
    assert isinstance(finished, ev.RunFinished)
    assert finished.reused
    assert result(run) == result(generator_folders(fitted)[0])


def test_a_cleaned_cache_is_filled_again_from_the_study(fitted: StudyPaths) -> None:
    cache = Path(read_info(fitted).cache_dir)
    (run,) = generator_folders(fitted)
    before = len([e for e in read_events(run.events) if isinstance(e, ev.EpochFinished)])
    shutil.rmtree(cache / "generators")
    carry_out(run, engine())
    assert len([e for e in read_events(run.events) if isinstance(e, ev.EpochFinished)]) == before
    assert load_fitted(sets(fitted)[0], cache, engine().library.device).draw(0, 1).shape == (1, 3, 128, 128)


def test_a_set_holds_each_class_in_proportion_and_says_whence_it_is(fitted: StudyPaths) -> None:
    info = read_info(fitted)
    small, large = (made(spec, fitted) for spec in sets(fitted))
    # Twelve training images of each class: 25 and 50 % of them.
    assert np.bincount(small.labels).tolist() == [3, 3]
    assert np.bincount(large.labels).tolist() == [6, 6]
    assert small.images.shape == (6, 3, 16, 16)
    for label in (0, 1):
        np.testing.assert_array_equal(small.images[small.labels == label], large.images[large.labels == label][:3])
    assert set(small.rows.tolist()) == {-1}
    lineage = (Path(info.cache_dir) / "sets" / sets(fitted)[0].identity / "lineage.csv").read_text().splitlines()
    quality = read_quality(generator_folders(fitted)[0])
    assert quality is not None
    assert lineage[1] == f"0,dark,generator:{quality.identity},0,gan128,0"


def made(spec: SetSpec, study: StudyPaths):  # type: ignore[no-untyped-def]
    library, info = engine().library, read_info(study)
    data = plan_of(study).data
    return made_set(
        spec, library.resident(info, data).dataset, library.split(info, data, 0), library.device, Path(info.cache_dir)
    )


def test_kept_images_say_that_they_are_synthetic(fitted: StudyPaths) -> None:
    info, plan = read_info(fitted), plan_of(fitted)
    assert info.fingerprint is not None
    assert info.environment is not None
    cell = next(cell for cell in cells(plan) if cell.arm.name == "gan-25")
    run = fitted.run(cell.folder)
    run.folder.mkdir(parents=True)
    run.run.write_bytes(canonical(run_spec(plan, cell, info.fingerprint, info.environment)))
    assert make_sets(run, engine(), "policy", True, lambda *_: None) == 0
    assert make_sets(run, engine(), "generator", True, lambda *_: None) == 6
    folder = run.folder / "images" / "1-gan128"
    kept = sorted(folder.glob("*/*.png"))
    names = [f"{name}/gan128-{number}.png" for name in ("dark", "light") for number in range(3)]
    assert [str(path.relative_to(folder)) for path in kept] == names
    with Image.open(kept[0]) as image:
        assert (image.info["synthetic"], image.info["drawn_at"], image.size) == ("true", "128 px", (16, 16))


def test_what_the_recipes_of_another_release_fitted_is_fitted_anew(fitted: StudyPaths, tmp_path: Path) -> None:
    (run,) = generator_folders(prepared(tmp_path))
    (before,) = generator_folders(fitted)
    shutil.copytree(before.folder, run.folder, dirs_exist_ok=True)
    quality = read_quality(run)
    assert quality is not None
    write_quality(run, msgspec.structs.replace(quality, identity="0" * 16, recipes=1))
    carry_out(run, engine())
    assert len([event for event in read_events(run.events) if isinstance(event, ev.EpochFinished)]) == 8
    assert result(run) == result(before)


def test_weights_that_were_changed_are_not_drawn_from(fitted: StudyPaths, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(Path(read_info(fitted).cache_dir), cache)
    (model,) = (cache / "generators").glob("*/model.safetensors")
    model.write_bytes(model.read_bytes()[:-1] + b"\0")
    with pytest.raises(AugtuiError, match="is not the file that was fitted"):
        load_fitted(sets(fitted)[0], cache, engine().library.device)
    model.unlink()
    with pytest.raises(AugtuiError, match="cannot be read"):
        load_fitted(sets(fitted)[0], cache, engine().library.device)


def test_a_set_of_an_unfitted_generator_is_a_clear_error(tmp_path: Path) -> None:
    study = prepared(tmp_path)
    with pytest.raises(AugtuiError, match="the generator gan128 of seed 0 has not been fitted"):
        made(sets(study)[0], study)


def test_the_runs_spec_names_the_generators_own_size(fitted: StudyPaths) -> None:
    run = read_run(generator_folders(fitted)[0])
    assert run.kind == "generator"
    assert run.data.stored == 128
    assert sets(fitted)[0].data.stored == 16
