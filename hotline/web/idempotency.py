"""`Idempotency-Key`: a repeated POST gets the first answer, and does nothing a second time."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Header
from pydantic import BaseModel
from sqlalchemy import Text, cast
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, Session, SQLModel, col, select

from hotline.core.accounts import Actor
from hotline.core.db import Moment
from hotline.core.errors import Invalid

IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", max_length=255, description="Repeat a POST safely: 24 h."),
]

# What of an answer is, or repeats, what a requester said.
_EMPTY: dict[str, Any] = {"text": "", "title": "", "entities": [], "reasons": []}


class KeptReply(SQLModel, table=True):
    """The answer that was given to one key of one caller."""

    __tablename__ = "kept_reply"

    actor: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    body: dict[str, Any] = Field(sa_type=JSONB)
    at: datetime = Field(sa_type=Moment, index=True)


def once(
    session: Session,
    key: str | None,
    request: str,
    act: Callable[[], BaseModel],
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """Return `act`'s answer, or the one kept from before; raise Invalid when the request differs.

    Two requests at once with one key: the second waits for the first one's transaction.
    """
    if key is None:
        return act().model_dump(mode="json")
    fingerprint = hashlib.sha256(request.encode()).hexdigest()
    row = {"actor": str(actor), "key": key, "fingerprint": fingerprint, "body": {}, "at": now}
    mine = session.exec(
        insert(KeptReply).values(row).on_conflict_do_nothing().returning(col(KeptReply.key))
    ).first()
    kept = session.exec(
        select(KeptReply).where(KeptReply.actor == str(actor), KeptReply.key == key)
    ).one()
    if mine is None:
        if kept.fingerprint != fingerprint:
            raise Invalid("This key was used for another request.", remedy="Take a new key.")
        return kept.body
    kept.body = act().model_dump(mode="json")
    return kept.body


def empty(session: Session, number: str) -> None:
    """Take a requester's words out of every kept answer that names the ticket.

    The answers stay, so that what is repeated still happens once.
    """
    naming = select(KeptReply).where(cast(col(KeptReply.body), Text).contains(number))
    for kept in session.exec(naming).all():
        kept.body = _without_words(kept.body)


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _EMPTY.get(name, _without_words(inside)) for name, inside in value.items()}
    return [_without_words(each) for each in value] if isinstance(value, list) else value
