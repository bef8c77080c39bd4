"""Whether an engine can build a plan's policies, asked before a study is made or called sound."""

from __future__ import annotations

import tempfile
from pathlib import Path

from augtui.jobs import call
from augtui.plan.own_sources import needs_trial
from augtui.plan.reader import PlanFile


def try_policies(plan_file: PlanFile) -> None:
    """Build every policy once in an engine process, where a plan has any that nothing else can answer for.

    Raises:
        AugtuiError: one cannot be had: a function of the user's own is not there, raises while it is imported or does
            not take these parameters, or imgaug cannot be imported here.
    """
    if not needs_trial(plan_file.plan):
        return
    with tempfile.TemporaryDirectory(prefix="augtui-") as folder:  # the plan as changed by --set
        path = Path(folder) / "plan.toml"
        path.write_text(plan_file.text, encoding="utf-8")
        call(["augtui.engine", "policies", str(path)])
