"""A supervisor and its engine that only pretend: `python -m tests.tui.fakes.player RUNS_DIR [--seconds S]`.

Writes a study in the middle of training, and then goes on with it in real time until it is killed or told to stop.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from augtui.runlog import events as ev
from tests.tui.fakes import scenes
from tests.tui.fakes.study import learning


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("runs_dir", type=Path)
    parser.add_argument("--seconds", type=float, default=600, help="how long it goes on")
    parser.add_argument("--epoch", type=float, default=1.2, help="seconds that an epoch takes")
    parser.add_argument("--running", type=int, default=2, help="runs at a time")
    args = parser.parse_args()
    study = scenes.live(args.runs_dir, failing=True, pid=os.getpid())
    end = time.time() + args.seconds
    study.clock.now = time.time()
    waiting = [folder for folder in study.folders if not study.paths.run(folder).events.exists()]
    running = dict(study.open)
    for index in range(len(running), args.running):
        folder = waiting.pop(0)
        study.take(folder, f"cuda:0/{index}")
        running[folder] = 0
    beat = 0.0
    while time.time() < end and running:
        tick = time.time()
        for folder in list(running):
            study.clock.now = time.time()
            epoch = running[folder] + 1
            event = learning(folder)(epoch, 1)
            study.log(folder).write(event)
            running[folder] = epoch
            if epoch >= study.plan.train.epochs:
                study.finish(folder)
                del running[folder]
                if waiting:
                    taken = waiting.pop(0)
                    study.take(taken, "cuda:0/0")
                    running[taken] = 0
            with study.paths.supervisor_log.open("a") as log:
                log.write(f"{time.strftime('%H:%M:%S')} {folder} epoch {epoch} loss {event.loss:.3f}\n")
        if tick - beat > 10:
            beat = tick
            study.writer.write(ev.Heartbeat())
        time.sleep(args.epoch)
    study.end()


if __name__ == "__main__":
    main()
