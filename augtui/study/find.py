"""Finding a study by what a person typed."""

from __future__ import annotations

from pathlib import Path

from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean
from augtui.paths import StudyPaths, studies
from augtui.runlog.info import read_info


def newest_first(runs_dir: Path) -> list[StudyPaths]:
    """All studies, by the time they were made."""
    return sorted(studies(runs_dir), key=lambda study: read_info(study).created, reverse=True)


def find(runs_dir: Path, text: str) -> StudyPaths:
    """The study of that name, the only one that begins with it, or the newest for "last"; a folder works too.

    Raises:
        AugtuiError: none or several fit.
    """
    there = newest_first(runs_dir)
    if text == "last" and there:
        return there[0]
    exact = [study for study in there if study.name == text]
    fitting = exact or [study for study in there if text and study.name.startswith(text)]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        names = ", ".join(study.name for study in fitting[:4]) + (", …" if len(fitting) > 4 else "")
        raise AugtuiError(f'"{text}" fits {len(fitting)} studies: {names}', "type more of the name")
    if (Path(text) / "study.json").is_file():
        return StudyPaths(Path(text).resolve())
    if not there:
        raise AugtuiError(
            f"there are no studies in {runs_dir}/", "augtui run PLAN begins one; --runs-dir looks elsewhere"
        )
    near = did_you_mean(text, [study.name for study in there])
    hint = f"{near} " if near else ""
    raise AugtuiError(f'there is no study "{text}" in {runs_dir}/', f"{hint}`augtui studies` lists all")
