"""评价申诉: a department says once, in time and with evidence, that a rating must not count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from dispatch import history
from dispatch.attachments import evidence
from dispatch.models import Ticket
from dispatch.ratings import exclusions, telling, terms
from dispatch.ratings.concerned import concerned
from dispatch.ratings.models_ratings import BadRating, RatingAppeal, RatingExclusion
from dispatch.ratings.stages import Ground
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.events import EventType


@dataclass(frozen=True)
class Plea:
    """What is said against a rating: the ground, in words, and which of its files show it."""

    ground: Ground
    statement: str
    attachments: Sequence[str] = ()


def appeal(
    session: Session, bad: BadRating, plea: Plea, *, actor: Actor, now: datetime
) -> RatingAppeal:
    """申诉: keep it, with its clock for whoever decides; the ticket is locked.

    Raises NotAllowed for another department's rating; Conflict when it was appealed against
    before, is excluded already, or the time is over; Invalid without words or for strange files.
    """
    _require_open(session, bad, plea, actor, now)
    ticket = session.get_one(Ticket, bad.ticket_id)
    row = _row(session, bad, plea, ticket, actor, now)
    session.add(row)
    _count_up(session, bad)
    refs: dict[str, Any] = {"department": bad.department, "appeal_ground": plea.ground}
    history.record(session, ticket, EventType.RATING_APPEALED, actor=actor, now=now, **refs)
    telling.appealed(session, bad, row, ticket, now=now)
    return row


def decide(
    session: Session, bad: BadRating, upheld: bool, note: str, *, actor: Actor, now: datetime
) -> RatingAppeal:
    """裁定: once, by somebody who neither verified, asked nor handled; the ticket is locked.

    Upheld, the rating stays on record and counts in no indicator. Raises Conflict and NotAllowed.
    """
    row = of(session, bad)
    if row is None or row.decided_at:
        raise Conflict("No appeal waits for a decision here.", remedy="Read it again.")
    if not note.strip():
        raise Invalid("A decision needs a reason.", remedy="Say why in a sentence.")
    ticket = session.get_one(Ticket, bad.ticket_id)
    _require_other(session, bad, ticket, actor)
    row.decided_at, row.decided_by, row.upheld = now, str(actor), upheld
    row.decision_note = privacy.mask_text(note.strip())
    session.add(row)
    if upheld:
        ground = Ground(row.ground)
        exclusions.exclude(session, bad, ground, exclusions.APPEAL, actor=actor, now=now)
    _count_up(session, bad)
    decided = EventType.RATING_APPEAL_DECIDED
    history.record(session, ticket, decided, actor=actor, now=now, upheld=upheld)
    telling.decided(session, bad, ticket, now=now)
    return row


def of(session: Session, bad: BadRating) -> RatingAppeal | None:
    """Return the rating's appeal, if there is one."""
    return session.exec(select(RatingAppeal).where(RatingAppeal.bad_rating_id == bad.id)).first()


def _count_up(session: Session, bad: BadRating) -> None:
    bad.version += 1
    session.add(bad)


def _require_open(
    session: Session, bad: BadRating, plea: Plea, actor: Actor, now: datetime
) -> None:
    if not bad.department or actor.department != bad.department:
        raise NotAllowed("Only who was rated appeals.", remedy="Ask the department.")
    if of(session, bad):
        raise Conflict("This rating was appealed against.", remedy="One appeal is all there is.")
    if session.get(RatingExclusion, bad.rating_id):
        raise Conflict("This rating counts nowhere already.", remedy="Nothing is left to appeal.")
    if now > bad.appeal_by:
        raise Conflict("The time to appeal is over.", remedy="Appeal sooner next time.")
    if not plea.statement.strip():
        raise Invalid("An appeal needs its reasons.", remedy="Say what is wrong, and show it.")


def _row(
    session: Session, bad: BadRating, plea: Plea, ticket: Ticket, actor: Actor, now: datetime
) -> RatingAppeal:
    return RatingAppeal(
        bad_rating_id=bad.id or 0,
        ticket_id=bad.ticket_id,
        at=now,
        by=str(actor),
        ground=plea.ground,
        statement=privacy.mask_text(plea.statement.strip()),
        attachments=evidence.named(session, bad.ticket_id, bad.department, plea.attachments),
        decide_by=terms.due_at(session, ticket, "decide_by", now=now),
    )


def _require_other(session: Session, bad: BadRating, ticket: Ticket, actor: Actor) -> None:
    hands = concerned(session, ticket) | {bad.verified_by}
    if str(actor) in hands or actor.department == bad.department:
        raise NotAllowed(
            "Who verified, asked or handled it does not decide on the appeal.",
            remedy="Let somebody else decide.",
        )
