"""How long a study will still take."""

from __future__ import annotations

from augtui.runlog.fold import RunState, StudyState


def seconds_left(study: StudyState, running: dict[str, RunState], now: float) -> float | None:
    """Seconds until the last run ends; None before anything tells how long a run takes.

    Runs of one arm and axis point take alike, other seeds of them are the best guide; failing these, the mean
    of all finished runs, and before the first of them what the running ones have done so far.

    Args:
        study: the folded log of the study.
        running: by run folder, the folded logs of the runs that are running.
        now: seconds since 1970.
    """
    known: dict[str, list[float]] = {}
    for name, line in study.runs.items():
        if line.status == "finished":
            known.setdefault(_kind(name), []).append(line.seconds)
    guesses = [value for name, run in running.items() if (value := _whole(run, now)) is not None]
    everything = [value for values in known.values() for value in values] or guesses
    if not everything:
        return None
    typical = _mean(everything)
    current = [_mean(known.get(_kind(name), [typical])) * (1 - _share(run)) for name, run in running.items()]
    ended = sum(line.status in ("finished", "failed") for line in study.runs.values())
    waiting = max(study.work - ended - len(running), 0)
    slots = max(len(study.slots), len(running), 1)
    return max((sum(current) + waiting * typical) / slots, max(current, default=0.0))


def _kind(run: str) -> str:
    """The arm and axis point of a run's folder: everything but its seed."""
    return run.rpartition("/")[0]


def _share(run: RunState) -> float:
    """How much of its steps a run has done, in [0, 1]."""
    return min(run.step / run.steps, 1.0) if run.steps else 0.0


def _whole(run: RunState, now: float) -> float | None:
    """Seconds that the whole run will take at its pace so far."""
    share = _share(run)
    return (now - run.started) / share if share > 0.02 and run.started else None


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
