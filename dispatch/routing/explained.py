"""派单建议的依据, beyond its own words: past tickets and published articles, found when it is read.

Nothing of it is kept: an article that was corrected or expired since is not shown as it was.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.routing import nearest
from dispatch.states import TicketStatus
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from knowledge import lineage
from knowledge.articles import finding
from knowledge.searching import shelf, suggesting

BESIDE_THE_BEST = 0.6  # a smaller share of its score distracts


@dataclass(frozen=True, slots=True)
class Answering:
    """A published article that may answer the request: its code and its question."""

    id: str
    title: str

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "title": self.title}


def proposal(
    session: Session, ticket: Ticket, body: dict[str, Any], *, reader: Actor | None, now: datetime
) -> dict[str, Any]:
    """Return the proposal; before dispatch with past tickets in reach and articles beside it."""
    if not body or ticket.status != TicketStatus.REGISTERED:
        return body
    past = nearest.reasons(session, ticket, reader=reader)
    shown = with_articles(session, ticket, body, now=now)
    return {**shown, "reasons": [*body.get("reasons", ()), *past]}


def with_articles(
    session: Session, ticket: Ticket, body: dict[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Return the same with articles alone: to compare past tickets takes up to 20 ms."""
    if not body or ticket.status != TicketStatus.REGISTERED:
        return body
    return {**body, "articles": [each.as_json() for each in articles(session, ticket, now=now)]}


def articles(session: Session, ticket: Ticket, *, now: datetime) -> list[Answering]:
    """Return the articles that answer its masked words best, of its place or of everywhere.

    None while the process builds its first index.
    """
    today = beijing_day(now)
    index = shelf.at_hand(session, on=today)
    if index is None:  # a web process that began just now: the ticket itself doesn't wait
        return []
    places = lineage.upwards(session, ticket.district)
    found = suggesting.suggest(index, ticket.text, on=today, districts=places)
    good = [each.id for each in found if each.score >= BESIDE_THE_BEST * found[0].score]
    shown = finding.shown_by_id(session, good)
    pairs = [shown[each] for each in good if each in shown]
    return [Answering(article.code, text.question) for article, text in pairs]
