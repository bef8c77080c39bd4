"""`augtui augment` and `augtui preview`: the front ends of two jobs of the engine."""

from __future__ import annotations

import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from augtui.commands.contact import strips
from augtui.commands.finder import dataset_root
from augtui.commands.terminal import interactive, narration, output, ramp
from augtui.commands.wording import many
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import Progress, call
from augtui.paths import cache_root
from augtui.plan.catalog import CATALOG
from augtui.plan.policy_reader import read_policy
from augtui.plan.problems import Place, Problems
from augtui.plan.spec import DataSpec, PolicySpec
from augtui.text import plain


@dataclass(frozen=True, slots=True)
class Request:
    """Which images, changed how."""

    dataset: str
    """A name, a path, or "demo"."""
    policy: str
    changes: tuple[str, ...]
    """`parameter=value` each, the value as TOML or as a bare word."""
    count: int
    """Copies, or versions, of each image."""
    size: int | None
    """Side of the square in pixels; None keeps the original's size."""
    seed: int
    data_dir: Path
    cache_dir: Path | None


def augment(request: Request, out: Path, *, quiet: bool) -> int:
    """Write copies under OUT/CLASS with a lineage.csv beside them.

    Raises:
        AugtuiError: the policy or the dataset is wrong, or the folder holds something.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise AugtuiError(f"{out} is there already and not empty", "nothing is overwritten: choose a new folder")
    policy = read_request_policy(request.policy, request.changes)
    arguments = [*_arguments("augment", request, policy, out), "--copies", str(request.count)]
    if quiet or not interactive(sys.stderr):
        answer = call(arguments)
    else:
        answer = call_with_bar(arguments, f"{policy.name}: {many(request.count, 'copy', 'copies')} of each image")
    if not quiet:
        narration().print(plain(f"{many(int(answer['images']), 'image')} in {out}"), soft_wrap=True)
        if answer.get("left_out"):
            data = DataSpec()
            told = (
                f"nothing is made from {many(int(answer['left_out']), 'image')}: a study without a test folder tests "
                f"on them (test = {data.test:g}, test_seed = {data.test_seed}, no group)"
            )
            narration().print(plain(told), soft_wrap=True)
    return ExitCode.DONE


def preview(request: Request, out: Path | None) -> int:
    """Show originals beside augmented versions in the terminal, or write them as a PNG sheet.

    Raises:
        AugtuiError: the policy or the dataset is wrong.
    """
    policy = read_request_policy(request.policy, request.changes)
    if out is not None:
        call([*_arguments("preview", request, policy, out), "--count", str(request.count)])
        narration().print(plain(f"written to {out}"), soft_wrap=True)
        return ExitCode.DONE
    console = output()
    with tempfile.TemporaryDirectory(prefix="augtui-") as folder:
        sheet = Path(folder) / "sheet.png"
        asked = [*_arguments("preview", request, policy, sheet), "--count", str(request.count), "--no-captions"]
        answer = call(asked)
        for strip in strips(sheet, int(answer["side"]), answer["captions"], console.width, ramp(console)):
            console.print(strip)
    versions = many(request.count, "version")
    console.print(f"left: originals; then {versions} by {policy.name}, seed {request.seed}", style="dim")
    return ExitCode.DONE


def read_request_policy(name: str, changes: tuple[str, ...]) -> PolicySpec:
    """A policy with its parameters, as a plan's reader would give it.

    Raises:
        AugtuiError: there is no such policy or parameter, a value is impossible, or a table is not TOML.
    """
    problems = Problems("--policy", stop=True)
    table = _inline_table(name) if name.lstrip().startswith("{") else {"name": name}
    value = table | read_changes(changes)
    policy = read_policy(Place(problems), value, CATALOG, "offline")
    assert policy is not None, "the problem was raised"
    return policy


def _inline_table(text: str) -> dict[str, Any]:
    """A policy with its parameters as a plan has it: { name = "blur", sigma = 2.0 }."""
    try:
        read = tomllib.loads(f"policy = {text.strip()}")
    except tomllib.TOMLDecodeError as error:
        raise AugtuiError(
            f"--policy: {text} is not a TOML table: {error}",
            'for example --policy \'{ name = "sequence", policies = ["flip", "blur"] }\'',
        ) from error
    if len(read) > 1:  # more lines than the table's
        raise AugtuiError(f"--policy: {text} is not a TOML table: it goes on with {', '.join(read)[8:]}")
    table: dict[str, Any] = read["policy"]
    return table


def read_changes(changes: tuple[str, ...]) -> dict[str, Any]:
    """The parameters that `--set` gives, by name.

    Raises:
        AugtuiError: one is not `parameter=value`, or its value is not TOML.
    """
    table: dict[str, Any] = {}
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals or not key.strip():
            raise AugtuiError(f"--set {change}: parameter=value is needed", "for example --set n_segments=[100,200]")
        table[key.strip()] = _value(key.strip(), value.strip())
    return table


def _value(key: str, text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        if text.startswith(("[", "{", '"', "'")):
            raise AugtuiError(f"--set {key}: {text} is not a TOML value") from error
        return text


def _arguments(job: str, request: Request, policy: PolicySpec, out: Path) -> list[str]:
    root = dataset_root(request.dataset, request.data_dir)
    arguments = ["augtui.engine", job, "--dataset", str(root), "--out", str(out.absolute())]
    arguments += ["--policy", msgspec.json.encode(policy).decode(), "--seed", str(request.seed)]
    arguments += ["--cache-dir", str(cache_root(request.cache_dir))]
    return arguments + (["--size", str(request.size)] if request.size is not None else [])


def call_with_bar(arguments: list[str], title: str) -> dict[str, Any]:
    """Carry a job out under a progress bar on standard error."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=narration(), transient=True) as bar:
        task = bar.add_task(plain(title), total=None)
        told: Progress = lambda done, total, _: bar.update(task, completed=done, total=total)  # noqa: E731
        return call(arguments, progress=told)
