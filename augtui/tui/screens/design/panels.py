"""The panels of the design screen: each shows a part of the draft and says what is to be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual import on
from textual.message import Message

from augtui.text import plain
from augtui.tui.bindings import HintOf, hint_line
from augtui.tui.screens.design import arms as arm_forms
from augtui.tui.screens.design.arms import arm_fields, arm_problems, arm_words
from augtui.tui.screens.design.datasets import COLUMNS, DEMO, DatasetInfo, details, line_of, where_to_put
from augtui.tui.screens.design.draft import Draft
from augtui.tui.screens.design.settings import settings_fields
from augtui.tui.text import Row
from augtui.tui.widgets.form import Form
from augtui.tui.widgets.lines import LinesView
from augtui.tui.widgets.panel import Panel
from augtui.tui.widgets.table import Column, Line, Table


class DatasetPanel(Panel):
    """Datasets to choose from, and what is known of the one under the cursor."""

    DEFAULT_CSS = """
    DatasetPanel Table { height: auto; min-height: 4; max-height: 50%; }
    DatasetPanel LinesView#dataset-details { height: 1fr; margin-top: 1; }
    """

    @dataclass
    class Chosen(Message):
        """A dataset is to be used."""

        info: DatasetInfo

    def __init__(self, hint: HintOf) -> None:
        super().__init__(
            5,
            "Dataset",
            Table(COLUMNS, id="datasets"),
            LinesView(id="dataset-details"),
            id="dataset-panel",
            hint=hint_line(hint("table.open", "chooses")),
        )
        self._hint_of = hint
        self._infos: tuple[DatasetInfo, ...] = ()
        self._data_dir = Path("data")
        self._chosen = ""

    def put(self, infos: Sequence[DatasetInfo], chosen: str, data_dir: Path) -> None:
        """Show the datasets; `chosen` is the one that the plan names, `data_dir` where others belong."""
        self._infos, self._data_dir = tuple(infos), data_dir
        table = self.query_one(Table)
        fresh = not table.lines
        table.put([line_of(info, chosen) for info in infos])
        table.styles.height = len(infos) + 1
        if fresh or chosen != self._chosen:
            table.go_to(chosen)
            self._chosen = chosen
        info = next((info for info in infos if info.name == chosen), None)
        self.summary = ((_dataset_words(info, chosen), "$foreground"),)
        self._show()

    @on(Table.Highlighted)
    def _highlighted(self) -> None:
        self._show()

    @on(Table.Selected)
    def _selected(self, message: Table.Selected) -> None:
        message.stop()
        info = next((info for info in self._infos if info.name == message.key), None)
        if info is not None and not info.problem:
            self.post_message(self.Chosen(info))

    def _show(self) -> None:
        key = self.query_one(Table).key
        info = next((info for info in self._infos if info.name == key), None)
        page = self.query_one("#dataset-details", LinesView)
        width = max(20, page.size.width)
        keys = self._hint_of("table.open").key, self._hint_of("design.settings").key
        looking: list[Row] = [[("looking for datasets …", "$muted")]]
        rows = details(info, width, *keys) if info is not None else looking
        if info is not None and all(other.name == DEMO for other in self._infos):
            rows += where_to_put(self._data_dir, width)
        page.show(rows)


def _dataset_words(info: DatasetInfo | None, name: str) -> str:
    if info is None or not info.made or info.problem:
        return plain(name)
    test = f"{info.test_count:,} test" if info.test else "test carved"
    return plain(f"{name}  {len(info.classes)} classes, {info.train_count:,} train, {test}")


ARM_COLUMNS = (
    Column("mark", ""),
    Column("name", "arm", most=40, least=10),
    Column("does", "what it does", most=80, least=10, grows=True),
    Column("size", "images", "right", priority=1),
)


class ArmsPanel(Panel):
    """The arms, and the form of the one under the cursor."""

    DEFAULT_CSS = """
    ArmsPanel Table { height: auto; min-height: 3; max-height: 50%; }
    ArmsPanel Form { margin-top: 1; }
    """

    @dataclass
    class Changed(Message):
        """The arms are others."""

        arms: list[dict[str, Any]]

    @dataclass
    class Shown(Message):
        """Another arm is under the cursor."""

        index: int

    def __init__(self, hint: HintOf) -> None:
        part = hint("design.part")
        keys = (hint("design.add", "add"), hint("design.copy", "copy"), hint("design.delete", "delete"))
        super().__init__(
            6,
            "Arms",
            Table(ARM_COLUMNS, id="arms"),
            Form(id="arm-form"),
            id="arms-panel",
            hint=(*hint_line(*keys), (" · ", ""), *part.spans(), *hint("design.no_part", "part").spans()),
        )
        self._part_key = part.key
        self._draft: Draft | None = None

    @property
    def index(self) -> int:
        """Of the arm under the cursor."""
        key = self.query_one(Table).key
        return int(key) if key is not None else 0

    @property
    def part(self) -> int:
        """Of the arm: the one under the cursor of its form; -1 where it is on none."""
        number = self.query_one(Form).key.partition(".")[0]
        return int(number) if number.isdigit() else -1

    def put(self, draft: Draft, sizes: Mapping[int, int]) -> None:
        """Show the arms; `sizes` are the images in each training set, as far as they are known."""
        self._draft = draft
        lines = []
        for index, arm in enumerate(draft.arms):
            wrong = bool(arm_problems(draft, index))
            mark = ("✗", "bold $bad") if wrong else ("◆", "$baseline") if index == 0 else (" ", "")
            style = "$baseline" if index == 0 else "$foreground"
            images = f"{sizes[index]:,}" if sizes.get(index) else ""
            cells = (mark, (plain(str(arm.get("name", ""))), style), (arm_words(arm), "$muted"), (images, "$muted"))
            lines.append(Line(str(index), cells))
        table = self.query_one(Table)
        table.put(lines)
        table.styles.height = len(lines) + 1
        names = ", ".join(str(arm.get("name", "")) for arm in draft.arms)
        self.heading = f"Arms · {len(draft.arms)}"
        self.summary = ((plain(names), "$foreground"),)
        self._show()

    def _show(self) -> None:
        if self._draft is not None and self.index < len(self._draft.arms):
            self.query_one(Form).put(arm_fields(self._draft, self.index, self._part_key))

    def go_to(self, index: int) -> None:
        """Put the cursor on an arm."""
        self.query_one(Table).go_to(str(index))

    @on(Table.Highlighted)
    def _highlighted(self, message: Table.Highlighted) -> None:
        message.stop()
        self._show()
        self.post_message(self.Shown(self.index))

    @on(Table.Selected)
    def _selected(self, message: Table.Selected) -> None:
        message.stop()
        self.query_one(Form).query_one("FormRows").focus()

    @on(Form.Moved)
    def _moved(self, message: Form.Moved) -> None:
        message.stop()
        self.post_message(self.Shown(self.index))

    @on(Form.Changed)
    def _typed(self, message: Form.Changed) -> None:
        message.stop()
        if self._draft is not None:
            arms = list(self._draft.arms)
            arms[self.index] = arm_forms.changed_arm(arms[self.index], message.key, message.text)
            self.post_message(self.Changed(arms))

    def change_part(self, *, add: bool) -> None:
        """One more part, or without the part under the cursor of the form."""
        if self._draft is None:
            return
        arms = list(self._draft.arms)
        parts = arm_forms.parts_of(arms[self.index])
        if add:
            parts.append(arm_forms.Part("add", "geometric", 0.2))
        elif parts:
            number = self.query_one(Form).key.partition(".")[0]
            parts.pop(int(number) if number.isdigit() and int(number) < len(parts) else -1)
        arms[self.index] = arm_forms.arm_of(arms[self.index].get("name"), parts)
        self.post_message(self.Changed(arms))


class SettingsPanel(Panel):
    """Model, training, seeds, metric: the rest of the plan."""

    def __init__(self, hint: HintOf) -> None:
        super().__init__(7, "Study", Form(id="settings"), id="settings-panel")
        self._hint_of = hint

    def put(self, draft: Draft, classes: tuple[str, ...], *, every: bool) -> None:
        """Show the settings."""
        self.query_one(Form).put(settings_fields(draft, classes, every=every))
        self.hint = hint_line(self._hint_of("design.settings", "the usual ones" if every else "all settings"))
        plan = draft.plan
        if plan is not None:
            words = f"{plan.model.name}, {plan.train.epochs} epochs, {len(plan.seeds)} seeds, {plan.primary}"
            self.summary = ((plain(words.replace("_", " ")), "$foreground"),)
