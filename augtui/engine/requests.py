"""What a worker is asked, read from standard input. Nothing here imports torch: a worker listens before it does, so
that one whose supervisor dies while it is still importing does not live on."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from typing import Any


class Requests:
    """Reads standard input in a thread, so that a stop is seen in the middle of a job.

    Until `ready` is called there is nothing that a stop could save: it ends the process.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._ready = False
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def ready(self) -> None:
        """From here on a stop is a request: the job under way checkpoints first."""
        with self._lock:
            self._ready = True

    def stop_asked(self) -> bool:
        return self._stop.is_set()

    def next(self) -> dict[str, Any] | None:
        """The next job; None when there will be no more."""
        return None if self._stop.is_set() else self._queue.get()

    def _read(self) -> None:
        for line in sys.stdin.buffer:
            request = json.loads(line)
            if request["job"] == "stop":
                break
            self._queue.put(request)
        with self._lock:
            if not self._ready:
                os._exit(0)
        self._stop.set()
        self._queue.put(None)
