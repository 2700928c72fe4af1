"""自动派单的依据: which proposals may go out by themselves now, by what was earned."""

from sqlmodel import Session, col, select

from dispatch.routing.auto import OPTED_IN, AutoPolicy, Cell, EarnedPolicy, Permitting
from dispatch.routing.earning import EntryState
from dispatch.routing.models_earned import EarnedDispatch

_WAITS = (EntryState.SUSPENDED, EntryState.OFF)


def current(session: Session, *, opted_in: bool) -> Permitting:
    """Return the policy: what was earned, or for a site that opted in all but what was lost."""
    rows = session.exec(select(EarnedDispatch).where(col(EarnedDispatch.state) != "counting")).all()
    if opted_in:
        return _all_but(frozenset((_cell(row), row.spoken) for row in rows if row.state in _WAITS))
    bars = {
        (_cell(row), row.spoken): row.threshold
        for row in rows
        if row.state == EntryState.EARNED and row.threshold is not None
    }
    return EarnedPolicy(bars)


def _all_but(barred: frozenset[tuple[Cell, bool]]) -> Permitting:
    return AutoPolicy(
        OPTED_IN.threshold,
        OPTED_IN.spoken_threshold,
        entries=None,
        needs_place=OPTED_IN.needs_place,
        barred=barred,
    )


def _cell(row: EarnedDispatch) -> Cell:
    return row.matter_code, row.district_code, row.department
