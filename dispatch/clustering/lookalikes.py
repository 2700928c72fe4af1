"""相似工单: open tickets that may be about the same matter, for an agent to merge."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from dispatch.clustering import joining
from dispatch.clustering.cluster_record import of_ticket
from dispatch.clustering.following import FOLLOWING
from dispatch.models import Ticket
from dispatch.sealing import reach
from hotline.core.accounts import Actor
from nlp.similar import similarity

LOOKED_AT = 200  # the newest open ones of the same district and matter: jieba reads each
LEAST = 0.3
MOST = 10


@dataclass(frozen=True)
class Lookalike:
    """An open ticket, how alike its words are (0…1), and whether it was merged already."""

    ticket: Ticket
    similarity: float
    merged: bool


def find(session: Session, ticket: Ticket, *, reader: Actor | None = None) -> list[Lookalike]:
    """Return open tickets of the same district and first matter level, the likest first.

    A confidential ticket stays alone: it finds none, and is never found.
    """
    if joining.stays_alone(ticket):
        return []
    near = session.exec(
        select(Ticket)
        .where(col(Ticket.status).in_(FOLLOWING), Ticket.district == ticket.district)
        .where(col(Ticket.confidentiality).not_in(joining.ALONE), reach.visible(reader))
        .where(col(Ticket.category)[0].as_string() == ticket.category[0], Ticket.id != ticket.id)
        .order_by(col(Ticket.id).desc())
        .limit(LOOKED_AT)
    ).all()
    alike = [(similarity(ticket.text, each.text), each) for each in near]
    likest = sorted(alike, key=lambda pair: (-pair[0], pair[1].id))[:MOST]
    return [
        Lookalike(each, round(share, 3), of_ticket(session, each) is not None)
        for share, each in likest
        if share >= LEAST
    ]
