"""Finding a study by what a person typed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean
from augtui.paths import StudyPaths, studies
from augtui.runlog.info import StudyInfo, read_info


@dataclass(frozen=True, slots=True)
class Found:
    """The studies under a folder."""

    readable: list[tuple[StudyPaths, StudyInfo]]
    """Newest first."""
    broken: list[tuple[StudyPaths, AugtuiError]]
    """Those whose study.json cannot be read, and why."""


def look(runs_dir: Path) -> Found:
    """All studies; one that is broken hides no other."""
    found = Found([], [])
    for study in studies(runs_dir):
        try:
            found.readable.append((study, read_info(study)))
        except AugtuiError as error:
            found.broken.append((study, error))
    found.readable.sort(key=lambda item: item[1].created, reverse=True)
    return found


def find(runs_dir: Path, text: str) -> StudyPaths:
    """The study of that name, the only one that begins with it, or the newest for "last"; a folder works too.

    Raises:
        AugtuiError: none or several fit, or the one that is meant is broken.
    """
    found = look(runs_dir)
    for study, error in found.broken:
        if study.name == text:
            raise error
    there = [study for study, _ in found.readable]
    if text == "last" and there:
        return there[0]
    exact = [study for study in there if study.name == text]
    fitting = exact or [study for study in there if text and study.name.startswith(text)]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        names = ", ".join(study.name for study in fitting[:4]) + (", …" if len(fitting) > 4 else "")
        raise AugtuiError(f'"{text}" fits {len(fitting)} studies: {names}', "type more of the name")
    for study, error in found.broken:
        if text and study.name.startswith(text):
            raise error
    if (Path(text) / "study.json").is_file():
        return StudyPaths(Path(text).resolve())
    if not there:
        raise AugtuiError(
            f"there are no studies in {runs_dir}/", "augtui run PLAN begins one; --runs-dir looks elsewhere"
        )
    near = did_you_mean(text, [study.name for study in there])
    hint = f"{near} " if near else ""
    raise AugtuiError(f'there is no study "{text}" in {runs_dir}/', f"{hint}`augtui studies` lists all")
