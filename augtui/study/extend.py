"""Adding seeds or arms to a study that already has results. Its report then says so: numbers that made somebody look
for more numbers are not the same as numbers that were planned."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import msgspec

from augtui.errors import AugtuiError
from augtui.paths import StudyPaths, write_atomic
from augtui.plan.arm_reader import read_arms
from augtui.plan.catalog import CATALOG
from augtui.plan.kept import parse_plan
from augtui.plan.problems import Place, Problems
from augtui.plan.reader import read_plan
from augtui.plan.spec import Plan, content_hash
from augtui.plan.toml_text import shown
from augtui.plan.writer import edit_plan
from augtui.runlog.info import Extension, read_info, write_info
from augtui.study.ownership import wait_until_free


def extend(study: StudyPaths, *, seeds: int | None = None, arm_file: Path | None = None) -> Plan:
    """Ask more of a study: `seeds` in all, or the arms of a TOML file; gives the plan that now holds.

    Nothing runs yet: launch the study afterwards. What is there stays as it is.

    Raises:
        AugtuiError: nothing would be added, the file is wrong, or a supervisor is at work.
    """
    if not wait_until_free(study):
        raise AugtuiError(f"{study.name} is being carried out just now", f"`{study.command('stop')}`, then extend it")
    before = read_plan(study.plan).plan
    text = study.plan.read_text(encoding="utf-8")
    if seeds is not None:
        text, what = _with_seeds(text, before, seeds)
    elif arm_file is not None:
        text, what = _with_arms(text, before, arm_file)
    else:
        raise AugtuiError("nothing to add", "give --seeds N or --arm FILE")
    plan = parse_plan(text, str(arm_file or study.plan), study.folder)
    write_atomic(study.plan, text)
    info = read_info(study)
    extension = Extension(t=time.time(), what=what)
    changed = msgspec.structs.replace(info, plan_hash=content_hash(plan), extensions=(*info.extensions, extension))
    write_info(study, changed)
    return plan


def _with_seeds(text: str, before: Plan, seeds: int) -> tuple[str, str]:
    more = seeds - len(before.seeds)
    if more <= 0:
        raise AugtuiError(
            f"--seeds {seeds}: the study has {_seeds(len(before.seeds))} already", "ask for more than that"
        )
    fresh = (seed for seed in range(seeds + len(before.seeds)) if seed not in before.seeds)
    chosen = (*before.seeds, *(next(fresh) for _ in range(more)))
    after = msgspec.structs.replace(before, seeds=chosen)
    return edit_plan(text, after), _seeds(more)


def _seeds(count: int) -> str:
    return f"{count} seed{'s' * (count != 1)}"


def _with_arms(text: str, before: Plan, arm_file: Path) -> tuple[str, str]:
    try:
        added = arm_file.read_text(encoding="utf-8")
        table = tomllib.loads(added)
    except FileNotFoundError as error:
        raise AugtuiError(f"there is no file {arm_file}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AugtuiError(f"{arm_file} is not TOML: {error}") from error
    if set(table) != {"arms"} or not isinstance(table["arms"], list) or not table["arms"]:
        raise AugtuiError(f"{arm_file}: it has to hold [[arms]] tables and nothing else", "write them as in a plan")
    # Alone, so that its arms are counted as they stand in this file and not as they will in the plan.
    place = Place(Problems(str(arm_file), stop=True), "arms")
    arms = read_arms(place, table["arms"], CATALOG)
    assert arms is not None, "the problem was raised"
    there = {arm.name for arm in before.arms}
    for number, arm in enumerate(arms, 1):
        if arm.name in there:
            place.item(number).at("name").block(
                f"the study has an arm {shown(arm.name)} already", "give it another name"
            )
    return f"{text.rstrip()}\n\n{added}", f"arm{'s' * (len(arms) != 1)} {', '.join(arm.name for arm in arms)}"
