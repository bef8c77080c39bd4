"""Which modules are loaded, in a fresh interpreter: the import contracts of pyproject.toml at run time.

A static graph cannot tell an import at the top of a module from one inside a function; this can. What is loaded is
also what a command costs before it does anything, and unlike a time it is the same on every machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.builder import Builder

HEAVY = {
    "torch", "torchvision", "imgaug", "cv2", "skimage", "safetensors", "pandas", "scipy", "sklearn", "numpy", "PIL",
    "textual", "rich", "typer", "msgspec", "tomlkit", "pydantic",
}  # fmt: skip

CODE = """
import json, sys
sys.argv = ["augtui", *json.loads(sys.argv[1])]
answer = sys.stdout
sys.stdout = sys.stderr
try:
    {statement}
except SystemExit:
    pass
json.dump(sorted(sys.modules), answer)
"""


def loaded(statement: str, *arguments: str, cwd: Path | None = None) -> set[str]:
    """The modules that a fresh interpreter holds after a statement."""
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(statement=statement), json.dumps(arguments)],
        cwd=cwd,
        capture_output=True,
        check=True,
        timeout=120,
    )
    return set(json.loads(done.stdout))


def heavy(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules} & HEAVY


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.startswith("augtui.")}


def test_the_command_line_loads_typer_and_the_errors_and_nothing_else() -> None:
    modules = loaded("import augtui.cli")
    assert heavy(modules) == {"typer"}
    assert {name for name in ours(modules) if not name.startswith("augtui.cli.")} == {"augtui.cli", "augtui.errors"}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("run", "--help")])
def test_help_and_version_load_no_command(arguments: tuple[str, ...]) -> None:
    modules = loaded("import augtui.cli; augtui.cli.main()", *arguments)
    assert heavy(modules) == {"typer"}
    assert {name for name in ours(modules) if not name.startswith("augtui.cli.")} == {"augtui.cli", "augtui.errors"}


@pytest.mark.parametrize(
    "command", [("studies",), ("runs", "last"), ("show", "last"), ("clean", "last", "--dry-run")]
)
def test_looking_at_studies_loads_no_arrays_no_app_and_no_engine(
    command: tuple[str, ...], finished: Builder, tmp_path: Path
) -> None:
    modules = loaded("import augtui.cli; augtui.cli.main()", *command, cwd=tmp_path)
    assert heavy(modules) <= {"typer", "rich", "msgspec"}
    assert not {name for name in ours(modules) if name.startswith(("augtui.engine", "augtui.analysis", "augtui.tui"))}


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("augtui.plan.reader", {"msgspec"}),
        ("augtui.runlog.reader", {"msgspec"}),
        ("augtui.runlog.fold", {"msgspec"}),
        ("augtui.runlog.summary", {"msgspec"}),
        ("augtui.study", {"msgspec"}),
        ("augtui.study.supervisor", {"msgspec"}),
        ("augtui.jobs", set()),
        ("augtui.commands.running", {"msgspec", "rich"}),
        ("augtui.commands.images", {"msgspec", "rich"}),
        ("augtui.commands.listing", {"msgspec", "rich"}),
        ("augtui.commands.doctor_machine", {"rich"}),
        ("augtui.dataset.layout", set()),
    ],
)
def test_a_room_loads_only_what_it_is_allowed(package: str, allowed: set[str]) -> None:
    assert heavy(loaded(f"import {package}")) <= allowed


@pytest.mark.parametrize("package", ["augtui.engine.__main__", "augtui.analysis.__main__"])
def test_the_doors_of_the_heavy_processes_are_light(package: str) -> None:
    """Each job imports what it needs, so that a small one starts fast."""
    assert heavy(loaded(f"import {package}")) <= {"msgspec"}
