"""差评核实: whether a bad rating is true, said once by somebody who is not whom it blames."""

from datetime import datetime

from sqlmodel import Session

from dispatch import history
from dispatch.models import Ticket
from dispatch.ratings import exclusions, terms
from dispatch.ratings.concerned import concerned
from dispatch.ratings.models_ratings import BadRating
from dispatch.ratings.stages import EXCLUDES, Verdict
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.events import EventType


def verify(
    session: Session,
    bad: BadRating,
    verdict: Verdict,
    note: str,
    *,
    actor: Actor,
    now: datetime,
) -> BadRating:
    """核实: keep the verdict and why; one that clears the department excludes the rating.

    The ticket is locked. The rectification goes on whatever the verdict: the requester asked.
    Raises NotAllowed for the rated department and the `concerned`, Conflict for a second verdict.
    """
    ticket = session.get_one(Ticket, bad.ticket_id)
    _require_open(session, bad, ticket, note, actor)
    bad.verdict, bad.verified_at, bad.verified_by = verdict, now, str(actor)
    bad.verify_note = privacy.mask_text(note.strip())
    bad.appeal_by = terms.due_at(session, ticket, "appeal_by", now=now)
    bad.version += 1
    session.add(bad)
    if ground := EXCLUDES.get(verdict):
        exclusions.exclude(session, bad, ground, exclusions.VERIFICATION, actor=actor, now=now)
    done = EventType.RATING_VERIFIED
    history.record(session, ticket, done, actor=actor, now=now, verdict=verdict)
    return bad


def _require_open(
    session: Session, bad: BadRating, ticket: Ticket, note: str, actor: Actor
) -> None:
    if bad.department and actor.department == bad.department:
        raise NotAllowed(
            "Who was rated does not verify the rating.", remedy="Let somebody else verify it."
        )
    if str(actor) in concerned(session, ticket):
        raise NotAllowed(
            "Who handled it, asked or entered it does not verify.",
            remedy="Let somebody else verify it.",
        )
    if bad.verdict:
        raise Conflict("This bad rating is verified.", remedy="Its department may appeal.")
    if not note.strip():
        raise Invalid("A verdict needs a reason.", remedy="Say how it was verified.")
