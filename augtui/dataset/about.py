"""dataset.toml: what a dataset says about itself."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean
from augtui.text import plain

ABOUT = "dataset.toml"
KEYS = ("positive", "source", "licence")


@dataclass(frozen=True, slots=True)
class About:
    """The content of dataset.toml; every key may be missing."""

    positive: str | None = None
    """The class that recall, specificity and so on are counted for."""
    source: str = ""
    licence: str = ""


def read_about(root: Path, classes: tuple[str, ...]) -> About:
    """dataset.toml of a dataset, or an empty one.

    Raises:
        AugtuiError: it is not TOML, has an unknown key, a value that is no string, or a class that does not exist.
    """
    path = root / ABOUT
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return About()
    except OSError as error:
        raise AugtuiError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise AugtuiError(f"{path} is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise AugtuiError(
            f"{path}: {error}", 'a key and its text are written like this: licence = "CC0-1.0"'
        ) from error
    for key, value in table.items():
        if key not in KEYS:
            near = did_you_mean(key, KEYS)
            raise AugtuiError(
                f"{path}: {plain(key)}: there is no such key", near or f"the keys are {', '.join(KEYS)}"
            )
        if not isinstance(value, str):
            raise AugtuiError(f"{path}: {key}: a string is needed", f'{key} = "…"')
    about = About(**table)
    if about.positive is not None and about.positive not in classes:
        near = did_you_mean(about.positive, classes)
        raise AugtuiError(
            f'{path}: positive: the dataset has no class "{plain(about.positive)}"',
            near or f"its classes are {plain(', '.join(classes))}",
        )
    return about
