"""What goes wrong, in the user's words. One class, one set of exit codes; the CLI and the app each render it."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What `augtui` answers to the shell."""

    DONE = 0
    RUN_FAILED = 1
    """Some run failed; the others are complete."""
    WRONG_INPUT = 2
    """The plan, the dataset or the command line is wrong."""
    CHECK_BLOCKS = 3
    """A check found something that makes the numbers worthless."""
    CHECKPOINTED = 85
    """An engine stopped with a checkpoint: run it again to go on."""
    INTERRUPTED = 130


class AugtuiError(Exception):
    """A problem that the user can mend.

    Args:
        message: what is wrong and where, one sentence, no full stop needed.
        hint: what to do about it; may be empty.
        exit_code: what the process answers to the shell.
    """

    def __init__(self, message: str, hint: str = "", exit_code: ExitCode = ExitCode.WRONG_INPUT) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message
