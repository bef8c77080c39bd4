"""`python -m augtui.analysis JOB ...`: one job in a process of its own, answering by `augtui.jobs`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from augtui.jobs import Channel, answer, end_with_parent


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

    report = jobs.add_parser("report", help="write a study's report")
    report.add_argument("study", type=Path)
    report.add_argument("--format", action="append", required=True, help="md, html, latex, csv or json; repeatable")
    report.add_argument("--out", type=Path, help="a folder, instead of the study's report/")
    report.add_argument("--sample", action="append", nargs=2, default=[], metavar=("NAME", "CAPTION"))

    compare = jobs.add_parser("compare", help="compare two studies of the same images")
    compare.add_argument("first", type=Path)
    compare.add_argument("second", type=Path)

    export = jobs.add_parser("export", help="write a study's numbers for other programs")
    export.add_argument("study", type=Path)
    export.add_argument("--to", required=True, help="tensorboard, csv or parquet")
    export.add_argument("--out", type=Path, required=True)

    verify = jobs.add_parser("verify", help="recount a study's numbers and rehash its images")
    verify.add_argument("study", type=Path)
    return root


def work(options: argparse.Namespace, channel: Channel) -> dict[str, Any]:
    """Carry one job out; heavy imports wait for the job that needs them."""
    match options.job:
        case "summary":
            from augtui.analysis.jobs.summary import summary

            return summary(channel, options.study, options.recompute, options.out)
        case "check":
            from augtui.analysis.jobs.check import check

            return check(channel, options.dataset, options.plan, options.study, options.cache_dir, options.pairs)
        case "report":
            from augtui.analysis.jobs.report import report

            return report(channel, options.study, options.format, options.out, options.sample)
        case "compare":
            from augtui.analysis.jobs.compare import compare

            return compare(channel, options.first, options.second)
        case "export":
            from augtui.analysis.jobs.export import export

            return export(channel, options.study, options.to, options.out)
        case "verify":
            from augtui.analysis.jobs.verify import verify

            return verify(channel, options.study)
        case _:
            raise ValueError(options.job)


def main() -> int:
    end_with_parent()
    options = parser().parse_args()
    return answer(lambda channel: work(options, channel))


if __name__ == "__main__":
    sys.exit(main())
