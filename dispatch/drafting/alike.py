"""相似工单 while the caller speaks: their own open ones, and open ones of the place and matter.

Compared by pairs of syllables alone: cutting words costs a hundred times as much, and the page
asks again at each sentence (`lookalikes` cuts them, once the request is a ticket).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from dispatch.clustering import joining
from dispatch.clustering.following import FOLLOWING
from dispatch.clustering.lookalikes import LEAST, LOOKED_AT
from dispatch.models import Ticket
from dispatch.reminders import ALIKE_WHEN_ASKING_AGAIN, ASKING_AGAIN, OPEN
from dispatch.sealing import reach
from hotline.core.accounts import Actor
from nlp.similar import similarity
from telephony.models import Call

SHOWN = 4
OWN_LOOKED_AT = 20
LEAST_OWN = 0.25


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
    mine = select(Ticket).where(
        Ticket.person_id == call.person_id, col(Ticket.status).in_(OPEN), reach.visible(reader)
    )
    rows = session.exec(mine.order_by(col(Ticket.id).desc()).limit(OWN_LOOKED_AT)).all()
    again = any(word in text for word in ASKING_AGAIN)
    least = ALIKE_WHEN_ASKING_AGAIN if again else LEAST_OWN
    return _ranked(rows, text, least, own=True)


def _others(
    session: Session, call: Call, text: str, district: str, first_level: str, reader: Actor
) -> list[Alike]:
    near = (
        select(Ticket)
        .where(col(Ticket.status).in_(FOLLOWING), Ticket.district == district)
        .where(Ticket.person_id != call.person_id, reach.visible(reader))
        .where(col(Ticket.confidentiality).not_in(joining.ALONE))
        .where(col(Ticket.category)[0].as_string() == first_level)
        .order_by(col(Ticket.id).desc())
        .limit(LOOKED_AT)
    )
    return _ranked(session.exec(near).all(), text, LEAST, own=False)


def _ranked(rows: Sequence[Ticket], text: str, least: float, *, own: bool) -> list[Alike]:
    pairs = [(similarity(each.text, text, enough=0.0), each) for each in rows]
    alike = [pair for pair in pairs if pair[0] >= least]
    likest = sorted(alike, key=lambda pair: (-pair[0], pair[1].id or 0))
    return [Alike(each, round(share, 3), own) for share, each in likest[:SHOWN]]
