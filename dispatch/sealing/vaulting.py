"""What is written beside a sealed ticket, or of a person: in the vault, and in memory for who
finds the row.

Every row says where its words are (`people.inventory`). They go into the vault as the row is
written and come out as it is loaded, so that no room can forget to. Only words that raw SQL writes
are not seen here: who writes so calls `put_away`.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import object_session
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select

import dispatch.comparing.models_comparing  # all hold rows that are put away
import dispatch.handling.models_co_handling
import dispatch.ratings.models_ratings  # noqa: F401
from dispatch.beside import models_beside  # noqa: F401
from dispatch.models import Confidentiality, Ticket, WorkOrder
from dispatch.people.inventory import KEPT, SEALED_WORDS
from dispatch.sealing.models_vaulted import Vaulted
from hotline.core import privacy
from hotline.core.privacy import Person

_WORDS = {kept.table: (*kept.words, *kept.objects) for kept in KEPT if SEALED_WORDS in kept.sealed}
_PURPOSE = "words"
# What the session's transaction has seen: an answer that may hold it is not kept.
_OPENED, _PUT_AWAY = "words of the vault", "rows put away"


def put_away(session: Session, ticket: Ticket) -> None:
    """Put what stands in any row beside the ticket, which is sealed, into the vault."""
    orders = select(WorkOrder.id).where(WorkOrder.ticket_id == ticket.id)
    for table in Vaulted.__subclasses__():
        kind: Any = table
        if "person_id" in kind.model_fields:
            continue  # it was put away as it was written
        mine = (
            col(kind.ticket_id) == ticket.id
            if "ticket_id" in kind.model_fields
            else col(kind.order_id).in_(orders)
        )
        for row in session.exec(select(kind).where(mine)).all():
            _seal(session, row, session.get_one(Person, ticket.person_id))
    session.flush()


def put_away_row(session: Session, row: Vaulted) -> None:
    """Put what stands in this row into the vault, where it belongs there.

    Of who was erased nothing is left: there is no key.
    """
    person = _sealing(session, row)
    if person and privacy.is_erased(person):
        for name in _names(row):
            setattr(row, name, type(getattr(row, name))())
    elif person:
        _seal(session, row, person)
    session.flush()


def were_opened(session: Session) -> bool:
    """Return whether this transaction read or wrote words that are in the vault alone."""
    return bool(session.info.get(_OPENED))


def _seal(session: Session, row: Vaulted, person: Person) -> None:
    said = {name: value for name in _names(row) if (value := getattr(row, name))}
    if not said:
        return
    row.sealed_words = privacy.seal(person, json.dumps(said, ensure_ascii=False), _PURPOSE)
    for name, value in said.items():
        setattr(row, name, type(value)())
    session.add(row)
    session.info[_OPENED] = True
    session.info.setdefault(_PUT_AWAY, []).append((row, said))


def _sealing(session: Session, row: Vaulted) -> Person | None:
    """Return by whose key the row's words are sealed; None where they stand in their columns."""
    if getattr(row, "person_id", None) is not None:
        return _owner(session, row)
    ticket = _ticket_of(session, row)
    if ticket is None or ticket.confidentiality != Confidentiality.SEALED:
        return None
    return session.get_one(Person, ticket.person_id)


def _owner(session: Session, row: Any) -> Person | None:
    """Return whose the row is."""
    if getattr(row, "person_id", None) is not None:
        return session.get(Person, row.person_id)
    ticket = _ticket_of(session, row)
    return session.get(Person, ticket.person_id) if ticket else None


def _ticket_of(session: Session, row: Any) -> Ticket | None:
    ticket_id = getattr(row, "ticket_id", None)
    if ticket_id is None:
        order = session.get(WorkOrder, row.order_id)
        ticket_id = order.ticket_id if order else None
    return session.get(Ticket, ticket_id) if ticket_id else None


def _names(row: Vaulted) -> Sequence[str]:
    return _WORDS[str(row.__tablename__)]


@event.listens_for(Session, "before_flush")
def _writing(session: Session, _context: object, _instances: object) -> None:
    for row in (*session.new, *session.dirty):
        if isinstance(row, Vaulted) and any(getattr(row, name) for name in _names(row)):
            person = _sealing(session, row)
            if person:
                _seal(session, row, person)


@event.listens_for(Session, "after_flush_postexec")
def _written(session: Session, _context: object) -> None:
    """Leave in memory what was said: whoever wrote it goes on with it."""
    for row, said in session.info.pop(_PUT_AWAY, ()):
        for name, value in said.items():
            set_committed_value(row, name, value)


@event.listens_for(Vaulted, "load", propagate=True, restore_load_context=True)
def _loaded(row: Vaulted, _context: object) -> None:
    if row.sealed_words:
        _open(row)


@event.listens_for(Vaulted, "refresh", propagate=True, restore_load_context=True)
def _refreshed(row: Vaulted, _context: object, _names: object) -> None:
    if row.sealed_words:
        _open(row)


def _open(row: Vaulted) -> None:
    session = object_session(row)
    if not isinstance(session, Session):
        return
    with session.no_autoflush:
        person = _owner(session, row)
    if person is None or privacy.is_erased(person):
        return
    session.info[_OPENED] = True
    said = json.loads(privacy.unseal(person, row.sealed_words or b"", _PURPOSE))
    for name, value in said.items():
        set_committed_value(row, name, value)
