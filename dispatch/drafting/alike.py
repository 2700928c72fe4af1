"""相似工单 while the caller speaks: their own open ones, and open ones of the place and matter.

Compared by pairs of syllables alone: cutting words costs a hundred times as much, and the page
asks again at each sentence (`lookalikes` cuts them, once the request is a ticket).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from dispatch.clustering import joining
from dispatch.clustering.following import FOLLOWING
from dispatch.clustering.lookalikes import LOOKED_AT
from dispatch.models import Ticket
from dispatch.reminders import ALIKE_WHEN_ASKING_AGAIN, ASKING_AGAIN, OPEN
from dispatch.sealing import reach
from hotline.core.accounts import Actor
from nlp.similar import hear, likeness
from telephony.models import Call

SHOWN = 4
OWN_LOOKED_AT = 20
LEAST_OWN = 0.25
# What is heard of one thing in two people's words is seldom less alike (docs/hot-issues.md).
LEAST_OTHERS = 0.25


@dataclass(frozen=True)
class Alike:
    """An open ticket that the words may be about; `own`: the caller's, to be reminded of (催办)."""

    ticket: Ticket
    similarity: float
    own: bool


def find(
    session: Session, call: Call, text: str, *, district: str, first_level: str, reader: Actor
) -> list[Alike]:
    """Return the likest open tickets, the caller's own before others'."""
    own = _own(session, call, text, reader)
    others = _others(session, call, text, district, first_level, reader)
    return [*own, *others][:SHOWN]


def _own(session: Session, call: Call, text: str, reader: Actor) -> list[Alike]:
    mine = select(Ticket.id, Ticket.text).where(
        Ticket.person_id == call.person_id, col(Ticket.status).in_(OPEN), reach.visible(reader)
    )
    rows = session.exec(mine.order_by(col(Ticket.id).desc()).limit(OWN_LOOKED_AT)).all()
    again = any(word in text for word in ASKING_AGAIN)
    least = ALIKE_WHEN_ASKING_AGAIN if again else LEAST_OWN
    return _ranked(session, rows, text, least, own=True)


def _others(
    session: Session, call: Call, text: str, district: str, first_level: str, reader: Actor
) -> list[Alike]:
    near = (
        select(Ticket.id, Ticket.text)
        .where(col(Ticket.status).in_(FOLLOWING), Ticket.district == district)
        .where(Ticket.person_id != call.person_id, reach.visible(reader))
        .where(col(Ticket.confidentiality).not_in(joining.ALONE))
        .where(col(Ticket.category)[0].as_string() == first_level)
        .order_by(col(Ticket.id).desc())
        .limit(LOOKED_AT)
    )
    return _ranked(session, session.exec(near).all(), text, LEAST_OTHERS, own=False)


def _ranked(
    session: Session, rows: Iterable[tuple[int | None, str]], text: str, least: float, *, own: bool
) -> list[Alike]:
    """Return the likest of these; each ticket is read whole only when it is shown."""
    mine = hear(text)
    shares = [(likeness(mine, hear(words)), id or 0) for id, words in rows]
    alike = [pair for pair in shares if pair[0] >= least]
    likest = sorted(alike, key=lambda pair: (-pair[0], pair[1]))[:SHOWN]
    return [Alike(session.get_one(Ticket, id), round(share, 3), own) for share, id in likest]
