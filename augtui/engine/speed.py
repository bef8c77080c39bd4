"""How many images in a second a model trains on here, before there is a run that could tell."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from augtui.engine.batches import ModelInput
from augtui.engine.device import choose_environment, memory_format, slot_devices, use
from augtui.engine.models import build_model
from augtui.engine.optim import build_optimizer
from augtui.plan.grid import points, settings_at
from augtui.plan.reader import read_plan

WARM_STEPS = 2
SECONDS = 1.5
"""Spent on steps, at least one of them."""


def measure(plan_path: Path, classes: int, device: str, slots: int | None) -> dict[str, Any]:
    """Train on noise for a moment, as a run of the plan's first axis point would without augmentation.

    Args:
        plan_path: a plan's file.
        classes: of its dataset.
        device: as asked for, for example "auto".
        slots: likewise.

    Returns:
        `rate` in images per second of one slot, `slots`, and the kind of `device`.

    Raises:
        AugtuiError: the plan, its model or the device is not to be had.
    """
    plan = read_plan(plan_path).plan
    settings = settings_at(plan, points(plan)[0])
    devices = slot_devices(device, slots)
    environment = choose_environment(device, settings.train.precision)
    use(environment)
    place = torch.device(devices[0])
    model = build_model(settings.model, classes, settings.data.image_size, 0)
    layout = memory_format(environment)
    model = model.to(place).to(memory_format=layout).train()
    optimizer = build_optimizer(settings.train, model, environment.fused)
    to_input = ModelInput(settings.data, settings.model, place, layout)
    size, batch = settings.data.stored, settings.train.batch_size
    images = torch.randint(0, 256, (batch, 3, size, size), dtype=torch.uint8, device=place)
    labels = torch.arange(batch, device=place) % classes

    def step() -> None:
        with torch.autocast(place.type, torch.bfloat16, enabled=environment.precision == "bf16"):
            outputs = model(to_input(images))
        loss = functional.cross_entropy(outputs.float(), labels)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimizer.step()
        loss.item()  # waits until the device has done it

    for _ in range(WARM_STEPS):
        step()
    began, steps = time.perf_counter(), 0
    while steps == 0 or time.perf_counter() - began < SECONDS:
        step()
        steps += 1
    rate = steps * batch / (time.perf_counter() - began)
    return {"rate": round(rate, 1), "slots": len(devices), "device": environment.device}
