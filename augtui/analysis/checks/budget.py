"""Do all arms get the same training? A longer one is an advantage that is not augmentation's."""

from __future__ import annotations

from augtui.analysis.checks.subject import Subject, problem
from augtui.analysis.statistics.verdicts import ENOUGH_SEEDS
from augtui.plan.grid import SizeRule
from augtui.runlog.checks import Problem

SAME = 0.01
"""Steps may differ by this share."""


def unequal_budgets(subject: Subject) -> list[Problem]:
    """Arms that train for more or fewer steps than the baseline, under budget = "epochs"."""
    plan = subject.plan
    if plan is None or plan.train.budget == "steps":
        return []
    counts = list(subject.counts().get("train", {}).values())
    base = SizeRule.of(plan.baseline).size(counts)
    ratios = {arm.name: SizeRule.of(arm).size(counts) / base for arm in plan.arms[1:]}
    unequal = {name: ratio for name, ratio in ratios.items() if abs(ratio - 1) > SAME}
    if not unequal:
        return []
    told = ", ".join(f"{name} {ratio:.2f}x" for name, ratio in unequal.items())
    controls = [arm.name for arm in plan.arms if any(a.policy and a.policy.name == "duplicate" for a in arm.add)]
    missing = "" if controls else '; no arm adds plain copies ({ policy = "duplicate" }) to tell the two apart'
    message = (
        f'with budget = "epochs" arms take other numbers of steps than {plan.baseline.name} ({told}): '
        f"a difference may be that of longer training{missing}"
    )
    return [problem("warn", "unequal-budget", message)]


def few_seeds(subject: Subject) -> list[Problem]:
    """Too few seeds for any verdict."""
    plan = subject.plan
    if plan is None or len(plan.seeds) >= ENOUGH_SEEDS or len(plan.arms) < 2:
        return []
    message = f"{len(plan.seeds)} seeds are too few for a verdict; it takes {ENOUGH_SEEDS}, and 10 for a claim"
    return [problem("warn", "few-seeds", message)]
