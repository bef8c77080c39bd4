"""Training on a GPU: repeatable up to rounding, also over a stop, and what the CPU does up to rounding."""

from __future__ import annotations

import io
from typing import Any

import pytest
import torch
from torch import Tensor

from augtui.engine.train import Trainer
from tests.engine.test_train import _online
from tests.engine.toy import Recorder, run_spec, trainer

SETTINGS: dict[str, dict[str, Any]] = {
    "adam": {},
    "bf16": {"precision": "bf16"},
    "sgd": {"optimizer": "sgd", "schedule": "cosine", "weight_decay": 1e-3, "lr": 0.01},
    "adamw": {"optimizer": "adamw", "schedule": "step", "class_weight": "balanced"},
}


def trained(stop_at: int | None = None, online: str = "", **settings: Any) -> tuple[Trainer, Recorder]:
    made = trainer(run_spec(device="cuda", **settings), online=_online(online) if online else None)
    heard = Recorder(stop_at)
    made.train(heard.listener())
    return made, heard


def weights(made: Trainer) -> dict[str, Tensor]:
    return {name: value.cpu() for name, value in made.model.state_dict().items()}


def assert_near(one: dict[str, Tensor], other: dict[str, Tensor]) -> None:
    for name, value in one.items():
        torch.testing.assert_close(value, other[name], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_the_seed_decides_every_weight(settings: dict[str, Any]) -> None:
    assert_near(*(weights(trained(**settings)[0]) for _ in range(2)))


@pytest.mark.parametrize("online", ["geometric", "superpixel", "trivialaugment", "mixup", "cutmix"])
def test_so_it_does_under_augmentation(online: str) -> None:
    assert_near(*(weights(trained(online=online)[0]) for _ in range(2)))


@pytest.mark.parametrize("stop_at", [2, 5, 11])
def test_a_resumed_training_ends_near_the_whole_one(stop_at: int) -> None:
    whole = weights(trained()[0])
    _, stopped = trained(stop_at)
    file = io.BytesIO()
    torch.save(stopped.states[-1], file)
    file.seek(0)
    second = trainer(run_spec(device="cuda"))
    second.load_state(torch.load(file, map_location="cpu", weights_only=True))
    second.train(Recorder().listener())
    assert_near(weights(second), whole)


def test_the_cpu_comes_to_the_same_losses() -> None:
    _, there = trained(epochs=1)
    here = Recorder()
    trainer(run_spec(epochs=1)).train(here.listener())
    assert there.epochs[0].loss == pytest.approx(here.epochs[0].loss, rel=0.02)
