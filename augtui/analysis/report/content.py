"""A study's report, section by section."""

from __future__ import annotations

from collections.abc import Collection

from augtui.analysis.report.deviations import deviations
from augtui.analysis.report.document import Document, Picture, Section
from augtui.analysis.report.generated import generated
from augtui.analysis.report.results import answer, axes_section, caveats, details, results
from augtui.analysis.report.setting import failures, images, plan_section, question, repeat
from augtui.analysis.report.source import Source

_STATES = {"finished": "", "failed": " Some of its runs failed."}


def build(source: Source, samples: dict[str, str], drawn: Collection[str]) -> Document:
    """The document.

    Args:
        source: the study.
        samples: caption of each sample picture in the report's folder, by its name.
        drawn: names of the figures that there are; others are left out.
    """
    sections = (
        question(source),
        answer(source),
        caveats(source),
        results(source),
        axes_section(source),
        images(source, samples),
        generated(source),
        plan_section(source),
        deviations(source.data.plan),
        details(source),
        failures(source),
        repeat(source),
    )
    state = _STATES.get(source.summary.state, f" The study is {source.summary.state}: its numbers may still change.")
    return Document(
        title=f"{source.data.plan.name}: what augmentation did",
        subtitle=f"Study {source.summary.study}.{state}",
        sections=tuple(_with(section, {*samples, *drawn}) for section in sections if section is not None),
    )


def _with(section: Section, pictures: set[str]) -> Section:
    kept = tuple(block for block in section.blocks if not isinstance(block, Picture) or block.name in pictures)
    return Section(section.title, kept)
