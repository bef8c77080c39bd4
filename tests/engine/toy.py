"""Toy trainings that need no files."""

from __future__ import annotations

from typing import Any

import torch

from augtui.engine.evaluate import Examples
from augtui.engine.models import build_model
from augtui.engine.online import Online
from augtui.engine.train import EpochReport, Listener, Trainer
from augtui.plan.grid import Environment, RunSpec, SizeRule
from augtui.plan.spec import ArmSpec, DataSpec, ModelSpec, TrainSpec

SIZE = 16


def run_spec(
    *, seed: int = 0, precision: str = "fp32", device: str = "cpu", model: str = "cnn", size: int = SIZE, **train: Any
) -> RunSpec:
    settings: dict[str, Any] = {"epochs": 3, "batch_size": 8} | train
    return RunSpec(
        arm=ArmSpec(name="original"),
        seed=seed,
        fingerprint="toy",
        positive=None,
        data=DataSpec(image_size=size),
        model=ModelSpec(name=model),
        train=TrainSpec(**settings),
        budget=SizeRule(),
        keep_model=False,
        environment=Environment(device=device, precision=precision, threads=1),  # type: ignore[arg-type]
    )


def examples(count: int, seed: int, size: int = SIZE, device: str = "cpu") -> Examples:
    """Two classes that differ in brightness, with noise."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 2
    noise = torch.randint(0, 120, (count, 3, size, size), generator=generator)
    images = (noise + 40 * labels[:, None, None, None]).to(torch.uint8)
    return Examples(images.to(device), torch.arange(count, device=device), labels.to(device))


def trainer(spec: RunSpec, *, online: Online | None = None, count: int = 37) -> Trainer:
    torch.set_num_threads(1)
    size, device = spec.data.image_size, spec.environment.device
    training, validation = (examples(number, seed, size, device) for number, seed in ((count, 1), (20, 2)))
    model = build_model(spec.model, 2, size, spec.seed).to(device).to(memory_format=torch.channels_last)
    steps = -(-count // spec.train.batch_size)
    return Trainer(spec, model, training, training.index, validation, 2, steps, online, checkpoint_seconds=1e9)


class Recorder:
    """A listener that keeps what it hears and may ask for a stop at a step."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.stop_at = stop_at
        self.epochs: list[EpochReport] = []
        self.states: list[dict[str, Any]] = []
        self._asked = 0

    def listener(self) -> Listener:
        return Listener(
            progress=lambda *_: None,
            epoch=self.epochs.append,
            checkpoint=lambda _step, state: self.states.append(state),
            stop=self._stop,
        )

    def _stop(self) -> bool:
        self._asked += 1
        return self.stop_at is not None and self._asked > self.stop_at
