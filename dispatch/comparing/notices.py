"""站内消息 of this room: what a department must know, and what waits for who decides; once each.

By codes and numbers alone. A department is told through its leaders, who may appeal; its people
read the same in the app. Who decides is 督办机构 (`comparison.decide`).
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from dispatch.comparing.models_comparing import (
    Comparison,
    ComparisonAppeal,
    ComparisonExclusion,
    ComparisonScheme,
)
from dispatch.comparing.scheme import Publication
from dispatch.models import Ticket, WorkOrder
from dispatch.notices import staff_notices
from dispatch.notices.staff_notices import Owed
from dispatch.timing.escalation import Card, Owner, Tier, recipient
from hotline.core.settings import settings


class Says(StrEnum):
    """What a notice tells a department."""

    PUBLISHED = "comparison_published"
    WITHDRAWN = "comparison_withdrawn"
    APPEAL_DECIDED = "comparison_appeal_decided"
    EXCLUSION_DECIDED = "exclusion_decided"
    EXCLUSION_APPEAL_DECIDED = "exclusion_appeal_decided"


class Waits(StrEnum):
    """What a notice tells who decides: what waits for them."""

    ADOPTION = "comparison_scheme_waits"
    PUBLICATION = "comparison_waits"
    APPEAL = "comparison_appealed"
    EXCLUSION = "exclusion_asked"
    EXCLUSION_APPEAL = "exclusion_appealed"


def tell_all(session: Session, run: Comparison, says: Says, *, now: datetime) -> None:
    """Tell every department that is shown its place; nobody where the scheme tells nobody."""
    shown = () if run.publication == Publication.NOBODY else sorted(run.inputs["run"]["counts"])
    tell(session, run, shown, says, now=now)


def tell(
    session: Session, run: Comparison, departments: Iterable[str], says: Says, *, now: datetime
) -> None:
    """Tell these departments of the comparison; published, until when they may appeal."""
    due = run.appeal_by if says is Says.PUBLISHED else None
    about = f"comparison:{run.id}:{says}"
    owed = [_owed(about, _leader(each), says, due) for each in departments]
    staff_notices.owe(session, owed, now=now)


def tell_of_exclusion(
    session: Session, row: ComparisonExclusion, says: Says, *, now: datetime
) -> None:
    """Tell the department what was decided; refused, until when it may appeal."""
    due = row.appeal_by if says is Says.EXCLUSION_DECIDED else None
    _owe_of_exclusion(session, row, _leader(row.department), says, due, now)


def scheme_waits(session: Session, scheme: ComparisonScheme, *, now: datetime) -> None:
    """Tell who adopts that a scheme was simulated; once, until it is written anew."""
    about = f"comparison_scheme:{scheme.id}:{scheme.version}:{Waits.ADOPTION}"
    owed = _owed(about, _deciders(settings().district), Waits.ADOPTION)
    staff_notices.owe(session, [owed], now=now)


def run_waits(session: Session, run: Comparison, *, now: datetime) -> None:
    """Tell who publishes that it was run; nobody where its scheme would tell nobody."""
    if run.publication != Publication.NOBODY:
        about = f"comparison:{run.id}:{Waits.PUBLICATION}"
        owed = _owed(about, _deciders(district_of(run)), Waits.PUBLICATION)
        staff_notices.owe(session, [owed], now=now)


def appeal_waits(
    session: Session, run: Comparison, row: ComparisonAppeal, *, now: datetime
) -> None:
    """Tell who decides that a department appealed against its place, and until when."""
    about = f"comparison:{run.id}:{Waits.APPEAL}:{row.department}"
    owed = _owed(about, _deciders(district_of(run)), Waits.APPEAL, row.decide_by)
    staff_notices.owe(session, [owed], now=now)


def exclusion_waits(
    session: Session, row: ComparisonExclusion, waits: Waits, *, now: datetime
) -> None:
    """Tell who decides on the request, or on the appeal, that it waits, and until when."""
    to = _deciders(session.get_one(Ticket, row.ticket_id).district)
    _owe_of_exclusion(session, row, to, waits, row.decide_by, now)


def district_of(run: Comparison) -> str:
    """Return whose calendar and 督办机构 are its own: its area's, else those of the site's home."""
    return run.district or settings().district


def _leader(department: str) -> str:
    return recipient(Tier.LEADER, Owner("", department))


def _deciders(district: str) -> str:
    return recipient(Tier.SUPERVISION, Owner(district))


def _owe_of_exclusion(
    session: Session,
    row: ComparisonExclusion,
    to: str,
    says: StrEnum,
    due: datetime | None,
    now: datetime,
) -> None:
    ticket = session.get_one(Ticket, row.ticket_id).number
    order = session.get_one(WorkOrder, row.order_id).number
    about = f"comparison_exclusion:{row.id}:{says}"
    staff_notices.owe(session, [_owed(about, to, says, due, ticket=ticket, order=order)], now=now)


def _owed(
    about: str,
    to: str,
    says: StrEnum,
    due: datetime | None = None,
    ticket: str = "",
    order: str = "",
) -> Owed:
    return Owed(about, to, Card.YELLOW, says, ticket, order, "", due)
