"""A report says what the numbers say, in every format, whatever classes and files are called."""

import csv
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augtui.analysis.collect import collect
from augtui.analysis.report import latex, markdown
from augtui.analysis.report.content import build
from augtui.analysis.report.document import Bullets, Cell, Document, Paragraph, Picture, Section, Table
from augtui.analysis.report.figures import draw_figures
from augtui.analysis.report.html import write_html
from augtui.analysis.report.source import Source, read_source
from augtui.analysis.report.write import FORMATS, write_report
from augtui.plan.grid import RunCell
from augtui.plan.spec import Axis, Plan
from augtui.plan.writer import plan_text
from augtui.runlog.checks import CheckReport, Problem, encode_check
from tests.analysis.synthetic import Truth, make_study, plan

NASTY = ("a&b_$%{}\\", "<script>|*x*|")
QUALITY = {"original": 1.0, "better": 2.5, "same": 1.0}


TRUTH = Truth(test=200)


def quality(cell: RunCell) -> float:
    return QUALITY.get(cell.arm.name, 1.0)


def source_of(tmp_path: Path, made: Plan, truth: Truth = TRUTH, **study: frozenset[str]) -> Source:
    folder = make_study(tmp_path, made, quality, truth, **study)
    folder.plan.write_text(plan_text(made))
    return read_source(collect(folder, made, 0.0))


def document_of(source: Source) -> Document:
    return build(source, {}, {"differences", "curves", "confusion", "axis-data-fraction"})


def section(document: Document, title: str) -> Section:
    return next(section for section in document.sections if section.title == title)


def tables(part: Section) -> list[Table]:
    return [block for block in part.blocks if isinstance(block, Table)]


def write(source: Source, folder: Path, *formats: str) -> list[Path]:
    return write_report(source, formats, folder, {}, lambda *_: None)


def test_answer_has_a_verdict_with_its_numbers_for_each_arm(tmp_path: Path) -> None:
    document = document_of(source_of(tmp_path, plan("original", "better", "same", seeds=5)))
    (bullets,) = (block for block in section(document, "Answer").blocks if isinstance(block, Bullets))
    better, same = bullets.items
    assert better.lead == "better: helps."
    assert re.match(r"Balanced accuracy \+\d+\.\d points, 95 % interval \+.* to \+.*, over 5 pairs", better.text)
    assert same.lead == "same: no evidence either way."
    assert "this study could only have seen a difference of about" in same.text


def test_too_few_seeds_get_no_verdict(tmp_path: Path) -> None:
    document = document_of(source_of(tmp_path, plan("original", "better", seeds=3)))
    (bullets,) = (block for block in section(document, "Answer").blocks if isinstance(block, Bullets))
    assert bullets.items[0].lead == "better: too few seeds."


def test_best_mean_is_bold_and_what_is_not_clear_of_it_is_marked(tmp_path: Path) -> None:
    source = source_of(tmp_path, plan("original", "same", seeds=5))
    means = next(table for table in tables(section(document_of(source), "Results")) if "Counted" in table.caption)
    column = means.head.index("accuracy")
    cells = [row[column] for row in means.rows]
    assert sorted(cell.bold for cell in cells) == [False, True]
    assert [cell.text.endswith("≈") for cell in cells] == [not cell.bold for cell in cells]


def test_clearly_worse_mean_is_not_marked(tmp_path: Path) -> None:
    source = source_of(tmp_path, plan("original", "better", seeds=5))
    means = next(table for table in tables(section(document_of(source), "Results")) if "Counted" in table.caption)
    original, better = (row[means.head.index("accuracy")] for row in means.rows)
    assert better.bold
    assert not original.text.endswith("≈")


def test_failed_runs_are_listed_with_their_reason(tmp_path: Path) -> None:
    failing = frozenset({"arms/better/seed-1"})
    document = document_of(source_of(tmp_path, plan("original", "better"), failing=failing))
    (table,) = tables(section(document, "What failed"))
    assert [cell.text for cell in table.rows[0]] == ["arms/better/seed-1", "diverged", "the loss was not finite"]


def test_accepted_problem_is_carried(tmp_path: Path) -> None:
    made = plan("original", "better")
    source = source_of(tmp_path, made)
    problem = Problem(level="warn", code="constant-image", message="1 image", handled='accept = ["constant-image"]')
    source.data.paths.check.write_bytes(encode_check(CheckReport(problems=[problem])))
    document = document_of(read_source(source.data))
    notes = section(document, "Beside the numbers").blocks[0]
    assert isinstance(notes, Bullets)
    assert notes.items[0].text == 'constant-image: 1 image (let through by accept = ["constant-image"])'


def test_axes_have_their_curve_and_their_reading(tmp_path: Path) -> None:
    made = plan("original", "better", seeds=5, axes=(Axis(key="data.fraction", values=(0.5, 1.0)),))
    blocks = section(document_of(source_of(tmp_path, made)), "Along the axes").blocks
    assert isinstance(blocks[0], Picture)
    assert isinstance(blocks[1], Bullets)
    assert len(blocks[1].items) == 2


def test_study_without_any_result_still_has_a_report(tmp_path: Path) -> None:
    made = plan("original", "better", seeds=1)
    source = source_of(tmp_path, made, missing=frozenset({"arms/original/seed-0", "arms/better/seed-0"}))
    assert len(write(source, tmp_path / "report", *FORMATS)) == 7


def test_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    source = source_of(tmp_path, plan("original", "better"))
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        write(source, folder, *FORMATS)
    names = sorted(path.relative_to(folders[0]) for path in folders[0].rglob("*.*"))
    assert len(names) > 10
    assert [name for name in names if (folders[0] / name).read_bytes() != (folders[1] / name).read_bytes()] == []


class Page(HTMLParser):
    """What a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_one_file_that_asks_for_nothing_and_runs_nothing(tmp_path: Path) -> None:
    source = source_of(tmp_path, plan("original", "better", positive=None), Truth(classes=NASTY))
    (path,) = write(source, tmp_path / "report", "html")
    page = Page()
    page.feed(path.read_text())
    assert page.open == []
    assert "script" not in page.tags
    assert all(source.startswith(("data:image/", "#part-")) for source in page.sources)
    assert sum(source.startswith("data:") for source in page.sources) == 3


def test_markdown_tables_keep_their_columns(tmp_path: Path) -> None:
    source = source_of(tmp_path, plan("original", "better", positive=None), Truth(classes=NASTY))
    (path,) = write(source, tmp_path / "report", "md")
    text = path.read_text()
    blocks = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    for block in blocks:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1
    assert all((tmp_path / "report" / link).is_file() for link in re.findall(r"\]\((figures/[^)]*)\)", text))


@given(st.text(max_size=30))
def test_any_text_stays_in_its_markdown_cell(text: str) -> None:
    line = markdown.write_markdown(
        Document("t", "", (Section("s", (Table("c", ("a", "b"), ((Cell(text), Cell("x")),)),)),))
    ).splitlines()[-1]
    assert len(re.findall(r"(?<!\\)\|", line.replace(r"\\", ""))) == 3


@given(st.text(max_size=30))
def test_any_text_is_plain_in_latex(text: str) -> None:
    escaped = latex.escape(text)
    without_commands = re.sub(r"\\[a-zA-Z]+(\{\})?|\\[{}$&#%_]|\$-\$|\$\\approx\$|\{[-\[\]]\}", "", escaped)
    assert not set(without_commands) & set("\\{}$&#%_^~")
    assert all(ord(letter) < 0x180 for letter in escaped)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex here")
def test_latex_compiles_with_awkward_names(tmp_path: Path) -> None:
    source = source_of(tmp_path, plan("original", "better", positive=None), Truth(classes=(*NASTY, "猫 ±")))
    folder = tmp_path / "report"
    (path,) = write(source, folder, "latex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", path.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_html_escapes_what_names_contain() -> None:
    text = write_html(Document("<b>", "", (Section("s", (Paragraph("&", "<i>"),)),)), {})
    assert "<strong>&lt;i&gt;</strong> &amp;" in text
    assert "<title>&lt;b&gt;</title>" in text


def test_csv_has_every_number_of_the_summary(tmp_path: Path) -> None:
    source = source_of(tmp_path, plan("original", "better", axes=(Axis(key="train.epochs", values=(10, 20)),)))
    arms, runs, curves = write(source, tmp_path / "report", "csv")
    rows = list(csv.DictReader(arms.open()))
    assert len(rows) == 4 * 11
    found = next(r for r in rows if (r["arm"], r["train.epochs"], r["metric"]) == ("better", "20", "recall"))
    arm = source.summary.arm("better", {"train.epochs": 20})
    assert arm is not None
    assert float(found["mean"]) == arm.metrics["recall"].mean
    assert float(found["difference_low"]) == arm.difference["recall"].low
    assert len(list(csv.DictReader(runs.open()))) == 12
    assert len(list(csv.DictReader(curves.open()))) == 12 * 3


def test_json_holds_everything_in_one_object(tmp_path: Path) -> None:
    (path,) = write(source_of(tmp_path, plan("original", "better")), tmp_path / "report", "json")
    content = json.loads(path.read_text())
    assert set(content) == {"summary", "check", "study", "plan", "generators"}
    assert content["summary"]["arms"][1]["name"] == "better"


def test_figures_of_one_arm_alone_leave_out_the_differences(tmp_path: Path) -> None:
    drawn = draw_figures(source_of(tmp_path, plan("original")).summary, ("svg", "png", "pdf"))
    assert set(drawn) == {"curves", "confusion"}
    assert set(drawn["curves"]) == {"svg", "png", "pdf"}
