"""Laws of the app's code, read off its syntax and off a fresh interpreter."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.conftest import process_environment
from tests.tui.fakes import scenes
from tests.tui.fakes.data import write_dataset

ROOT = Path(__file__).parents[2] / "augtui" / "tui"
MODULES = sorted(ROOT.rglob("*.py"))
WIDGETS = sorted(
    path
    for folder in ("widgets", "dialogs", "plot", "screens")
    for path in (ROOT / folder).rglob("*.py")
    if path.name not in ("tasks.py", "datasets.py", "speed.py")  # what is done in threads
)
"""Everything that is drawn."""
MAY = {"screens/design/screen.py": {"subprocess", "os"}}
"""The editor is started while the app is suspended."""


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def thread_workers() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for path in MODULES:
        for function in functions(path):
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "work":
                    keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in decorator.keywords}
                    if keywords.get("thread") == "True":
                        found.append((f"{path.name}:{function.name}", function))
    return found


def test_there_are_thread_workers() -> None:
    assert {name.partition(":")[2] for name, _ in thread_workers()} == {"follow", "load_screens", "perform"}


@pytest.mark.parametrize(
    ("name", "function"), thread_workers(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_thread_workers_only_post(name: str, function: ast.FunctionDef) -> None:
    """In a worker's body the widget tree is reached by `post_message` alone."""
    arguments = {argument.arg for argument in function.args.args} - {"feed", "task"}
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in arguments:
            assert node.attr == "post_message", f"{name} reaches {ast.unparse(node)}"
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("call_from_thread", "app", "query_one"), f"{name} uses {node.attr}"


def test_nothing_is_called_from_a_thread_behind_the_workers() -> None:
    for path in MODULES:
        assert "call_from_thread" not in path.read_text(), path


@pytest.mark.parametrize("path", WIDGETS, ids=lambda path: str(path.relative_to(ROOT)))
def test_widgets_start_no_process_and_read_no_file(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    tree = ast.parse(path.read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    forbidden = {"subprocess", "os", "shutil", "tempfile", "augtui.jobs", "augtui.study", "PIL"}
    forbidden |= {"pathlib"} if name.startswith("widgets/") else set()  # screens tell tasks where files are
    assert not imported & (forbidden - MAY.get(name, set()))
    called = {ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not called & {"open", "read_text", "read_bytes", "write_text", "write_bytes", "Popen", "run_worker"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= (200 if path.name == "app.py" else 400)


def test_strings_from_outside_never_become_markup() -> None:
    """Text reaches Textual as Content or spans; `Content.from_markup` and markup in notifications are not used."""
    for path in MODULES:
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                assert node.attr != "from_markup", path
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".notify"):
                plain = all(isinstance(argument, ast.Constant) for argument in node.args)
                keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                assert plain or keywords.get("markup") == "False", f"{path}:{node.lineno}"


def test_the_app_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "import augtui.tui.start, augtui.tui.app, augtui.tui.feed.study, augtui.tui.feed.index, augtui.tui.config\n"
        "list(augtui.tui.config.binding_ids())\n"
        "heavy = 'torch torchvision imgaug pandas scipy sklearn numpy skimage cv2 tomlkit'.split()\n"
        "ours = ('augtui.engine', 'augtui.analysis')\n"
        "print([m for m in sys.modules if m in heavy or m.startswith(ours)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=process_environment()
    )
    assert done.stdout.strip() == "[]"


TOUR = """
import asyncio, sys
from pathlib import Path
from augtui.tui.app import AugtuiApp
from augtui.tui.feed.feed import Feed
from augtui.tui.options import Options
from augtui.tui.start import begin
from tests.tui.fakes.preview import FakePreview

async def tour(runs_dir, data_dir):
    options = Options(runs_dir=runs_dir, data_dir=data_dir, theme="dark")
    feed = Feed(runs_dir)
    first, screen = begin(feed, options)
    app = AugtuiApp(options, feed, screen, first, FakePreview())
    seen = []
    async with app.run_test(size=(120, 40)) as pilot:
        for key in ("4", "2", "enter", "escape", "3", "enter", "escape", "1", "6", "G", "question_mark", "escape"):
            await pilot.press(key)
            await pilot.pause(0.05)
            seen.append(type(app.screen).__name__)
        while not app.preview.requests:
            await pilot.pause(0.05)
    return seen

print(*asyncio.run(tour(Path(sys.argv[1]), Path(sys.argv[2]))))
heavy = "torch torchvision imgaug pandas scipy sklearn skimage cv2 matplotlib".split()
print([m for m in sys.modules if m in heavy or m.startswith(("augtui.engine", "augtui.analysis"))])
"""


def test_an_app_that_has_shown_every_screen_has_loaded_nothing_heavy(tmp_path: Path) -> None:
    scenes.finished(tmp_path / "runs")
    write_dataset(tmp_path / "data" / "moles", {"benign": 12, "malignant": 8})
    done = subprocess.run(
        [sys.executable, "-c", TOUR, str(tmp_path / "runs"), str(tmp_path / "data")],
        capture_output=True,
        text=True,
        env=process_environment(),
        cwd=ROOT.parents[1],
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    screens, loaded = done.stdout.splitlines()
    assert set(screens.split()) >= {
        "RunsScreen", "StudyScreen", "RunDialog", "ResultsScreen", "ArmDialog", "DesignScreen", "HelpScreen",
    }  # fmt: skip
    assert loaded == "[]"
