"""The `augtui` command: the app at once where nothing but the app is asked for, the command line for everything else.

Typer takes as long to import as a third of Textual: who opens the app does not wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from augtui.errors import ExitCode

_VALUES = {"--runs-dir": ("runs_dir", Path), "--data-dir": ("data_dir", Path), "--theme": ("theme", str)}
_FLAGS = {"--ascii": "ascii_only", "--readonly": "readonly"}


def main() -> None:
    """Carry out what the arguments of this process ask for, and exit."""
    wanted = app_options(sys.argv[1:])
    if wanted is None:
        from augtui import cli

        cli.main()
    else:
        sys.exit(_open_app(wanted))


def app_options(arguments: Sequence[str]) -> dict[str, Any] | None:
    """The options of the app where `arguments` hold nothing else; None for what the command line has to judge."""
    found: dict[str, Any] = {
        "runs_dir": Path("runs"), "data_dir": Path("data"), "ascii_only": False, "readonly": False, "theme": None,
    }  # fmt: skip
    rest = iter(arguments)
    for word in rest:
        option, equals, value = word.partition("=")
        if word in _FLAGS:
            found[_FLAGS[word]] = True
        elif option in _VALUES:
            if not equals:
                value = next(rest, "")
            if not value or value.startswith("-"):
                return None
            name, kind = _VALUES[option]
            found[name] = kind(value)
        else:
            return None
    return found


def _open_app(options: dict[str, Any]) -> int:
    """Open the app; tell errors as the command line does."""
    from augtui.commands.app import start_app

    try:
        return start_app(**options)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except Exception as error:
        from augtui.cli.telling import tell

        return tell(error)


if __name__ == "__main__":
    main()
