"""Everything that a report is made from, read once."""

from __future__ import annotations

from dataclasses import dataclass

from augtui.analysis.collect import StudyData
from augtui.analysis.differences import between
from augtui.analysis.notes import study_check, study_info
from augtui.analysis.resamples import Resamples, study_resamples
from augtui.analysis.summarise import summarise
from augtui.runlog.checks import CheckReport
from augtui.runlog.info import StudyInfo
from augtui.runlog.summary import LOWER_IS_BETTER, ArmSummary, Summary


@dataclass(frozen=True, slots=True)
class Source:
    """A study, its tables, what was checked, and where it ran."""

    data: StudyData
    summary: Summary
    check: CheckReport | None
    info: StudyInfo
    plan_text: str
    resamples: Resamples

    def best(self, arms: list[ArmSummary], metric: str) -> set[int]:
        """Positions of the arms with the best mean among these (of one axis point); several where they are equal."""
        sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
        means = [sign * mean if (mean := arm.metrics[metric].mean) is not None else None for arm in arms]
        known = [mean for mean in means if mean is not None]
        return {index for index, mean in enumerate(means) if known and mean == max(known)}

    def tied(self, arms: list[ArmSummary], metric: str) -> set[int]:
        """Positions of the arms whose paired interval of the difference from the best one holds 0."""
        best = self.best(arms, metric)
        if not best:
            return set()
        top = arms[min(best)]
        found = set()
        for index, arm in enumerate(arms):
            if index in best:
                continue
            estimate = between(self.data, self.resamples, (arm.name, top.name), tuple(arm.axes.items()), metric)
            if estimate is not None:
                low, high = estimate.interval()
                if low <= 0 <= high:
                    found.add(index)
        return found


def read_source(data: StudyData) -> Source:
    """The source of a study's report."""
    resamples = study_resamples(data)
    return Source(
        data=data,
        summary=summarise(data, resamples),
        check=study_check(data),
        info=study_info(data),
        plan_text=data.paths.plan.read_text(encoding="utf-8"),
        resamples=resamples,
    )
