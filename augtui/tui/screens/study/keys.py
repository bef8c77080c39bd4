"""The keys of the study screen."""

from __future__ import annotations

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("n", "next_step", "next step", id="study.next", tooltip="Carry out the next step, then wait"),
    Binding("R", "run_all", "run all", id="study.run", tooltip="Carry out everything that is left"),
    Binding("s", "stop", "stop", id="study.stop", tooltip="Stop with a checkpoint; again: at once"),
    Binding("r", "retry", "retry", id="study.retry", tooltip="Train this failed run again, or all failed ones"),
    Binding("w", "warnings", "warnings", id="study.warnings", tooltip="What the checks found, in full"),
    Binding("v", "scope", "arm/running/all", show=False, id="study.scope", tooltip="Curves of: arm, running, all"),
    Binding("m", "value", "metric", show=False, id="study.value", tooltip="Curves of the next value"),
    Binding("y", "log_y", "log y", show=False, id="study.log", tooltip="Logarithmic scale"),
    Binding(
        "plus,equals_sign",
        "smooth(1)",
        "smooth",
        show=False,
        id="study.smoother",
        key_display="+",
        tooltip="Smoother curves",
    ),
    Binding("minus", "smooth(-1)", "", show=False, id="study.rougher", key_display="-", tooltip="Less smooth curves"),
    Binding("f", "failed", "failed", show=False, id="study.failed", tooltip="Go to the next failed run"),
]
