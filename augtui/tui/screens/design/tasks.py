"""What the design screen wants done outside of the event loop."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from augtui.errors import AugtuiError
from augtui.paths import cache_root, write_atomic
from augtui.plan.spec import Plan
from augtui.tui.screens.design.datasets import DatasetInfo

if TYPE_CHECKING:
    from augtui.runlog.checks import CheckReport
    from augtui.tui.pictures import Pixels
    from augtui.tui.preview import PreviewRequest, PreviewServer
    from augtui.tui.screens.design.draft import Draft


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """Read a plan's file, right or wrong."""

    path: Path
    changes: ClassVar[bool] = False

    @property
    def title(self) -> str:
        return f"cannot open {self.path.name}"

    def run(self) -> Draft:
        """What it says."""
        from augtui.tui.screens.design.draft import draft_of

        path = self.path.expanduser()
        try:
            return draft_of(path.read_text(encoding="utf-8-sig"), path)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise AugtuiError(f"{path}: {error}", "mend it in your editor, then open it again") from error


@dataclass(frozen=True, slots=True)
class FindPlans:
    """Look for plans where they usually are: beside the data, in the folder that the app was started in."""

    data_dir: Path
    changes: ClassVar[bool] = False
    title: ClassVar[str] = "cannot look for plans"

    def run(self) -> tuple[str, ...]:
        """Paths of .toml files that have arms."""
        found = [*sorted(self.data_dir.glob("plans/*.toml")), *sorted(Path().glob("*.toml"))]
        return tuple(str(path) for path in found if "[[arms]]" in path.read_text(encoding="utf-8", errors="replace"))


@dataclass(frozen=True, slots=True)
class SavePlan:
    """Write a plan's file: the text that was there before, changed where the plan differs."""

    draft: Draft
    path: Path
    changes: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return f"cannot save {self.path.name}"

    def run(self) -> Draft:
        """The draft as it is now on disk."""
        from augtui.tui.screens.design.draft import draft_of

        path = self.path.expanduser()
        if path != self.draft.path and path.exists():
            raise AugtuiError(f"{path} exists", "choose another name, or open it first")
        text = text_of(self.draft)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text)
        return draft_of(text, path)


def text_of(draft: Draft) -> str:
    """The draft as text, comments kept.

    Raises:
        AugtuiError: the plan is not valid: such a plan has no text.
    """
    from augtui.plan.writer import edit_plan

    if draft.plan is None:
        first = next(problem for problem in draft.problems if problem.level == "block")
        raise AugtuiError(f"{first.key}: {first.message}" if first.key else first.message, first.hint)
    folder = draft.path.absolute().parent if draft.path is not None else Path.cwd()
    return edit_plan(draft.text, draft.plan, folder)


@dataclass(frozen=True, slots=True)
class StartStudy:
    """Make a study of a draft and start its supervisor."""

    draft: Draft
    info: DatasetInfo
    runs_dir: Path
    cache_dir: Path | None
    device: str
    slots: int | None
    until: str | None = None
    changes: ClassVar[bool] = True
    title: ClassVar[str] = "cannot start the study"

    def run(self) -> Path:
        """The study's folder."""
        import msgspec

        from augtui import study
        from augtui.dataset.layout import read_layout
        from augtui.dataset.rehearsal import misfits
        from augtui.plan.agreement import check_against
        from augtui.plan.reader import PlanFile
        from augtui.plan.writer import edit_plan

        text = text_of(self.draft)
        plan = self.draft.plan
        assert plan is not None
        if plan.positive is None and self.info.positive:
            # The study's own plan has to say it: the dataset's file may change.
            plan = msgspec.structs.replace(plan, positive=self.info.positive)
            text = edit_plan(text, plan)
        for problem in (*check_against(plan, self.info.classes, ""), *misfits(plan, read_layout(self.info.root), "")):
            if problem.level == "block":
                place = f"{problem.key}: " if problem.key else ""
                raise AugtuiError(f"{place}{problem.message}", problem.hint)
        file = PlanFile(plan=plan, text=text, path=self.draft.path or Path("plan.toml"))
        paths = study.create(
            file,
            dataset_root=self.info.root,
            runs_dir=self.runs_dir,
            cache_dir=self.cache_dir,
            device=self.device,
            slots=self.slots,
        )
        study.launch_new(paths, until=self.until)
        return paths.folder


@dataclass(frozen=True, slots=True)
class FindEqual:
    """Look for an unfinished study of the very same plan."""

    plan: Plan
    runs_dir: Path
    changes: ClassVar[bool] = False
    title: ClassVar[str] = "cannot look for equal studies"

    def run(self) -> str:
        """Its name; empty without one."""
        from augtui import study

        found = study.unfinished_equal(self.runs_dir, self.plan)
        return found.name if found is not None else ""


@dataclass(frozen=True, slots=True)
class CheckData:
    """Every check of the dataset, as the plan uses it, in an analysis process."""

    draft: Draft
    info: DatasetInfo
    cache_dir: Path | None
    changes: ClassVar[bool] = False
    title: ClassVar[str] = "cannot check the dataset"

    def run(self) -> CheckReport:
        """What was found."""
        import tempfile

        import msgspec

        from augtui.jobs import call
        from augtui.runlog.checks import CheckReport

        arguments = ["augtui.analysis", "check", "--dataset", str(self.info.root)]
        arguments += ["--cache-dir", str(cache_root(self.cache_dir))]
        with tempfile.TemporaryDirectory(prefix="augtui-") as folder:
            if self.draft.plan is not None:
                path = Path(folder) / "plan.toml"
                path.write_text(text_of(self.draft), encoding="utf-8")
                arguments += ["--plan", str(path)]
            return msgspec.convert(call(arguments), CheckReport)


@dataclass(frozen=True, slots=True)
class DrawPreview:
    """Have the engine's process draw originals and versions, and read its files."""

    server: PreviewServer
    request: PreviewRequest
    pixels: tuple[int, int]
    """Of a picture on the screen, at most."""
    changes: ClassVar[bool] = False
    title: ClassVar[str] = "no preview"

    def run(self) -> Pictures | None:
        """None where a newer request took this one's place."""
        from augtui.tui.pictures import read_pixels

        drawn = self.server.draw(self.request)
        if drawn is None:
            return None
        return Pictures(
            tuple(read_pixels(path, *self.pixels) for path in drawn.originals),
            tuple(tuple(read_pixels(path, *self.pixels) for path in row) for row in drawn.versions),
            drawn.captions,
        )


@dataclass(frozen=True, slots=True)
class Pictures:
    """A preview as pixels."""

    originals: tuple[Pixels, ...]
    versions: tuple[tuple[Pixels, ...], ...]
    """For each original."""
    captions: tuple[tuple[str, ...], ...]
