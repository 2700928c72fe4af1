"""规则词表: the site's own versions of the lists; the newest holds, an old flag names its own."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from dispatch.inspection import telling
from dispatch.inspection.models_inspection import InspectionLists
from dispatch.inspection.word_lists import Lists, body_of, lists_of, packaged
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import EventType

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('inspection_lists'))")


def current(session: Session) -> tuple[int, Lists]:
    """Return the number and the lists that hold now."""
    newest = select(InspectionLists).order_by(col(InspectionLists.number).desc()).limit(1)
    row = session.exec(newest).first()
    return (row.number, lists_of(row.body)) if row else (0, packaged())


def change(
    session: Session, lists: Lists, *, seen: int, actor: Actor, now: datetime
) -> InspectionLists:
    """Let these hold from now on; raise Stale when others hold than those that were `seen`."""
    session.execute(_ONE_AT_A_TIME)
    number, present = current(session)
    telling.require_seen(seen, number)
    if lists == present:
        raise Invalid("Nothing was changed.", remedy="Change a word or a limit.")
    row = InspectionLists(number=number + 1, body=body_of(lists), made_at=now, made_by=str(actor))
    session.add(row)
    telling.tell(
        session,
        "inspection:lists",
        EventType.INSPECTION_LISTS_CHANGED,
        actor=actor,
        now=now,
        number=row.number,
    )
    return row
