"""Which images belong together, by a regex or by a column of manifest.csv."""

from __future__ import annotations

from pathlib import Path

import pytest

from augtui.dataset.groups import group_of
from augtui.dataset.layout import read_layout
from augtui.errors import AugtuiError

from .trees import grow

FILES = ("cats/p1_a.png", "cats/p1_b.png", "cats/x.png", "dogs/p2_a.png")


def groups(root: Path, group: str | None, *more: str) -> tuple[str, ...]:
    return group_of(read_layout(grow(root, [*FILES, *more])), group)


def refusal(root: Path, group: str, *more: str) -> tuple[str, str]:
    with pytest.raises(AugtuiError) as caught:
        groups(root, group, *more)
    return caught.value.message.replace(str(root), "<root>"), caught.value.hint


def test_nothing_belongs_together_unless_told(root: Path) -> None:
    assert groups(root, None) == ("", "", "", "")


def test_the_first_parentheses_of_a_regex_name_the_group(root: Path) -> None:
    assert groups(root, r"p(\d)_([ab])") == ("1", "1", "", "2")


def test_a_regex_is_searched_in_the_name_without_its_folders(root: Path) -> None:
    assert groups(root, r"(s/|p\d)") == ("p1", "p1", "", "p2")


def test_parentheses_that_take_no_part_give_no_group(root: Path) -> None:
    assert groups(root, r"p(1)?") == ("1", "1", "", "")


def test_a_regex_that_fits_nothing_is_refused(root: Path) -> None:
    assert refusal(root, r"patient(\d+)") == (
        'data.group: the regex "patient(\\d+)" fits no file name, not even p1_a.png',
        "it is searched in the file name without its folders",
    )


def test_a_regex_that_does_not_compile_is_refused(root: Path) -> None:
    message, _ = refusal(root, "p(")
    assert message == 'data.group: the regex "p(" does not compile: missing ), unterminated subpattern at position 1'


TABLE = r"path,patient\ncats/p1_a.png,anna\ncats/p1_b.png,anna\ncats/x.png,\ndogs/p2_a.png,bert"


def test_a_column_of_the_manifest_names_the_group(root: Path) -> None:
    assert groups(root, "patient", f"manifest.csv = {TABLE}") == ("anna", "anna", "", "bert")


@pytest.mark.parametrize("mark", [";", r"\t"])
def test_a_spreadsheet_may_separate_otherwise(root: Path, mark: str) -> None:
    table = TABLE.replace(",", mark).replace(r"\t", "\t")
    assert groups(root, "patient", f"manifest.csv = {table}") == ("anna", "anna", "", "bert")


def test_paths_as_windows_writes_them_are_understood(root: Path) -> None:
    grow(root, FILES)
    text = "path,patient\r\n.\\cats\\p1_a.png,anna\r\ncats\\p1_b.png,anna\r\n"
    (root / "manifest.csv").write_text(text, encoding="utf-8-sig")
    assert groups(root, "patient") == ("anna", "anna", "", "")


def test_images_without_a_row_and_short_rows_have_no_group(root: Path) -> None:
    table = r"path,age,patient\ncats/p1_a.png,7,anna\ncats/p1_b.png,8"
    assert groups(root, "patient", f"manifest.csv = {table}") == ("anna", "", "", "")


def test_a_quoted_comma_belongs_to_the_name(root: Path) -> None:
    table = r'path,patient\ncats/p1_a.png,"Smith, Anna"'
    assert groups(root, "patient", f"manifest.csv = {table}")[0] == "Smith, Anna"


@pytest.mark.parametrize(
    ("column", "table", "message", "hint"),
    [
        (
            "patient",
            None,
            'data.group: "patient" names a column, and there is no <root>/manifest.csv',
            "write that table, or a regex whose parentheses take the group from the file name",
        ),
        (
            "pateint",
            TABLE,
            '<root>/manifest.csv: there is no column "pateint"',
            'did you mean "patient"?',
        ),
        (
            "lesion",
            TABLE,
            '<root>/manifest.csv: there is no column "lesion"',
            "its columns are path, patient",
        ),
        (
            "patient",
            r"image,patient\ncats/p1_a.png,anna",
            '<root>/manifest.csv: there is no column "path", which names each image',
            "its columns are image, patient",
        ),
        (
            "patient",
            "",
            '<root>/manifest.csv: there is no column "path", which names each image',
            "it is empty",
        ),
        (
            "patient",
            r"path,patient\np1_a.png,anna",
            '<root>/manifest.csv: the column "path" names none of the images',
            "an image is named like this: cats/p1_a.png",
        ),
        (
            "patient",
            r"path,patient\ncats/x.png,anna\ncats/x.png,bert",
            "<root>/manifest.csv: cats/x.png comes twice, with the groups anna and bert",
            "",
        ),
    ],
)
def test_a_wrong_manifest_gets_one_message(
    root: Path, column: str, table: str | None, message: str, hint: str
) -> None:
    more = () if table is None else (f"manifest.csv = {table}",)
    assert refusal(root, column, *more) == (message, hint)


def test_a_manifest_in_another_encoding_is_refused(root: Path) -> None:
    message, hint = refusal(root, "patient", "manifest.csv <- latin-1")
    assert (message, hint) == ("<root>/manifest.csv is not UTF-8 text", 'a spreadsheet saves it as "CSV UTF-8"')


def test_a_manifest_that_is_a_folder_is_refused(root: Path) -> None:
    message, _ = refusal(root, "patient", "manifest.csv/1.png")
    assert message == "<root>/manifest.csv cannot be read: Is a directory"
