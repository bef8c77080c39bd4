"""Everything here needs a CUDA device, and is skipped where there is none."""

from __future__ import annotations

import pytest
import torch

from augtui.engine.device import use
from augtui.plan.grid import Environment


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not torch.cuda.is_available():
        for item in items:
            if "tests/gpu/" in item.path.as_posix():
                item.add_marker(pytest.mark.skip(reason="needs a GPU"))


@pytest.fixture(autouse=True)
def _as_a_worker_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    if torch.cuda.is_available():
        use(Environment(device="cuda", precision="fp32", threads=1))
