"""The jobs answer as `augtui.jobs` says, from a process of their own."""

from pathlib import Path

import pytest

from augtui import jobs
from augtui.errors import AugtuiError
from augtui.plan.writer import plan_text
from augtui.runlog.summary import read_summary
from tests.analysis.synthetic import make_study, plan


def test_summary_job_writes_the_study_s_tables(tmp_path: Path) -> None:
    made = plan("original", "flipped")
    study = make_study(tmp_path, made)
    study.plan.write_text(plan_text(made))
    found: list[tuple[int, int, str]] = []
    result = jobs.call(
        ["augtui.analysis", "summary", str(study.folder), "--recompute"], progress=lambda *part: found.append(part)
    )
    assert result == {"path": str(study.summary), "mismatches": []}
    assert [arm.name for arm in read_summary(study.summary).arms] == ["original", "flipped"]
    assert found[-1][:2] == (6, 6)


def test_folder_that_is_no_study_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AugtuiError, match="is not a study"):
        jobs.call(["augtui.analysis", "summary", str(tmp_path)])
