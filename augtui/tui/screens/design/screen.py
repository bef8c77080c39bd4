"""Designing a study: dataset, arms and settings side by side, with pictures and the price before anything runs."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.binding import BindingType
from textual.timer import Timer
from textual.widget import Widget

from augtui.paths import cache_root
from augtui.text import plain
from augtui.tui.messages import StudyOpened, TaskDone
from augtui.tui.preview import PreviewServer
from augtui.tui.screens.base import PanelScreen
from augtui.tui.screens.design.arms import copied_arm, new_arm
from augtui.tui.screens.design.datasets import DEMO, DatasetInfo, MakeDemo, ReadDatasets
from augtui.tui.screens.design.draft import EMPTY, Draft, draft_of, starter
from augtui.tui.screens.design.estimate import set_sizes
from augtui.tui.screens.design.keys import KEYS
from augtui.tui.screens.design.panels import ArmsPanel, DatasetPanel, SettingsPanel
from augtui.tui.screens.design.previews import PreviewPanel, previewed
from augtui.tui.screens.design.price import EstimatePanel
from augtui.tui.screens.design.settings import changed_setting
from augtui.tui.screens.design.speed import MeasureSpeed, RecallSpeed, Speed, speed_key
from augtui.tui.screens.design.tasks import (
    CheckData,
    DrawPreview,
    FindEqual,
    FindPlans,
    OpenPlan,
    SavePlan,
    StartStudy,
    text_of,
)
from augtui.tui.widgets.form import Form
from augtui.tui.widgets.table import Table

if TYPE_CHECKING:
    from augtui.runlog.checks import CheckReport
    from augtui.tui.app import AugtuiApp

PREVIEW_REST_SECONDS = 0.1


class DesignScreen(PanelScreen):
    """A draft of a plan in five panels."""

    NAME = "design"
    FIRST = "arms-panel"
    TILES = (112, 26)
    HINTED = (Table,)
    BINDINGS: ClassVar[list[BindingType]] = KEYS
    DEFAULT_CSS = """
    DesignScreen.-tiles #body { layout: grid; grid-size: 3 2; grid-columns: 27 1fr 37; grid-rows: 1fr 13; }
    DesignScreen.-tiles.-wide #body { grid-columns: 40 1fr 52; }
    DesignScreen.-tiles #preview-panel { column-span: 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._draft = draft_of(EMPTY)
        self._infos: tuple[DatasetInfo, ...] = ()
        self._report: CheckReport | None = None
        self._checking = False
        self._speed: Speed | None = None
        self._speed_of: tuple[object, ...] = ()
        """For what the speed was looked up last."""
        self._every = False
        self._seed = 0
        self._drawn: DrawPreview | None = None
        self._resting: Timer | None = None
        self._until: str | None = None

    def compose_panels(self) -> Iterable[Widget]:
        yield DatasetPanel(self.hint)
        yield ArmsPanel(self.hint)
        yield SettingsPanel(self.hint)
        yield PreviewPanel(self.hint("design.draw", "draw again"))
        yield EstimatePanel(self.hint, readonly=self._app.options.readonly)

    @property
    def _app(self) -> AugtuiApp:
        return cast("AugtuiApp", self.app)

    def on_mount(self) -> None:
        self.watch(self.app, "study", self.header.tell, init=True)
        self.query_one(PreviewPanel).wait("Looking for images …")
        if self._app.options.plan is not None:
            self.call_after_refresh(self.want, OpenPlan(self._app.options.plan))
        self._show()

    def on_screen_resume(self) -> None:
        self._read_datasets()

    def arranged(self, kind: str) -> None:
        if kind == "tiles":
            height = self.app.size.height
            self.set_rows(f"1fr {max(13, height * 2 // 5)}")
        self.call_after_refresh(self._show)

    def _read_datasets(self) -> None:
        other = str(self._draft.value("dataset") or "")
        self.want(ReadDatasets(self._app.options.data_dir, other))

    # --- the draft ---

    @property
    def dataset(self) -> DatasetInfo | None:
        """The one that the plan names."""
        name = self._draft.value("dataset")
        return next((info for info in self._infos if info.name == name), None)

    def _change(self, draft: Draft) -> None:
        self._draft = draft
        self._show()

    def _show(self) -> None:
        draft, info = self._draft, self.dataset
        self.query_one(DatasetPanel).put(self._infos, str(draft.value("dataset") or ""), self._app.options.data_dir)
        classes = info.classes if info is not None else ()
        self.query_one(SettingsPanel).put(draft, classes, every=self._every)
        self.query_one(EstimatePanel).put(draft, info, self._report, self._speed, looking=self._checking)
        self.query_one(ArmsPanel).put(draft, set_sizes(draft, info))
        where = str(draft.path) if draft.path is not None else "not saved"
        self.query_one(SettingsPanel).heading = f"Study · {where}" + (" *" if draft.changed else "")
        self._preview_soon()
        self._recall_speed()

    def _recall_speed(self) -> None:
        """Look up how fast such runs have been, whenever it is other ones that are planned."""
        plan = self._draft.plan
        if plan is None or not self._infos or speed_key(plan) == self._speed_of:
            return
        self._speed_of = speed_key(plan)
        options = self._app.options
        self.want(RecallSpeed(plan, options.runs_dir, options.device, options.slots))

    @on(DatasetPanel.Chosen)
    def _choose(self, message: DatasetPanel.Chosen) -> None:
        info = message.info
        if not info.made:
            self.want(MakeDemo(info.root))
        self._report = None
        if not self._draft.changed and self._draft.path is None:
            self._change(starter(info) if info.made else self._draft)
        else:
            self._change(self._draft.with_value(("dataset",), info.name))

    @on(ArmsPanel.Changed)
    def _arms_changed(self, message: ArmsPanel.Changed) -> None:
        self._change(self._draft.with_arms(message.arms))

    @on(ArmsPanel.Shown)
    def _arm_shown(self) -> None:
        self._preview_soon()

    @on(Form.Changed, "#settings")
    def _setting_changed(self, message: Form.Changed) -> None:
        self._change(changed_setting(self._draft, message.key, message.text))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A read-only app does not offer what would write."""
        return action not in ("start", "save", "edit") or not self._app.options.readonly

    def action_settings(self) -> None:
        self._every = not self._every
        self._show()

    def action_add_arm(self) -> None:
        arms = self._draft.arms
        self._change(self._draft.with_arms([*arms, new_arm(arms)]))
        self._go_to_arm(len(arms))

    def action_copy_arm(self) -> None:
        arms, index = self._draft.arms, self.query_one(ArmsPanel).index
        arms.insert(index + 1, copied_arm(arms[index], arms))
        self._change(self._draft.with_arms(arms))
        self._go_to_arm(index + 1)

    def action_delete_arm(self) -> None:
        arms, index = self._draft.arms, self.query_one(ArmsPanel).index
        if len(arms) > 1:
            del arms[index]
            self._change(self._draft.with_arms(arms))

    def action_move_arm(self, step: int) -> None:
        arms, index = self._draft.arms, self.query_one(ArmsPanel).index
        place = index + step
        if 0 <= place < len(arms):
            arms[index], arms[place] = arms[place], arms[index]
            self._change(self._draft.with_arms(arms))
            self._go_to_arm(place)

    def _go_to_arm(self, index: int) -> None:
        panel = self.query_one(ArmsPanel)
        panel.go_to(index)
        self.open_panel(panel)

    def action_part(self, add: bool) -> None:
        self.query_one(ArmsPanel).change_part(add=add)

    # --- pictures ---

    @on(PreviewPanel.Wanted)
    def _preview_soon(self) -> None:
        """Draw when typing rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(PREVIEW_REST_SECONDS, self._preview)

    def _preview(self) -> None:
        panel, plan, info = self.query_one(PreviewPanel), self._draft.plan, self.dataset
        if panel.shut or not panel.display or panel.size.height < 5:
            return
        if not self._infos:
            return  # nobody has looked yet
        if info is None or not info.made or info.problem:
            panel.wait("Choose a dataset to see pictures of it.")
            return
        if plan is None:
            return  # what was shown before stays while something is being typed
        arms = self.query_one(ArmsPanel)
        policy, online, why = previewed(plan.arms[min(arms.index, len(plan.arms) - 1)], arms.part)
        if why:
            panel.wait(why)
            return
        cache = cache_root(self._app.options.cache_dir)
        request, pixels = panel.request(info.root, policy, plan.data.stored, self._seed, online, cache)
        task = DrawPreview(self._server, request, pixels)
        if task != self._drawn:
            self._drawn = task
            panel.drawing(policy)
            self.want(task)

    @property
    def _server(self) -> PreviewServer:
        """Draws previews; its process starts with the first."""
        if self._app.preview is None:
            self._app.preview = PreviewServer()
        return self._app.preview

    def action_draw_again(self) -> None:
        self._seed += 1
        self._preview()

    # --- checks, files, start ---

    def action_check(self) -> None:
        if self.dataset is not None and self.dataset.made:
            self._checking = True
            self._show()
            plan, options = self._draft.plan, self._app.options
            if plan is not None and (self._speed is None or self._speed.key != speed_key(plan)):
                # First the speed, then the images: beside each other the one would slow the other down.
                classes = len(self.dataset.classes)
                self.want(MeasureSpeed(plan, text_of(self._draft), classes, options.device, options.slots))
            else:
                self._check_images()

    def _check_images(self) -> None:
        if self.dataset is not None:
            self.want(CheckData(self._draft, self.dataset, self._app.options.cache_dir))

    def action_save(self) -> None:
        if self._draft.path is not None:
            self.want(SavePlan(self._draft, self._draft.path))
            return
        from augtui.tui.dialogs.prompt import PromptScreen

        def answered(path: str | None) -> None:
            if path is not None:
                self.want(SavePlan(self._draft, Path(path)))

        name = str(self._draft.value("name") or "study")
        self.app.push_screen(PromptScreen("Save the plan as", f"{name}.toml"), answered)

    def action_open(self) -> None:
        self.want(FindPlans(self._app.options.data_dir))

    def _ask_which(self, plans: tuple[str, ...]) -> None:
        from augtui.tui.dialogs.prompt import PromptScreen

        def answered(path: str | None) -> None:
            if path is not None:
                self.want(OpenPlan(Path(path)))

        hint = "type the path of a .toml file"
        first = f"{self._app.options.data_dir / 'plans'}/"
        self.app.push_screen(PromptScreen("Open a plan", first, hint, plans), answered)

    def action_edit(self) -> None:
        path = self._draft.path
        if path is None or self._draft.changed:
            told = f"Save the plan first ({self.key('design.save')}), then edit its file."
            self.notify(told, severity="warning", markup=False)
            return
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        with self.app.suspend():
            subprocess.run([*shlex.split(editor), str(path)], check=False)
        self.want(OpenPlan(path))

    def action_start(self, until: str = "") -> None:
        plan, info = self._draft.plan, self.dataset
        if plan is None:
            first = next(problem for problem in self._draft.problems if problem.level == "block")
            self.notify(
                plain(f"{first.key}: {first.message}"), title="The plan is not ready", severity="error", markup=False
            )
            return
        if info is None or info.problem:
            self.notify("Choose a dataset first.", severity="warning")
            return
        self._until = until or None
        self.want(FindEqual(plan, self._app.options.runs_dir))

    def _start(self) -> None:
        info = self.dataset
        assert info is not None
        options = self._app.options
        self.want(
            StartStudy(
                self._draft, info, options.runs_dir, options.cache_dir, options.device, options.slots, self._until
            )
        )

    @on(TaskDone)
    def _task_done(self, message: TaskDone) -> None:
        task, outcome = message.task, message.outcome
        if isinstance(task, CheckData):
            self._checking = False
            self._report = outcome.value
            self._show()
        if isinstance(task, DrawPreview):
            self._take_pictures(task, message)
        if isinstance(task, MeasureSpeed):
            self._check_images()
        if outcome.failed:
            return
        match task:
            case ReadDatasets():
                self._take_datasets(outcome.value)
            case MakeDemo():
                self._infos = tuple(outcome.value if info.name == DEMO else info for info in self._infos)
                if not self._draft.changed and self._draft.path is None:
                    self._draft = starter(outcome.value)
                self._show()
            case OpenPlan() | SavePlan():
                self._change(outcome.value)
                self._read_datasets()
            case FindPlans():
                self._ask_which(outcome.value)
            case FindEqual():
                self._ask_about(outcome.value)
            case RecallSpeed() | MeasureSpeed():
                self._speed = outcome.value if outcome.value is not None else self._speed
                self._show()
            case StartStudy():
                self.post_message(StudyOpened(outcome.value, "study"))

    def _take_datasets(self, infos: tuple[DatasetInfo, ...]) -> None:
        first = not self._infos
        self._infos = infos
        untouched = self._draft.path is None and not self._draft.changed and self._app.options.plan is None
        usable = [info for info in infos if info.made and not info.problem]
        if first and untouched and usable:
            self._draft = starter(next((info for info in usable if info.name != DEMO), usable[0]))
        self._show()
        if first and untouched and not usable:  # the first thing to do is there
            self.open_panel(self.query_one(DatasetPanel))

    def _take_pictures(self, task: DrawPreview, message: TaskDone) -> None:
        panel = self.query_one(PreviewPanel)
        if message.outcome.failed:
            panel.wait(message.outcome.error)
        elif task == self._drawn and message.outcome.value is not None:
            panel.put(message.outcome.value, task.request.policy)

    def _ask_about(self, equal: str) -> None:
        if not equal:
            self._start()
            return
        from augtui.tui.dialogs.confirm import ConfirmScreen

        def answered(yes: bool | None) -> None:
            if yes:
                self._start()

        text = f"{equal} has the same plan and is not finished; to go on with it, open it from Runs."
        self.app.push_screen(ConfirmScreen("Start another one?", text, "start"), answered)
