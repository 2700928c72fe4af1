"""`Idempotency-Key`: a repeated POST gets the first answer, and does nothing a second time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Annotated, Any

from fastapi import Header
from pydantic import BaseModel
from sqlalchemy import Text, cast, delete
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, Session, SQLModel, col, select

from dispatch.sealing import vaulting
from hotline.core import vault
from hotline.core.accounts import Actor
from hotline.core.db import Moment
from hotline.core.errors import Conflict, Invalid

IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", max_length=255, description="Repeat a POST safely: 24 h."),
]

# What of an answer is, or repeats, what a requester said.
_EMPTY: dict[str, Any] = {"text": "", "title": "", "entities": [], "reasons": []}
_DROPPED = {"dropped": True}
_REGISTERED = "possible_reminders"  # what the answer to a registration alone has

Body = dict[str, Any]
Again = Callable[[Body | None], BaseModel | Body]
"""What whoever repeats a request is answered, given the kept answer: None where it was not to be
kept. It raises for who no longer reaches what the answer is about."""


class UsedForAnother(Invalid):
    title = "The key was used already"


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
    again: Again,
    keep: bool = True,
) -> Body:
    """Return `act`'s answer, or what `again` makes of the one kept from before.

    Raises Invalid when the request differs. Two requests at once with one key: the second waits for
    the first one's transaction. Without `keep`, nothing of the answer stays but that it was given.
    """
    if key is None:
        return act().model_dump(mode="json")
    row = _unanswered(str(actor), key, request, now)
    mine = session.exec(
        insert(KeptReply).values(row).on_conflict_do_nothing().returning(col(KeptReply.key))
    ).first()
    kept = session.exec(
        select(KeptReply).where(KeptReply.actor == str(actor), KeptReply.key == key)
    ).one()
    if mine is None:
        _require_same(kept, request)
        answer = again(None if kept.body == _DROPPED else kept.body)
        return answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
    made = act().model_dump(mode="json")
    if not keep:
        kept.body = _DROPPED
    else:
        kept.body = _wordless(made) if vaulting.were_opened(session) else made
    return made


def as_kept(kept: Body | None) -> Body:
    """Return the kept answer: for whoever may ask at all. Raises Conflict where there is none."""
    if kept is None:
        raise Conflict("This was done; its answer is not kept.", remedy="Read what came of it.")
    return kept


def once_apart(
    opening: Callable[[], AbstractContextManager[Session]],
    key: str | None,
    request: str,
    act: Callable[[], BaseModel],
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """The same of an `act` that takes long, in transactions of its own, and may be done twice.

    No transaction is open meanwhile. Two requests at once both act; the first answer is both's.
    """
    if key is None:
        return act().model_dump(mode="json")
    mine = (str(actor), key)
    with opening() as session:
        kept = _claimed(session, mine, request, now)
    if kept.body:
        return kept.body
    try:
        made = act().model_dump(mode="json")
    except BaseException:
        with opening() as session:
            _give_up(session, mine)
        raise
    with opening() as session:
        kept = _claimed(session, mine, request, now)
        kept.body = kept.body or made
        session.add(kept)
    return kept.body


def _claimed(session: Session, mine: tuple[str, str], request: str, now: datetime) -> KeptReply:
    """Return the key's row, locked, its body empty while nothing was answered; raise Invalid."""
    actor, key = mine
    row = _unanswered(actor, key, request, now)
    session.exec(insert(KeptReply).values(row).on_conflict_do_nothing())
    query = select(KeptReply).where(KeptReply.actor == actor, KeptReply.key == key)
    locked = query.with_for_update().execution_options(populate_existing=True)
    kept = session.exec(locked).one()
    _require_same(kept, request)
    return kept


def _unanswered(actor: str, key: str, request: str, now: datetime) -> dict[str, Any]:
    kept = _fingerprint(request)
    return {"actor": actor, "key": key, "fingerprint": kept, "body": {}, "at": now}


def _fingerprint(request: str) -> str:
    """Return what is kept of a request to know it again.

    Keyed: from a plain digest, beside words that are kept, one could try out every telephone.
    """
    return vault.blind_index(f"request:{request}").hex()


def _require_same(kept: KeptReply, request: str) -> None:
    earlier = vault.earlier_indexes(f"request:{request}")  # a master key may be new since
    if kept.fingerprint not in (_fingerprint(request), *(each.hex() for each in earlier)):
        raise UsedForAnother("This key was used for another request.", remedy="Take a new key.")


def _give_up(session: Session, mine: tuple[str, str]) -> None:
    """Let the key be used for something else: nothing was done."""
    unanswered = cast(col(KeptReply.body), Text) == "{}"
    theirs = (col(KeptReply.actor) == mine[0], col(KeptReply.key) == mine[1])
    session.exec(delete(KeptReply).where(*theirs, unanswered))


def empty(session: Session, number: str) -> None:
    """Take the words out of every kept answer that names the ticket.

    The answers' rows stay, so that what is repeated still happens once.
    """
    naming = select(KeptReply).where(cast(col(KeptReply.body), Text).contains(number))
    for kept in session.exec(naming).all():
        kept.body = _wordless(kept.body)


def _wordless(body: dict[str, Any]) -> dict[str, Any]:
    """Return what may be kept of an answer about a sealed ticket.

    Nothing of what can be shown again, as it counts its versions or attempts, or says what
    stands against an erasure; of a registration
    what is no words: it is answered without another look, and says nothing else.
    """
    shown_again = {"version", "attempts", "hindrance"} & body.keys()
    return without_words(body) if _REGISTERED in body or not shown_again else _DROPPED


def without_words(value: Any) -> Any:
    """Return the answer with nothing of what a requester said, or of what repeats it."""
    if isinstance(value, dict):
        return {name: _EMPTY.get(name, without_words(inside)) for name, inside in value.items()}
    return [without_words(each) for each in value] if isinstance(value, list) else value
