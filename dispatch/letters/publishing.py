"""通报的公开: beyond the departments, only where the site has switched it on (`terms`).

The 2018 documents ask for 全区通报; 国办函〔2025〕66号 forbids chasing rank: off as it is packaged.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.letters import drafting, telling, terms
from dispatch.letters.models_letters import Letter
from dispatch.letters.states import Kind, Status
from dispatch.letters.terms import Term
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.events import EventType
from hotline.core.settings import settings

_OUT = (Status.ISSUED, Status.CLOSED)


def switch() -> Term:
    """Return whether bulletins may be published here, and on what basis."""
    return terms.site_terms(settings().data_dir)[terms.PUBLISH]


def publish(session: Session, letter: Letter, *, actor: Actor, now: datetime) -> Letter:
    """公开: a bulletin that is out, once; the letter is locked.

    Raises Conflict while the switch is off, for another kind, and for what is published already;
    NotAllowed for whoever wrote it.
    """
    if not switch().is_on:
        raise Conflict(
            f"Bulletins are not published here: {switch().basis}.",
            remedy="Have whoever keeps the site's letters.csv decide on it.",
        )
    if letter.kind != Kind.BULLETIN or letter.status not in _OUT or letter.published_at:
        raise Conflict("This letter is not to be published.", remedy="Only an issued bulletin is.")
    if str(actor) in drafting.writers(session, letter):
        raise NotAllowed(
            "Who wrote a letter does not publish it.", remedy="Let somebody else decide."
        )
    letter.published_at, letter.published_by = now, str(actor)
    telling.tell(session, letter, EventType.LETTER_PUBLISHED, actor=actor, now=now)
    return letter


def published(session: Session, *, before: int = 0, limit: int = 50) -> Sequence[Letter]:
    """Return the published bulletins, the newest first; none while the switch is off.

    One that was withdrawn since is shown no more. `before` is the id of the last one seen.
    """
    if not switch().is_on:
        return []
    query = select(Letter).where(
        col(Letter.published_at).is_not(None), col(Letter.status).in_(_OUT)
    )
    if before:
        query = query.where(col(Letter.id) < before)
    return session.exec(query.order_by(col(Letter.id).desc()).limit(limit)).all()
