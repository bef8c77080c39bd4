import math

import pytest

from augtui.engine.optim import learning_rate
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
