"""Whole policies: what `tensor` and `imgaug` do to a trained network, same plan, paired seeds.

    python -m tests.benchmarks.implementations --work DIR [--data-dir data] [--seeds 10] [--epochs 6]

For each method of the original study one study of two arms: all training images replaced by a copy that imgaug
made (the baseline), or by one that augtui made. Every image that the network learns from is an augmented one, which
is where a difference between the two would show most. At the end: tensor minus imgaug, with its interval.
A study that is finished in DIR is read, one that was cut off goes on.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

METHODS = ("geometric", "superpixel", "combined")

PLAN = """\
name     = "implementations-{policy}"
dataset  = "skin_lesion"
positive = "malignant"
seeds    = {seeds}
primary  = "balanced_accuracy"
margin   = 0.01

[data]
image_size = 64
store_size = 128
validation = 0.15
leak       = "drop-from-train"

[model]
name = "cnn"

[train]
epochs     = {epochs}
batch_size = 64

[keep]
models = false

[[arms]]
name    = "imgaug"
replace = {{ policy = {{ name = "{policy}", implementation = "imgaug" }}, copies = 1 }}

[[arms]]
name    = "tensor"
replace = {{ policy = {{ name = "{policy}", implementation = "tensor" }}, copies = 1 }}
"""


def augtui(options: argparse.Namespace, command: str, *arguments: str) -> dict[str, Any]:
    """What a command prints with --json; its progress goes to standard error."""
    asked = [sys.executable, "-m", "augtui", command, *arguments, "--runs-dir", str(options.work / "runs"), "--json"]
    answer = subprocess.run(asked, stdout=subprocess.PIPE, check=True)
    read: dict[str, Any] = json.loads(answer.stdout)
    return read


def study_of(policy: str, options: argparse.Namespace) -> dict[str, Any]:
    """The finished study's summary."""
    plan = options.work / f"{policy}.toml"
    plan.write_text(PLAN.format(policy=policy, seeds=options.seeds, epochs=options.epochs))
    begun = sorted((options.work / "runs").glob(f"implementations-{policy}-*"))
    if begun:
        augtui(options, "resume", begun[-1].name)
    else:
        places = ("--data-dir", str(options.data_dir), "--cache-dir", str(options.work / "cache"))
        augtui(options, "run", str(plan), "--slots", "1", *places)
    return augtui(options, "show", sorted((options.work / "runs").glob(f"implementations-{policy}-*"))[-1].name)


def shown(policy: str, summary: dict[str, Any]) -> str:
    """Accuracy of both arms, and what the tensor policy adds to it."""
    arms = {arm["name"]: arm for arm in summary["arms"]}
    lines = []
    for metric in ("balanced_accuracy", "accuracy", "recall"):
        values = {name: arm["metrics"][metric] for name, arm in arms.items()}
        means = "   ".join(
            f"{name} {100 * spread['mean']:.2f} +- {100 * spread['sd']:.2f}" for name, spread in values.items()
        )
        found = arms["tensor"]["difference"][metric]
        change = f"{100 * found['mean']:+.2f} [{100 * found['low']:+.2f}, {100 * found['high']:+.2f}]"
        lines.append(
            f"{policy:10} {metric:17} {means}   tensor - imgaug {change}   {found.get('verdict') or ''}".rstrip()
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="where plans, runs and cache go")
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--policies", nargs="+", choices=METHODS, default=METHODS)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    print("percent; mean +- SD over seeds; difference with its 95 % interval over seeds and test images")
    for policy in options.policies:
        print(shown(policy, study_of(policy, options)), flush=True)


if __name__ == "__main__":
    main()
