"""What the app costs, in tmux: `python -m tests.benchmarks.app [--only NAME ...]` (Linux, with tmux).

Studies are written into a temporary folder by the project's own writers: S1 is 200 runs of 100 epochs, S2 is 50 runs
of 2,000 epochs, eight numbers an epoch; S3 is 10,000 runs in 200 studies. Each figure stands beside its bar. Times
are those of the bytes as they leave the program; CPU time stands beside where another load may disturb them.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from tests.benchmarks.app import filtering, keys, live, memory, previews, starts
from tests.benchmarks.app.bench import Bench
from tests.benchmarks.app.terminal import Terminal

PARTS = {
    "starts": starts.measure,
    "keys": keys.measure,
    "filter": filtering.measure,
    "live": live.measure,
    "memory": memory.measure,
    "previews": previews.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--repeats", type=int, default=7, help="of each start and each key")
    parser.add_argument("--studies", type=Path, metavar="DIR", help="keep studies here, use those there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="augtui-benchmark-") as folder, Terminal() as terminal:
        bench = Bench(terminal, Path(folder), options.studies or Path(folder))
        for name in options.only or PARTS:
            print(f"{name}   (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)", flush=True)
            PARTS[name](bench, options.repeats)


if __name__ == "__main__":
    main()
