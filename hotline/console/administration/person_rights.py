"""How a requester's data stand, for their page: holds, looks, and what stands against erasing."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.people import corrections, erasures, holds, retention, who_saw, whose, withheld
from dispatch.people.models_people import PersonErasure, PersonHold
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.frame import Viewer
from hotline.core import privacy
from hotline.core.clock import now
from hotline.core.settings import settings

MOST_READS = 200


@dataclass(frozen=True)
class Hold:
    """One hold against erasing."""

    ticket: str
    reason: str
    at: str
    by: str
    lifted: str
    lifted_why: str


def told(session: Session, ticket: Ticket, viewer: Viewer) -> dict[str, Any]:
    """Return what the page says; of tickets that the viewer may not see, nothing."""
    person, span = whose.requester(session, ticket), settings().retention_days
    against = erasures.hindrance(session, person, written=span, now=now())
    erased = session.get(PersonErasure, person.id)
    unseen = withheld.numbers(session, person, viewer.actor)
    made = [each for each in corrections.of_person(session, person) if each.ticket not in unseen]
    kept_until = (
        None if privacy.is_erased(person) else retention.kept_until(session, person, written=span)
    )
    left_out = withheld.tickets(session, person, viewer.actor)
    looks = who_saw.reads(session, ticket, without=left_out)
    return {
        "held": holds.present(session, person) is not None,
        "holds": _holds(
            session,
            [each for each in holds.of_person(session, person) if each.ticket not in unseen],
        ),
        "hindrance": against.why if against else "",
        "kept_until": moments.full(kept_until) if kept_until else "",
        "erased_at": moments.full(erased.at) if erased else "",
        "erased_why": erasures.why(erased) if erased else "",
        "corrections": len(made),
        "reads": [each.text for each in looks[:MOST_READS]],
        "fields": list(corrections.Field),
    }


def _holds(session: Session, rows: list[PersonHold]) -> list[Hold]:
    people = called(session, {each.by for each in rows})
    return [
        Hold(
            each.ticket,
            each.reason,
            moments.short(each.at),
            people.get(each.by, each.by),
            moments.short(each.lifted_at) if each.lifted_at else "",
            each.lifted_why,
        )
        for each in rows
    ]
