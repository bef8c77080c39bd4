"""predictions.csv gives back what was written, whatever the files are called."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augtui.errors import AugtuiError
from augtui.metrics import Predictions, read_predictions, rounded, write_predictions
from augtui.metrics.predictions import decode_predictions, encode_predictions

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)


def table(paths: list[str], classes: tuple[str, ...] = ("no", "yes")) -> Predictions:
    rows = len(paths)
    generator = np.random.default_rng(3)
    probabilities = rounded(generator.dirichlet(np.ones(len(classes)), size=rows))
    return Predictions(
        splits=tuple("test" if row % 2 else "validation" for row in range(rows)),
        paths=tuple(paths),
        groups=("",) * rows,
        labels=np.arange(rows, dtype=np.int64) % len(classes),
        probabilities=probabilities,
        classes=classes,
    )


def assert_same(a: Predictions, b: Predictions) -> None:
    assert (a.splits, a.paths, a.groups, a.classes) == (b.splits, b.paths, b.groups, b.classes)
    assert np.array_equal(a.labels, b.labels)
    assert np.array_equal(a.probabilities, b.probabilities)


@given(st.lists(NAMES, max_size=8), st.lists(NAMES, min_size=2, max_size=4, unique=True))
def test_any_file_and_class_name_comes_back(paths: list[str], classes: list[str]) -> None:
    written = table(paths, tuple(classes))
    assert_same(decode_predictions(encode_predictions(written)), written)


@pytest.mark.parametrize("name", ['a,b".png', "a\nb.png", "a\rb.png", "a\r\nb.png", " a ", "ä.png", "\udcff.png"])
def test_awkward_file_name_comes_back(name: str) -> None:
    written = table([name, "b.png"])
    assert_same(decode_predictions(encode_predictions(written)), written)


def test_file_comes_back_from_disk(tmp_path: Path) -> None:
    written = table(["a.png", "b.png", "c.png"])
    write_predictions(tmp_path / "predictions.csv", written)
    assert_same(read_predictions(tmp_path / "predictions.csv"), written)


def test_columns_are_those_of_the_contract() -> None:
    head, first = encode_predictions(table(["x/a.png"])).decode().splitlines()
    assert head == "split,path,group,label,p_no,p_yes"
    assert first.startswith("validation,x/a.png,,no,0.")


def test_rounding_keeps_nine_significant_digits_and_does_nothing_twice() -> None:
    values = np.array([[1 / 3, 2e-12 / 3]])
    once = rounded(values)
    assert once.tolist() == [[0.333333333, 6.66666667e-13]]
    assert np.array_equal(rounded(once), once)


def test_single_precision_survives_exactly() -> None:
    values = np.random.default_rng(0).random((50, 2), dtype=np.float32)
    assert np.array_equal(rounded(values).astype(np.float32), values)


def test_part_keeps_order_and_rows_together() -> None:
    whole = table(["a", "b", "c", "d", "e"])
    test = whole.part("test")
    assert test.paths == ("b", "d")
    assert np.array_equal(test.probabilities, whole.probabilities[[1, 3]])


def test_part_without_rows_is_empty() -> None:
    assert table([]).part("test").probabilities.shape == (0, 2)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "columns"),
        ("split,path,label,p_a\n", "columns"),
        ("split,path,group,label,p_a,p_b\ntest,x,,a,0.5\n", "row 1 has 5 values"),
        ("split,path,group,label,p_a,p_b\ntest,x,,a,nan,0.5\n", "not a finite number"),
        ("split,path,group,label,p_a,p_b\ntest,x,,c,0.5,0.5\n", "unknown class 'c'"),
        ("split,path,group,label,p_a,p_b\ntest,x,,a,half,0.5\n", "half"),
        ("split,path,group,label,p_a,p_b\ntrain,x,,a,0.5,0.5\n", "unknown split 'train'"),
    ],
)
def test_broken_file_is_named_with_its_reason(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text(text)
    with pytest.raises(AugtuiError, match=word) as caught:
        read_predictions(path)
    assert str(path) in caught.value.message


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AugtuiError, match="is missing"):
        read_predictions(tmp_path / "predictions.csv")


def test_labels_outside_the_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="labels outside"):
        Predictions(("test",), ("a",), ("",), np.array([2]), np.array([[0.5, 0.5]]), ("a", "b"))
