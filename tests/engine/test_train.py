from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import torch

from augtui.engine.online import Online
from augtui.engine.policies import build_policy
from augtui.engine.train import DivergedError, Trainer
from augtui.plan.catalog import CATALOG
from augtui.plan.spec import PolicySpec
from tests.engine.toy import Recorder, run_spec, trainer


def _weights(done: Trainer) -> dict[str, torch.Tensor]:
    return done.model.state_dict()


def _same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def _through_a_file(state: dict[str, Any]) -> dict[str, Any]:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    buffer.seek(0)
    loaded: dict[str, Any] = torch.load(buffer, weights_only=True)
    return loaded


def _online(name: str) -> Online:
    declared = CATALOG.policy(name)
    assert declared is not None
    params = {item.name: item.default for item in declared.parameters if item.default is not None}
    policy = build_policy(PolicySpec(name=name, params=params))
    batch = declared.kind == "batch"
    return Online(7, None if batch else policy, policy if batch else None, None, Path(), originals=False)  # type: ignore[arg-type]


def test_a_model_learns_what_can_be_learnt() -> None:
    spec = run_spec(epochs=12)
    learner, heard = trainer(spec), Recorder()
    assert learner.train(heard.listener())
    first, last = heard.epochs[0], heard.epochs[-1]
    assert last.epoch == 12
    assert last.loss < first.loss / 2
    assert last.validation is not None
    assert last.validation.accuracy > 0.9


def test_the_seed_decides_every_weight() -> None:
    runs = []
    for seed in (0, 0, 1):
        learner = trainer(run_spec(seed=seed, epochs=1))
        learner.train(Recorder().listener())
        runs.append(_weights(learner))
    assert _same(runs[0], runs[1])
    assert not _same(runs[0], runs[2])


@pytest.mark.parametrize("stop_at", [0, 1, 4, 5, 11])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"precision": "bf16"},
        {"optimizer": "sgd", "schedule": "cosine", "weight_decay": 1e-3},
        {"optimizer": "adamw", "schedule": "inverse_time", "class_weight": "balanced"},
        {"select": "best", "batch_size": 50},
    ],
    ids=["adam", "bf16", "sgd", "adamw", "best"],
)
def test_a_resumed_training_ends_with_the_same_bits(settings: dict[str, Any], stop_at: int) -> None:
    spec = run_spec(**settings)
    whole, heard = trainer(spec), Recorder()
    whole.train(heard.listener())
    first, stopped = trainer(spec), Recorder(stop_at)
    first_finished = first.train(stopped.listener())
    second, resumed = trainer(spec), Recorder()
    if not first_finished:
        second.load_state(_through_a_file(stopped.states[-1]))
    second.train(resumed.listener())
    assert whole.choose_epoch() == second.choose_epoch()
    assert _same(_weights(whole), _weights(second))
    curve = [(item.epoch, item.loss, item.validation) for item in heard.epochs]
    parts = {item.epoch: (item.epoch, item.loss, item.validation) for item in (*stopped.epochs, *resumed.epochs)}
    assert curve == [parts[epoch] for epoch in sorted(parts)]


@pytest.mark.parametrize("name", ["geometric", "trivialaugment", "mixup", "cutmix"])
def test_a_resumed_training_with_an_online_policy_ends_with_the_same_bits(name: str) -> None:
    spec = run_spec(epochs=2)
    whole = trainer(spec, online=_online(name))
    whole.train(Recorder().listener())
    plain = trainer(spec)
    plain.train(Recorder().listener())
    first, stopped = trainer(spec, online=_online(name)), Recorder(3)
    assert not first.train(stopped.listener())
    second = trainer(spec, online=_online(name))
    second.load_state(_through_a_file(stopped.states[-1]))
    second.train(Recorder().listener())
    assert _same(_weights(whole), _weights(second))
    assert not _same(_weights(whole), _weights(plain))


def test_a_loss_that_is_not_finite_ends_the_training() -> None:
    with pytest.raises(DivergedError, match="no longer a finite number"):
        trainer(run_spec(lr=1e30, optimizer="sgd")).train(Recorder().listener())


def test_the_best_epoch_is_the_one_with_the_highest_balanced_accuracy() -> None:
    spec = run_spec(epochs=6, select="best")
    learner, heard = trainer(spec), Recorder()
    learner.train(heard.listener())
    scores = [(item.validation.balanced_accuracy, -item.validation.loss) for item in heard.epochs if item.validation]
    assert learner.choose_epoch() == scores.index(max(scores)) + 1
