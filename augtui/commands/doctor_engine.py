"""What doctor asks an engine process: devices, and whether the imgaug reference can be imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from augtui.commands.doctor import Finding
from augtui.commands.wording import size
from augtui.errors import AugtuiError
from augtui.jobs import call


def engine_findings() -> Iterator[Finding]:
    """Starts an engine process once; one that does not start is a finding too."""
    try:
        answer = call(["augtui.engine", "doctor"])
    except AugtuiError as error:
        yield Finding("engine", "bad", f"does not start: {error.message}", error.hint)
        return
    yield from read_answer(answer)


def read_answer(answer: dict[str, Any]) -> Iterator[Finding]:
    """Findings from the engine's own report.

    Args:
        answer: {"torch", "torchvision", "cuda", "devices": [{"device", "name", "memory", "free"}],
            "chosen": {"device", "precision"}, "imgaug": "" or why it cannot be imported,
            "imgaug_mend": "" or what mends it}; sizes in bytes.
    """
    chosen = answer["chosen"]
    cuda = answer.get("cuda")
    built = f"built for CUDA {cuda}" if cuda else "built without CUDA"
    yield Finding("engine", "ok", f"starts, {built}; would use {chosen['device']} with {chosen['precision']}")
    for device in answer["devices"]:
        yield _device(device)
    if cuda and not any(device["device"].startswith("cuda") for device in answer["devices"]):
        yield Finding("cuda", "ok", "no GPU is visible (CUDA_VISIBLE_DEVICES, or a driver that is too old)")
    if answer["imgaug"]:
        told = f"the reference policies cannot be used: {answer['imgaug']}"
        yield Finding("imgaug", "warn", told, f"{answer['imgaug_mend']} (everything else works without)")
    else:
        yield Finding("imgaug", "ok", "the reference policies can be used")


def _device(device: dict[str, Any]) -> Finding:
    memory, free = device.get("memory"), device.get("free")
    found = " ".join(part for part in (device["name"], f"{size(memory)}" if memory else "") if part)
    if free is None or not memory:
        return Finding(device["device"], "ok", found)
    if free < memory / 10:
        return Finding(device["device"], "warn", f"{found}, {size(free)} free", "another program holds its memory")
    return Finding(device["device"], "ok", f"{found}, {size(free)} free")
