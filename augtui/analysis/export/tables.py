"""A study's tables as CSV or Parquet files."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path

from augtui.analysis.collect import StudyData
from augtui.analysis.report.data import csv_tables
from augtui.analysis.summarise import summarise
from augtui.errors import AugtuiError
from augtui.paths import write_atomic


def write_csv(data: StudyData, folder: Path) -> list[Path]:
    """arms.csv, runs.csv, curves.csv and, of a plan with generators, generators.csv; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in csv_tables(data, summarise(data)).items():
        write_atomic(folder / f"{name}.csv", text)
        written.append(folder / f"{name}.csv")
    return written


def write_parquet(data: StudyData, folder: Path) -> list[Path]:
    """The same tables as Parquet, with typed columns.

    Raises:
        AugtuiError: pyarrow is not installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise AugtuiError("Parquet files need pyarrow, which is not installed", "pip install 'augtui[parquet]'")
    import pandas as pd

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in csv_tables(data, summarise(data)).items():
        content = io.BytesIO()
        pd.read_csv(io.StringIO(text)).to_parquet(content, index=False)
        write_atomic(folder / f"{name}.parquet", content.getvalue())
        written.append(folder / f"{name}.parquet")
    return written
