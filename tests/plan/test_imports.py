"""What reading a plan may cost: nothing heavy is loaded for it, in a fresh interpreter."""

import json
import subprocess
import sys
from pathlib import Path

PLAN = Path(__file__).parents[2] / "data" / "plans" / "demo.toml"
SCRIPT = """
import json, sys
from pathlib import Path
import augtui.plan.writer
from augtui.plan.reader import read_plan
read_plan(Path(sys.argv[1]))
print(json.dumps(sorted(sys.modules)))
"""


def test_reading_a_good_plan_loads_neither_arrays_nor_editors() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(PLAN)], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "augtui.plan.reader" in loaded
    assert not loaded & {
        "numpy",
        "torch",
        "PIL",
        "pandas",
        "rich",
        "textual",
        "typer",
        "tomlkit",
        "difflib",
        "statistics",
    }
