"""What `verify` looked at, and whether it agrees."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    what: str
    """images, plan, runs, predictions, metrics or model."""
    ok: bool | None
    """None: it could not be looked at; the message says why."""
    message: str


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was looked at."""

    study: str
    findings: list[Finding]

    @property
    def agrees(self) -> bool:
        """Whether nothing that could be looked at disagrees."""
        return all(finding.ok is not False for finding in self.findings)
