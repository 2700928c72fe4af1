"""归并方式: how a line was merged into the hotline, and which numbers a merged one can have."""

from enum import StrEnum

OWN_NUMBER = "12345"


class Mode(StrEnum):
    """How a line was merged (国办发〔2020〕53号); `linked`: it was not, calls are handed to it."""

    ABSORBED = "absorbed"  # 整体并入: its number is given up
    PARALLEL = "parallel"  # 双号并行: its number goes on, and ends here
    BRANCH = "branch"  # 设分中心: its own seats answer, as a part of the hotline
    LINKED = "linked"  # 不归并，联动: 110, 119, 120, 122


# Whose callers the hotline answers.
ANSWERED = (Mode.ABSORBED, Mode.PARALLEL, Mode.BRANCH)


def is_own(number: str) -> bool:
    """Return whether calls to the hotline's own number would be taken for calls to this one.

    A call is a line's when what was dialled ends with the line's number; the longer one counts.
    """
    return OWN_NUMBER.endswith(number) or number.endswith(OWN_NUMBER)
