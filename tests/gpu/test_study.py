"""Whole studies on a GPU, from the plan to the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from augtui.runlog.info import read_info
from augtui.study import launch
from tests.toys import new_study, write_dataset
from tests.waiting import wait_for_end

ARMS = """
[[arms]]
name = "combined-50"
add = { policy = "combined", amount = 0.5 }

[[arms]]
name = "superpixel"
online = { policy = "superpixel" }

[[arms]]
name = "mixup"
online = { policy = "mixup" }

[[arms]]
name = "gan-50"
[arms.add]
amount = 0.5
generator = { name = "gan128", steps = 30, batch_size = 4, width = 4, models = "conditional", looks = 2 }

[[arms]]
name = "dcgan-50"
add = { generator = { name = "dcgan64", epochs = 4, batch_size = 8 }, amount = 0.5 }
"""


@pytest.mark.parametrize("slots", [1, 3])
def test_a_study_comes_to_its_end(tmp_path: Path, slots: int) -> None:
    write_dataset(tmp_path / "images", train=24, size=64)
    made = new_study(tmp_path, slots=slots, device="cuda", size=64, arms=ARMS)
    launch(made)
    state = wait_for_end(made, 1)
    logs = "".join(log.read_text() for log in made.folder.rglob("*.log"))
    assert state.state == "finished", logs[-4000:]
    environment = read_info(made).environment
    assert environment is not None
    assert environment.device == "cuda"
    assert "Traceback" not in logs
