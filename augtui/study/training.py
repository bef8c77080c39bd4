"""Runs to their ends, each by itself, with a bounded number of tries where a process dies: the trainings of the train
step and the generators of the synthesize step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from augtui.paths import RunPaths
from augtui.runlog import events as ev
from augtui.runlog.fold import RunState, fold_run
from augtui.runlog.reader import read_events
from augtui.study.executor import Standing
from augtui.study.supervisor import TICK, StoppedError, Supervisor

TRIES = 3
"""Starts of one run in one supervision, where its process dies or memory runs out."""


@dataclass(slots=True)
class _Work:
    """The runs under way: their handles, who is known to be running, and starts so far."""

    handles: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    tries: dict[str, int] = field(default_factory=dict)
    done: int = 0
    failed: set[str] = field(default_factory=set)


def carry_out(
    supervisor: Supervisor, names: Iterable[str], has_result: Callable[[RunPaths], bool]
) -> tuple[int, int]:
    """Carry out what has no result; gives how many runs are finished and how many failed.

    Args:
        supervisor: of the study.
        names: the runs' folders, relative to the study.
        has_result: whether the files of a run's result are there.

    Raises:
        StoppedError: a stop was asked for; what was running has its checkpoint.
    """
    work = _Work()
    for name in names:
        run = supervisor.study.run(name)
        state = fold_run(read_events(run.events))
        if state.status == "finished" and has_result(run):
            _note_finished(supervisor, work, name, state)
        else:
            _submit(supervisor, work, name)
    try:
        while work.handles:
            supervisor.tick()
            _look(supervisor, work)
            _try_again(supervisor, work)
    except StoppedError:
        _stop(supervisor, work)
        raise
    return work.done, len(work.failed)


def _submit(supervisor: Supervisor, work: _Work, name: str) -> None:
    run = supervisor.study.run(name)
    (work.handles[name],) = supervisor.slots.submit([run])
    work.tries[name] = work.tries.get(name, 0) + 1
    work.taken.discard(name)


def _note_finished(supervisor: Supervisor, work: _Work, name: str, state: RunState) -> None:
    work.done += 1
    known = supervisor.before.runs.get(name)
    if known is None or known.status != "finished":
        supervisor.log.write(ev.RunFinished(run=name, attempt=state.attempt, metrics=state.metrics))


def _look(supervisor: Supervisor, work: _Work) -> None:
    """Write down what became of the runs since the last look."""
    names = {handle: name for name, handle in work.handles.items()}
    for handle, standing in supervisor.slots.poll(list(names)).items():
        name = names[handle]
        _note_taken(supervisor, work, name, standing)
        if standing.state in ("answered", "vanished"):
            del work.handles[name]
            _conclude(supervisor, work, name, standing)


def _note_taken(supervisor: Supervisor, work: _Work, name: str, standing: Standing) -> None:
    if standing.state != "queued" and name not in work.taken:
        work.taken.add(name)
        supervisor.log.write(ev.RunTaken(run=name, slot=standing.slot))


def _conclude(supervisor: Supervisor, work: _Work, name: str, standing: Standing) -> None:
    run = supervisor.study.run(name)
    end = _end(run, name, standing)
    if isinstance(end, ev.RunFinished):
        work.done += 1
    elif isinstance(end, ev.RunInterrupted):
        if not supervisor.stop_asked:
            # Somebody stopped the worker itself; the run goes on from its checkpoint.
            supervisor.log.write(ev.RunQueued(run=name, reason=f"its worker stopped at step {end.step}"))
            _submit(supervisor, work, name)
            return
    elif end.kind in ("killed", "memory") and work.tries[name] < TRIES and not supervisor.stop_asked:
        reason = f"{end.message}; try {work.tries[name] + 1} of {TRIES}"
        supervisor.log.write(ev.RunQueued(run=name, reason=reason))
        _submit(supervisor, work, name)
        return
    else:
        work.failed.add(name)
    supervisor.log.write(end)


def _end(run: RunPaths, name: str, standing: Standing) -> ev.RunFinished | ev.RunFailed | ev.RunInterrupted:
    """The run's terminal event for the study's log: the engine's own, or the supervisor's verdict."""
    state = fold_run(read_events(run.events))
    answer = (standing.answer or {}).get("result")
    if answer is None:
        after = f"after epoch {state.epoch}" if state.epoch else "in its first epoch"
        if standing.answer is not None:
            error = standing.answer["error"]
            return ev.RunFailed(run=name, attempt=state.attempt, kind="error", message=error["message"])
        message = f"{standing.verdict}, {after}"
        return ev.RunFailed(run=name, attempt=state.attempt, kind="killed", message=message)
    attempt = int(answer["attempt"])
    if answer["event"] == "run_finished":
        told = {key: answer[key] for key in ("seconds", "metrics", "reused")}
        return ev.RunFinished(run=name, attempt=attempt, **told)
    if answer["event"] == "run_interrupted":
        return ev.RunInterrupted(run=name, attempt=attempt, step=answer["step"])
    return ev.RunFailed(run=name, attempt=attempt, kind=answer["kind"], message=answer["message"])


def _try_again(supervisor: Supervisor, work: _Work) -> None:
    """Heed the wishes for another try of a failed run."""
    for name in supervisor.wishes:
        if name in work.failed:
            work.failed.discard(name)
            work.tries[name] = 0
            supervisor.log.write(ev.RunQueued(run=name, reason="another try was asked for"))
            _submit(supervisor, work, name)
        else:
            supervisor.note(f'control.jsonl: retry of "{name}" passed over: it is no failed run of this study')
    supervisor.wishes.clear()


def _stop(supervisor: Supervisor, work: _Work) -> None:
    """Let what is running write its checkpoint (or end it at once for stop-now), and write down how it ended."""
    if supervisor.stop_asked == "stop-now":
        supervisor.slots.kill_all()
    else:
        supervisor.slots.stop_all()
    while supervisor.slots.busy:
        try:
            supervisor.tick(TICK)
        except StoppedError:
            if supervisor.stop_asked == "stop-now":
                supervisor.slots.kill_all()
    for name, handle in work.handles.items():
        (standing,) = supervisor.slots.poll([handle]).values()
        _note_taken(supervisor, work, name, standing)  # a run may have begun since the last look
        if standing.state == "answered":
            _conclude(supervisor, work, name, standing)
        elif name in work.taken:
            state = fold_run(read_events(supervisor.study.run(name).events))
            supervisor.log.write(ev.RunInterrupted(run=name, attempt=state.attempt, step=state.checkpoint_step))
