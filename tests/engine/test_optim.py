import math

import pytest

from augtui.engine.device import choose_environment
from augtui.engine.models import study_cnn
from augtui.engine.optim import build_optimizer, learning_rate
from augtui.plan.spec import TrainSpec


@pytest.mark.parametrize(
    ("schedule", "step", "expected"),
    [
        ("constant", 70, 0.1),
        ("cosine", 0, 0.1),
        ("cosine", 50, 0.05),
        ("cosine", 99, 0.05 * (1 + math.cos(math.pi * 0.99))),
        ("step", 49, 0.1),
        ("step", 50, 0.01),
        ("step", 75, 0.001),
        ("inverse_time", 0, 0.1),
        ("inverse_time", 100, 0.05),
    ],
)
def test_schedules_give_their_rates(schedule: str, step: int, expected: float) -> None:
    spec = TrainSpec(lr=0.1, schedule=schedule)  # type: ignore[arg-type]
    assert learning_rate(spec, step, 100) == pytest.approx(expected)


def test_a_study_states_how_its_networks_lie_in_memory_and_whether_its_optimiser_is_fused() -> None:
    stated = choose_environment("cpu", "fp32")
    assert (stated.channels_last, stated.fused) == (True, True)


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_what_a_study_states_about_its_optimiser_is_done(optimizer: str) -> None:
    spec = TrainSpec(optimizer=optimizer)  # type: ignore[arg-type]
    for fused in (True, False):
        assert build_optimizer(spec, study_cnn(2, 8), fused).defaults["fused"] is fused
