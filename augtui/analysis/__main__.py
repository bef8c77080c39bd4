"""`python -m augtui.analysis JOB ...`: one job in a process of its own, answering by `augtui.jobs`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from augtui.jobs import Channel, answer


def parser() -> argparse.ArgumentParser:
    """The jobs and their arguments."""
    root = argparse.ArgumentParser(prog="python -m augtui.analysis")
    jobs = root.add_subparsers(dest="job", required=True)

    summary = jobs.add_parser("summary", help="make a study's tables")
    summary.add_argument("study", type=Path)
    summary.add_argument("--recompute", action="store_true", help="compare with each run's metrics.json too")
    summary.add_argument("--out", type=Path, help="instead of the study's summary.json")

    check = jobs.add_parser("check", help="look for what would make a study's numbers worthless")
    check.add_argument("--dataset", type=Path, required=True, help="the dataset's folder")
    check.add_argument("--plan", type=Path, help="a plan.toml that uses it")
    check.add_argument("--study", type=Path, help="where check.json is written")
    check.add_argument("--cache-dir", type=Path, required=True)
    check.add_argument("--pairs", type=Path, help="a PNG to draw near duplicates side by side into")
    return root


def work(options: argparse.Namespace, channel: Channel) -> dict[str, Any]:
    """Carry one job out; heavy imports wait for the job that needs them."""
    match options.job:
        case "summary":
            from augtui.analysis.jobs import summary

            return summary(channel, options.study, options.recompute, options.out)
        case "check":
            from augtui.analysis.jobs import check

            return check(channel, options.dataset, options.plan, options.study, options.cache_dir, options.pairs)
        case _:
            raise ValueError(options.job)


def main() -> int:
    options = parser().parse_args()
    return answer(lambda channel: work(options, channel))


if __name__ == "__main__":
    sys.exit(main())
