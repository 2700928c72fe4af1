"""自动派单的依据: which proposals may go out by themselves now, by what was earned."""

from sqlmodel import Session, col, or_, select

from dispatch.routing.auto import OPTED_IN, WAITS, EarnedPolicy, Permitting
from dispatch.routing.bars import Short
from dispatch.routing.earning import EntryState
from dispatch.routing.models_earned import EarnedDispatch


def current(session: Session, *, opted_in: bool) -> Permitting:
    """Return the policy: what was earned; a site that opted in lets out what is unproven, too."""
    row = EarnedDispatch
    known = or_(col(row.state) != EntryState.COUNTING, col(row.short) == Short.NOT_SURE)
    bars = {
        ((row.matter_code, row.district_code, row.department), row.spoken): bar_of(row)
        for row in session.exec(select(row).where(known)).all()
    }
    return EarnedPolicy(bars, OPTED_IN if opted_in else None)


def bar_of(row: EarnedDispatch) -> float:
    """Return the confidence that the entry asks for: its threshold while it has earned one.

    What is suspended or off waits, and so does what has outcomes enough and is not sure by them.
    """
    if row.state == EntryState.EARNED and row.threshold is not None:
        return row.threshold
    return WAITS
