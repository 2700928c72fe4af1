"""站内消息 of this room: what a department must know, once each; codes and numbers alone.

By the department's leaders, who may appeal; its people read the same in the app.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from dispatch.comparing import places
from dispatch.comparing.models_comparing import Comparison, ComparisonExclusion
from dispatch.models import Ticket, WorkOrder
from dispatch.notices import staff_notices
from dispatch.notices.staff_notices import Owed
from dispatch.timing.escalation import Card


class Says(StrEnum):
    """What a notice tells."""

    PUBLISHED = "comparison_published"
    WITHDRAWN = "comparison_withdrawn"
    APPEAL_DECIDED = "comparison_appeal_decided"
    EXCLUSION_DECIDED = "exclusion_decided"
    EXCLUSION_APPEAL_DECIDED = "exclusion_appeal_decided"


def tell_all(session: Session, run: Comparison, says: Says, *, now: datetime) -> None:
    """Tell every department that is shown its place; nobody where the scheme tells nobody."""
    tell(session, run, places.departments(run), says, now=now)


def tell(
    session: Session, run: Comparison, departments: Iterable[str], says: Says, *, now: datetime
) -> None:
    """Tell these departments of the comparison; published, until when they may appeal."""
    due = run.appeal_by if says is Says.PUBLISHED else None
    about = f"comparison:{run.id}:{says}"
    owed = [_owed(about, each, says, due) for each in departments]
    staff_notices.owe(session, owed, now=now)


def tell_of_exclusion(
    session: Session, row: ComparisonExclusion, says: Says, *, now: datetime
) -> None:
    """Tell the department what was decided; refused, until when it may appeal."""
    due = row.appeal_by if says is Says.EXCLUSION_DECIDED else None
    ticket = session.get_one(Ticket, row.ticket_id).number
    order = session.get_one(WorkOrder, row.order_id).number
    about = f"comparison_exclusion:{row.id}:{says}"
    owed = _owed(about, row.department, says, due, ticket=ticket, order=order)
    staff_notices.owe(session, [owed], now=now)


def _owed(
    about: str, department: str, says: Says, due: datetime | None, ticket: str = "", order: str = ""
) -> Owed:
    return Owed(about, f"leader:{department}", Card.YELLOW, says, ticket, order, "", due)
