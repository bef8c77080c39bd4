"""`augtui show`: one study's tables and curves."""

from __future__ import annotations

from pathlib import Path

from augtui import study
from augtui.commands.generators import show_generators
from augtui.commands.page import StudyPage
from augtui.commands.results import generators_object, results, results_object, state_label
from augtui.commands.terminal import emit, narration, output, print_json
from augtui.commands.wording import many
from augtui.errors import ExitCode
from augtui.runlog.glance import read_study
from augtui.text import plain


def show(text: str, runs_dir: Path, *, recompute: bool, samples: bool, as_json: bool) -> int:
    """Print a study's results, with `samples` the newest sheets of its generators too.

    Gives 0, or 1 where --recompute finds numbers that do not follow from predictions, or none to count.

    Raises:
        AugtuiError: there is no such study, or it cannot be read.
    """
    paths = study.find(runs_dir, text)
    summary, mismatches = results(paths, recompute=recompute)
    if as_json:
        print_json(results_object(summary) | {"generators": generators_object(paths)})
    else:
        log = read_study(paths.events)
        why = log.message if summary.state in ("failed", "blocked") else ""
        emit(output(), StudyPage(summary, state_label(log), why))
        show_generators(paths, samples)
    for run in mismatches:
        narration().print(plain(f"{run}: metrics.json does not follow from predictions.csv"), style="red")
    if recompute and not mismatches and not as_json:
        narration().print(
            f"{many(len(summary.made_from), 'run')} counted again from predictions.csv: nothing differs"
        )
    unread = recompute and any(failure.kind == "data" for failure in summary.failures)
    return ExitCode.RUN_FAILED if mismatches or unread else ExitCode.DONE
