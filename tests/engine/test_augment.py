from __future__ import annotations

from pathlib import Path

import msgspec
import torch

from augtui.engine.augment import make_sets
from augtui.engine.data import Library
from augtui.engine.device import choose_environment
from augtui.engine.engine import Engine
from augtui.engine.prepare import prepare
from augtui.plan.grid import cells, run_spec
from augtui.plan.reader import read_plan
from augtui.plan.spec import canonical
from augtui.runlog.info import read_info, write_info
from tests.toys import new_study

TWO = """
[[arms]]
name = "twice"
add = [ { policy = "geometric", amount = 0.5 }, { policy = "duplicate", amount = 0.5 } ]
"""


def test_kept_images_of_several_additions_lie_side_by_side(tmp_path: Path) -> None:
    study = new_study(tmp_path, seeds=1, epochs=1, arms=TWO)
    plan = read_plan(study.plan).plan
    info = msgspec.structs.replace(read_info(study), environment=choose_environment("cpu", "fp32"))
    info = msgspec.structs.replace(info, fingerprint=prepare(plan, info, lambda *_: None)["fingerprint"])
    write_info(study, info)
    cell = next(cell for cell in cells(plan) if cell.arm.name == "twice")
    run = study.run(cell.folder)
    run.folder.mkdir(parents=True)
    assert info.fingerprint is not None
    assert info.environment is not None
    run.run.write_bytes(canonical(run_spec(plan, cell, info.fingerprint, info.environment)))
    engine = Engine(Library(torch.device("cpu")), "cpu", stop=lambda: False)
    made = make_sets(run, engine, "policy", True, lambda *_: None)
    kept = list((run.folder / "images").glob("*/*/*.png"))
    assert len(kept) == made == 24
    assert sorted(path.name for path in (run.folder / "images").iterdir()) == ["1-geometric", "2-duplicate"]
