"""The number of the last change to what is published: a searcher sees at a glance that it is late.

Whoever changes what is shown takes the next number and keeps the row locked until the commit, so
that numbers become visible in their order and no change is ever skipped.
"""

from sqlalchemy import text
from sqlmodel import Session

_TAKE = text("SELECT latest FROM article_change FOR UPDATE")
# A sequence gives no number twice, not even to a transaction that rolls back.
_NEXT = text("UPDATE article_change SET latest = nextval('article_changes') RETURNING latest")
_LATEST = text("SELECT latest FROM article_change")


def take(session: Session) -> int:
    """Return the next number; later ones wait for this transaction."""
    session.execute(_TAKE)
    return int(session.execute(_NEXT).scalar_one())


def latest(session: Session) -> int:
    """Return the number of the last change that can be seen."""
    return int(session.execute(_LATEST).scalar_one())
