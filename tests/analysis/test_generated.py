"""What tables and reports say about generated images: whence they are, what they are worth, what the gate said."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from augtui.analysis.collect import collect
from augtui.analysis.report.content import build
from augtui.analysis.report.data import arms_csv, csv_tables, report_json
from augtui.analysis.report.document import Bullets, Paragraph, Section, Table
from augtui.analysis.report.markdown import write_markdown
from augtui.analysis.report.source import Source, read_source
from augtui.cli import app
from augtui.commands.report import generator_sheets
from augtui.paths import StudyPaths, write_atomic
from augtui.plan.fitting import generator_cells
from augtui.plan.spec import Addition, GeneratorSpec, Plan
from augtui.plan.writer import plan_text
from augtui.runlog.quality import write_quality
from tests.analysis.synthetic import make_study, plan
from tests.generators.made_up import made_up_quality

CLASSES = ("benign", "malignant")
REASON = "malignant: collapsed, its images differ 5% as much as real ones"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Two arms, the second with images of a generator that the gate refused for one of two seeds."""
    return source_of(with_generator(plan("original", "gan-10", seeds=2)), tmp_path_factory.mktemp("runs"))


def source_of(made: Plan, folder: Path) -> Source:
    study = make_study(folder, made)
    write_atomic(study.plan, plan_text(made))
    for cell in generator_cells(made):
        run = study.run(cell.folder)
        (run.folder / "samples").mkdir(parents=True)
        verdict: tuple[bool, tuple[str, ...]] = (False, (REASON,)) if cell.seed == 1 else (True, ())
        write_quality(run, made_up_quality(*verdict, classes=CLASSES))
        for name in ("00010", "00020", "closest"):
            for label in CLASSES:
                write_atomic(run.folder / "samples" / f"{name}-{label}.png", b"")
    return read_source(collect(study, made, 0.0))


def with_generator(made: Plan) -> Plan:
    generator = GeneratorSpec(name="dcgan64")
    arm = msgspec.structs.replace(made.arms[1], add=(Addition(generator=generator, amount=0.1),))
    return msgspec.structs.replace(made, arms=(made.arms[0], arm))


def part(source: Source, title: str) -> Section:
    return next(section for section in build(source, {}, ()).sections if section.title == title)


def show(study: StudyPaths, *options: str) -> str:
    command = ["show", study.folder.name, "--runs-dir", str(study.folder.parent), *options]
    answer = CliRunner().invoke(app, command, env={"COLUMNS": "80"})
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_the_report_has_the_marks_beside_those_of_real_images(source: Source) -> None:
    section = part(source, "Generated images")
    marks, closest = (block for block in section.blocks if isinstance(block, Table))
    texts = [[cell.text for cell in row] for row in marks.rows]
    assert len(texts) == 8
    assert texts[0] == [
        "dcgan64", "0", "benign", "drawn at 64 px", "0.125", "0.90", "0.80", "0.85", "2.5 %", "−1.5",
    ]  # fmt: skip
    assert texts[1][3:8] == ["real", "−0.011", "1.00", "0.95", "0.90"]
    pair = [cell.text for cell in closest.rows[0]]
    assert pair == ["dcgan64", "0", "benign", "1.25", "train/benign/7.png (mirrored)"]
    assert any(isinstance(block, Paragraph) and "no guarantee of privacy" in block.text for block in section.blocks)


def test_the_report_says_what_the_gate_refused_and_why(source: Source) -> None:
    (verdicts,) = (block for block in part(source, "Generated images").blocks if isinstance(block, Bullets))
    assert verdicts.items[0].text.startswith("gate passed.")
    assert f"failed: {REASON}" in verdicts.items[1].text
    results = part(source, "Results").blocks
    means = [block for block in results if isinstance(block, Table)]
    assert all(any(row[0].text == "gan-10 (gate failed)" for row in table.rows) for table in means)
    told = "gan-10 (images by dcgan64 at 64 px; the gate refuses them)"
    assert any(isinstance(block, Paragraph) and told in block.text for block in results)


def test_the_report_says_at_which_size_images_are_drawn(source: Source) -> None:
    text = write_markdown(build(source, {}, ()))
    assert "10 % more images of each class by the generator dcgan64 at 64 px" in text


def test_the_table_for_other_programs_says_so_too(source: Source) -> None:
    rows = list(csv.DictReader(io.StringIO(arms_csv(source.summary))))
    assert {(row["arm"], row["generated"], row["gate"]) for row in rows} == {
        ("original", "", ""),
        ("gan-10", "dcgan64 at 64 px", "failed"),
    }


def test_a_study_without_generators_has_no_such_section(tmp_path: Path) -> None:
    made = plan("original", "other")
    study = make_study(tmp_path, made)
    write_atomic(study.plan, plan_text(made))
    titles = [section.title for section in build(read_source(collect(study, made, 0.0)), {}, ()).sections]
    assert "Generated images" not in titles


def test_pictures_are_the_newest_sheets_and_the_closest_pairs_of_the_first_seed(source: Source) -> None:
    study = source.data.paths
    sheets = generator_sheets(study, source.data.plan)
    found = [(str(sheet.relative_to(study.folder)), name) for sheet, name, _ in sheets]
    folder = "generators/dcgan64/seed-0/samples"
    assert found == [
        (f"{folder}/00020-benign.png", "samples-dcgan64-seed-0-0-benign"),
        (f"{folder}/closest-benign.png", "closest-dcgan64-seed-0-0-benign"),
        (f"{folder}/00020-malignant.png", "samples-dcgan64-seed-0-1-malignant"),
        (f"{folder}/closest-malignant.png", "closest-dcgan64-seed-0-1-malignant"),
    ]


def test_show_tells_what_generators_are_worth_in_80_columns(source: Source) -> None:
    told = show(source.data.paths)
    lines = [line.split() for line in told.splitlines()]
    assert ["dcgan64", "0", "benign", "64", "0.125", "0.90", "0.80", "0.85", "2.5%", "passed"] in lines
    assert ["real", "-0.011", "1.00", "0.95", "0.90"] in lines
    assert ["dcgan64", "1", "benign", "64", "0.125", "0.90", "0.80", "0.85", "2.5%", "failed"] in lines
    assert f"dcgan64, seed 1: failed: {REASON}" in " ".join(told.split())
    assert "drawn at 64 px" in " ".join(told.split())


def test_show_tells_scripts_as_much(source: Source) -> None:
    answer = json.loads(show(source.data.paths, "--json"))
    arm = answer["arms"][1]
    assert (arm["name"], arm["generated"], arm["gate"]) == ("gan-10", "dcgan64 at 64 px", "failed")
    assert answer["generators"][1]["quality"]["reasons"] == [REASON]


def test_an_arm_that_the_gate_leaves_out_has_no_other_verdict(tmp_path: Path) -> None:
    made = with_generator(plan("original", "gan-10", seeds=2))
    dropping = source_of(msgspec.structs.replace(made, on_gate_failure="drop-arm"), tmp_path)
    verdicts = {name: item.verdict for name, item in dropping.summary.arms[1].difference.items()}
    assert {verdict for verdict in verdicts.values() if verdict} == {"left out"}
    (answers,) = (block for block in part(dropping, "Answer").blocks if isinstance(block, Bullets))
    assert answers.items[0].text == (
        "The plan does without it, because its generator failed the gate: dcgan64, seed 1: " + REASON + "."
    )


def test_exports_hold_what_each_generators_images_are_worth(source: Source) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_tables(source.data, source.summary)["generators"])))
    assert [(row["run"], row["class"], row["gate"]) for row in rows] == [
        (f"generators/dcgan64/seed-{seed}", name, gate)
        for seed, gate in ((0, "passed"), (1, "failed"))
        for name in CLASSES
    ]
    first, last = rows[0], rows[-1]
    assert (first["generator"], first["kid"], first["real_kid"], first["image_size"]) == (
        "dcgan64",
        "0.125",
        "-0.011",
        "64",
    )
    assert (first["reasons"], last["reasons"]) == ("", REASON)
    body = json.loads(report_json(source))
    assert [item["quality"]["passed"] for item in body["generators"]] == [True, False]


def test_a_study_without_generators_has_no_table_of_them(tmp_path: Path) -> None:
    made = plan("original", "flipped", seeds=2)
    study = make_study(tmp_path, made)
    write_atomic(study.plan, plan_text(made))
    source = read_source(collect(study, made, 0.0))
    assert list(csv_tables(source.data, source.summary)) == ["arms", "runs", "curves"]
