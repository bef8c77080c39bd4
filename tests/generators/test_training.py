"""Fitting: it learns, each class from its own images, and any step can be left and taken up again."""

from __future__ import annotations

import io
from typing import Any

import pytest
import torch
from torch import Tensor

from augtui.engine.generators.probe import train_probe
from augtui.engine.generators.quality import Yardstick
from augtui.engine.generators.recipes import DcganRecipe, Recipe, SkipRecipe
from augtui.engine.generators.training import GeneratorTrainer, make_parts
from augtui.engine.train import DivergedError, EpochReport, Listener
from tests.generators.toys import CLASSES, both, discs

AUTOCAST = torch.autocast("cpu", torch.bfloat16, enabled=False)
DCGAN = DcganRecipe(image_size=64, batch_size=2, select="last", looks=2, epochs=2, width=8)


def skip(
    steps: int, models: Any = "conditional", select: Any = "best", batch_size: int = 4, looks: int = 2
) -> SkipRecipe:
    return SkipRecipe(
        image_size=64, batch_size=batch_size, select=select, looks=looks, steps=steps, width=8, models=models
    )


def trainer(recipe: Recipe, images: Tensor, labels: Tensor, yardsticks: list[Yardstick]) -> GeneratorTrainer:
    return GeneratorTrainer(
        recipe=recipe,
        parts=make_parts(recipe, images, labels, 2, 5, AUTOCAST),
        yardsticks=lambda: yardsticks,
        classes=CLASSES,
        grey=False,
        identity="toy",
        show=lambda epoch, label, sheet: None,
        checkpoint_seconds=1e9,
    )


def listener(reports: list[EpochReport], stop_at: int | None = None, of: GeneratorTrainer | None = None) -> Listener:
    states: list[Any] = []

    def stop() -> bool:
        return stop_at is not None and of is not None and of.step >= stop_at

    return Listener(
        progress=lambda step, loss, rate: None,
        epoch=reports.append,
        checkpoint=lambda step, state: states.append(state),
        stop=stop,
    )


@pytest.fixture(scope="module")
def yardsticks() -> list[Yardstick]:
    images, labels = both(0, 120)
    probe = train_probe(images, labels, 2, seed=0)
    return [Yardstick(probe, label, images[labels == label], discs(1, 60, light=label == 1), 0) for label in (0, 1)]


def test_a_batch_shows_no_image_twice() -> None:
    images, labels = both(0, 6)
    small, large = (make_parts(skip(1, batch_size=b), images, labels, 2, 5, AUTOCAST)[0] for b in (4, 100))
    assert (small.batch_size, large.batch_size) == (4, 12)
    assert sorted(large.order.batch(0)[0].tolist()) == list(range(12))


def test_images_come_closer_to_the_real_ones(yardsticks: list[Yardstick]) -> None:
    fitted = trainer(skip(100, batch_size=12, looks=3), *both(0, 120), yardsticks)
    reports: list[EpochReport] = []
    assert fitted.train(listener(reports))
    looks = [report.values for report in reports if "kid.dark" in report.values]
    assert len(looks) == 3
    for name in CLASSES:
        kids = [float(look[f"kid.{name}"] or 0) for look in looks]
        coverages = [float(look[f"coverage.{name}"] or 0) for look in looks]
        assert kids[-1] < 0.6 * kids[0]
        assert coverages[-1] > coverages[0]
    best = fitted.parts[0].best
    assert best is not None
    assert best["kid"] == pytest.approx(min(sum(look[f"kid.{n}"] or 0 for n in CLASSES) / 2 for look in looks))


def weights(fitted: GeneratorTrainer) -> dict[str, Tensor]:
    return {
        f"{number}.{name}": value
        for number, part in enumerate(fitted.parts)
        for name, value in part.chosen_network()[0].state_dict().items()
    }


def saved_and_loaded(state: dict[str, Any]) -> dict[str, Any]:
    """Through the bytes of a checkpoint file, as another process would read it."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    loaded: dict[str, Any] = torch.load(io.BytesIO(buffer.getvalue()), weights_only=True)
    return loaded


@pytest.mark.parametrize("recipe", [DCGAN, skip(4, select="best")], ids=["dcgan64", "skip"])
def test_a_resumed_fit_ends_with_the_same_bits(recipe: Recipe, yardsticks: list[Yardstick]) -> None:
    images, labels = both(0, 3)
    calm = trainer(recipe, images, labels, yardsticks)
    calm_reports: list[EpochReport] = []
    assert calm.train(listener(calm_reports))

    reports: list[EpochReport] = []
    state: dict[str, Any] | None = None
    for stop_at in (1, calm.steps - 2, None):
        last = trainer(recipe, images, labels, yardsticks)
        if state is not None:
            last.load_state(saved_and_loaded(state))
        assert last.train(listener(reports, stop_at, last)) is (stop_at is None)
        state = last.state()

    assert [report.values for report in reports] == [report.values for report in calm_reports]
    expected = weights(calm)
    for name, value in weights(last).items():
        assert torch.equal(value, expected[name]), name


def test_each_class_has_a_model_that_saw_only_its_images() -> None:
    images, labels = both(0, 4)
    changed = images.clone()
    changed[labels == 1] = 0
    first, second = (make_parts(DCGAN, pixels, labels, 2, 5, AUTOCAST) for pixels in (images, changed))
    for parts in (first, second):
        for part in parts:
            part.one_step()
    assert [part.classes for part in first] == [(0,), (1,)]
    dark, other_dark = (parts[0].adversary.generator.state_dict() for parts in (first, second))
    light, other_light = (parts[1].adversary.generator.state_dict() for parts in (first, second))
    assert all(torch.equal(dark[name], other_dark[name]) for name in dark)
    assert not all(torch.equal(light[name], other_light[name]) for name in light)


@pytest.mark.parametrize(
    ("counts", "models"), [([300, 300], [(0,), (1,)]), ([1000, 299], [(0, 1)])], ids=["enough", "too few"]
)
def test_classes_share_a_model_where_one_has_few_images(counts: list[int], models: list[tuple[int, ...]]) -> None:
    images = torch.zeros(sum(counts), 3, 64, 64, dtype=torch.uint8)
    labels = torch.arange(2).repeat_interleave(torch.tensor(counts))
    parts = make_parts(skip(1, models="auto"), images, labels, 2, 5, AUTOCAST)
    assert [part.classes for part in parts] == models


def test_dcgan_epochs_are_passes_over_the_class() -> None:
    recipe = DcganRecipe(image_size=64, batch_size=16, select="last", looks=20, epochs=200)
    # The study: 1440 benign and 1197 malignant images.
    assert recipe.schedule(1440) == (200 * 90, 200)
    assert recipe.schedule(1197) == (200 * 75, 200)


def test_losses_that_are_not_finite_end_the_fit() -> None:
    (part, _) = make_parts(DCGAN, *both(0, 2), 2, 5, AUTOCAST)
    with torch.no_grad():
        next(part.adversary.generator.parameters()).fill_(float("nan"))
    part.one_step()
    with pytest.raises(DivergedError, match="step 1"):
        part.losses()


def test_steps_in_which_the_discriminator_has_won_are_counted() -> None:
    (part, _) = make_parts(DCGAN, *both(0, 2), 2, 5, AUTOCAST)
    losses = iter([0.5, 0.001, 0.001, 0.5, 0.001])

    def step(*_: object) -> tuple[Tensor, Tensor]:
        return torch.tensor(next(losses)), torch.tensor(1.0)

    part.adversary.step = step  # type: ignore[method-assign]
    for _ in range(5):
        part.one_step()
    assert part.flat_steps == 2
