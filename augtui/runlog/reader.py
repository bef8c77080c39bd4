"""Reading logs while they grow: a byte offset and the unfinished last line, nothing else."""

from pathlib import Path

import msgspec

from augtui.runlog.events import Event, NewerVersionError, decode, decode_lines


class EventReader(msgspec.Struct):
    """Gives the events that came since the last call.

    A bad line is skipped and counted; a file that does not exist yet has no events; a file that became
    shorter is read again from its start.
    """

    path: Path
    bad_lines: int = 0
    newer_version: str = ""
    """Why reading stopped, where the log is of a newer version."""
    _offset: int = 0
    _rest: bytes = b""

    def read(self) -> list[Event]:
        """New whole lines as events, in file order."""
        if self.newer_version:
            return []
        try:
            with self.path.open("rb") as file:
                file.seek(0, 2)
                if file.tell() < self._offset:
                    self._offset, self._rest = 0, b""
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return []
        self._offset += len(data)
        lines, _, self._rest = (self._rest + data).rpartition(b"\n")
        events = decode_lines(lines)
        if events is None:
            events = self._one_by_one(lines.split(b"\n"))
        return events

    def _one_by_one(self, lines: list[bytes]) -> list[Event]:
        """Events of lines among which there are bad ones, or ones of another version."""
        events: list[Event] = []
        for line in lines:
            if not line.strip():
                continue
            try:
                event = decode(line)
            except NewerVersionError as error:
                self.newer_version = f"{self.path}: {error}"
                return events
            except ValueError:
                self.bad_lines += 1
                continue
            if event is not None:
                events.append(event)
        return events


def read_events(path: Path) -> list[Event]:
    """All events of a log, once."""
    return EventReader(path).read()
