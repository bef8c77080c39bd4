"""What `verify` looked at, and whether it agrees."""

from __future__ import annotations

import msgspec

NAMED = 3
"""Runs named in a message; the others are counted."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    what: str
    """images, plan, runs, generators, generator models, predictions, metrics, tables or model."""
    ok: bool | None
    """None: it could not be looked at; the message says why."""
    message: str

    @classmethod
    def of_runs(cls, what: str, wrong: list[str], good: str, bad: str) -> Finding:
        """That `bad` holds of the run folders in `wrong`, or `good` where there are none."""
        if not wrong:
            return cls(what=what, ok=True, message=good)
        more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        return cls(what=what, ok=False, message=f"{', '.join(wrong[:NAMED])}{more}: {bad}")


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was looked at."""

    study: str
    findings: list[Finding]

    @property
    def agrees(self) -> bool:
        """Whether nothing that could be looked at disagrees."""
        return all(finding.ok is not False for finding in self.findings)
