"""What is wrong with a plan's file before its first key."""

from pathlib import Path

import pytest

from augtui.plan.reader import problems, read_plan

from .builders import ARM, TOP, refusal


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_missing_file_is_told_the_nearest_plan_beside_it(folder: Path) -> None:
    (folder / "skin_lesion.toml").write_text(TOP + ARM)
    error = refusal(Path("skin_lesions.toml"))
    assert error.message == "skin_lesions.toml: there is no such file"
    assert error.hint == 'did you mean "skin_lesion.toml"?'


def test_a_missing_ending_is_found(folder: Path) -> None:
    (folder / "skin.toml").write_text(TOP + ARM)
    assert refusal(Path("skin")).hint == 'did you mean "skin.toml"?'


def test_a_missing_file_in_a_missing_folder_is_told_how_to_begin() -> None:
    error = refusal(Path("no/such/plan.toml"))
    assert error.message == "no/such/plan.toml: there is no such file"
    assert error.hint == "`augtui init DATASET` writes a plan"


def test_a_folder_is_told_the_plan_in_it(folder: Path) -> None:
    (folder / "plans").mkdir()
    (folder / "plans" / "only.toml").write_text(TOP + ARM)
    error = refusal(Path("plans"))
    assert error.message == "plans: is a folder, not a plan"
    assert error.hint == 'did you mean "plans/only.toml"?'


def test_text_that_is_not_utf8_is_located(folder: Path) -> None:
    (folder / "plan.toml").write_bytes(b'name = "x"\ndataset = "K\xe4se"\n')
    assert refusal(Path("plan.toml")).message == "plan.toml: line 2: is not UTF-8 text"


def test_a_picture_is_no_plan(folder: Path) -> None:
    (folder / "plan.toml").write_bytes(b"x" * 1_000_001)
    assert refusal(Path("plan.toml")).message == "plan.toml: is larger than 1 MB: this is not a plan"


def test_a_name_with_a_zero_byte_is_refused() -> None:
    assert refusal(Path("a\0b.toml")).message.endswith("cannot be read: embedded null byte")


def test_a_byte_order_mark_is_ignored(folder: Path) -> None:
    (folder / "plan.toml").write_bytes(b"\xef\xbb\xbf" + (TOP + ARM).encode())
    assert read_plan(Path("plan.toml")).plan.name == "x"


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        ".".join(["a"] * 2_000) + " = 1",
        "[axes]\n" + ".".join(["a"] * 500) + " = [1]",
    ],
    ids=["arrays", "dotted keys", "a dotted axis"],
)
def test_nesting_without_end_is_refused(folder: Path, text: str) -> None:
    (folder / "plan.toml").write_text(text)
    assert refusal(Path("plan.toml")).message == "plan.toml: tables or arrays are nested too deeply"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("9" * 5000, "plan.toml: holds an integer of too many digits"),
        ("0x" + "f" * 5000, "plan.toml: train.epochs: must be from 1 to 100000, not a very large integer"),
    ],
    ids=["decimal", "hexadecimal"],
)
def test_integers_of_thousands_of_digits_are_refused(folder: Path, number: str, message: str) -> None:
    (folder / "plan.toml").write_text(f"{TOP}[train]\nepochs = {number}\n{ARM}")
    assert refusal(Path("plan.toml")).message == message


def test_long_keys_and_values_are_cut_in_messages(folder: Path) -> None:
    (folder / "plan.toml").write_text(f'{TOP}{"k" * 5000} = 1\nprimary = "{"v" * 5000}"\n{ARM}')
    assert all(len(problem.text) < 400 for problem in problems(Path("plan.toml")))
