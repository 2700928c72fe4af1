"""The vault of people: who called, sealed, and who looked."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import LargeBinary
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from hotline.core import vault
from hotline.core.ahead import Question, answers
from hotline.core.db import Moment
from hotline.core.errors import Conflict, Invalid
from hotline.core.keyring import keyring
from hotline.core.masking import mask_text as mask_text
from hotline.core.phone import PhoneNumber

# What an AccessLog row says was looked at.
IDENTITY, RECORDING, FILE = "identity", "recording", "file"
REASON = "reason"  # what the vault seals it for: whoever says why they look may repeat the words


class KeyHolder(Protocol):
    """Whatever has a key of its own, wrapped by the master key."""

    id: uuid.UUID
    wrapped_key: bytes


class Person(SQLModel, table=True):
    """A person known to the hotline; nothing here can be read without the master key."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    wrapped_key: bytes = Field(sa_type=LargeBinary)
    phone_index: bytes | None = Field(default=None, unique=True, sa_type=LargeBinary)
    sealed_phone: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)


class AccessLog(SQLModel, table=True):
    """Who looked at whose data, when and why: one row a look.

    `reason` is a code of ours, or empty: what somebody wrote is sealed with the person's key.
    """

    __tablename__ = "access_log"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment, index=True)
    actor: str
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    subject: str = Field(index=True)
    what: str
    reason: str = ""
    sealed_reason: bytes | None = Field(default=None, sa_type=LargeBinary)


_KNOW = (
    "INSERT INTO person (id, wrapped_key, phone_index, sealed_phone, created_at) VALUES "
    "(%(id)s, %(wrapped_key)s, %(phone_index)s, %(sealed_phone)s, %(created_at)s) "
    "ON CONFLICT (phone_index) DO NOTHING RETURNING id"
)
# While the master key is being replaced, their number may still be known by the earlier index.
_KNOW_WHILE_REKEYING = (
    "INSERT INTO person (id, wrapped_key, phone_index, sealed_phone, created_at) SELECT "
    "%(id)s, %(wrapped_key)s, %(phone_index)s, %(sealed_phone)s, %(created_at)s "
    "WHERE NOT EXISTS (SELECT FROM person WHERE phone_index = ANY(%(earlier)s)) "
    "ON CONFLICT (phone_index) DO NOTHING RETURNING id"
)
ERASED = "［已删除］"  # stands wherever words of an erased person stood


@dataclass(frozen=True)
class Identity:
    """What the vault knows of a person, in the clear; never log it."""

    phone: PhoneNumber | None


def know_person(session: Session, phone: PhoneNumber | None, *, now: datetime) -> Person:
    """Return the person who has this number, new if need be; without a number, always a new one."""
    person, _ = meet(session, phone, now=now)
    return person


def meet(session: Session, phone: PhoneNumber | None, *, now: datetime) -> tuple[Person, bool]:
    """Return the person as `know_person` does, and whether the hotline has just met them."""
    return know(session, newcomer(phone, now=now))


def newcomer(phone: PhoneNumber | None, *, now: datetime) -> Person:
    """Return a person with a key of their own, who is in no table yet."""
    person_id = uuid.uuid4()
    wrapped = vault.new_wrapped_key(str(person_id))
    person = Person(id=person_id, wrapped_key=wrapped, created_at=now)
    if phone:
        person.phone_index = vault.blind_index(phone.e164)
        person.sealed_phone = seal(person, phone.e164, "phone")
    return person


def introduction(person: Person) -> Question:
    """Return what adds a newcomer, and yields a row unless their number is known.

    Two calls from one number may arrive at once: the first row wins, both find it.
    """
    values = {name: getattr(person, name) for name in Person.model_fields}
    earlier = _earlier_indexes(person)
    if earlier:
        return Question(_KNOW_WHILE_REKEYING, {**values, "earlier": earlier})
    return Question(_KNOW, values)


def know(session: Session, person: Person) -> tuple[Person, bool]:
    """Return the newcomer, added, or whoever has their number; and whether they are new.

    Who was known can't be erased until the transaction ends, so that their key seals what follows.
    """
    if answers(session, introduction(person))[0]:
        make_transient_to_detached(person)
        session.add(person)
        return person, True
    indexes = [person.phone_index, *_earlier_indexes(person)]
    mine = select(Person).where(col(Person.phone_index).in_(indexes))
    found = session.exec(unerased(mine.order_by(col(Person.created_at)).limit(1))).first()
    # Nobody: they were erased in this very moment, and whoever has the number is new.
    return (found, False) if found else know(session, person)


def unerased(people: SelectOfScalar[Person]) -> SelectOfScalar[Person]:
    """Return the query so that whom it finds can't be erased until the transaction ends.

    It is the lock that a row naming a person takes anyway, only before anything is sealed.
    """
    locked = people.with_for_update(read=True, key_share=True)
    return locked.execution_options(populate_existing=True)


def _earlier_indexes(person: Person) -> list[bytes]:
    """Return how the person's number was indexed by the master key that is being replaced."""
    if person.sealed_phone is None or len(keyring().keys) == 1:
        return []
    return vault.earlier_indexes(unseal(person, person.sealed_phone, "phone"))


def is_erased(person: KeyHolder) -> bool:
    """Return whether the person's key was destroyed: nothing sealed by it can be read again."""
    return not person.wrapped_key


def seal(person: Person, text: str, purpose: str) -> bytes:
    """Return the text encrypted with the person's own key; raise Conflict for an erased person."""
    return vault.encrypt(own_key(person), text.encode(), f"{purpose}:{person.id}")


def own_key(person: KeyHolder) -> bytes:
    """Return the person's own key, or another holder's; raise Conflict for an erased person."""
    if is_erased(person):
        raise Conflict(
            "The requester's data were erased; nothing can be added to them.",
            remedy="Register a new ticket.",
        )
    return vault.unwrap(person.wrapped_key, str(person.id))


def unseal(person: Person, sealed: bytes, purpose: str) -> str:
    """Return a sealed text, for the machine's own steps; mask it before a person sees it.

    Of an erased person it is `ERASED`, so that every page about their tickets still stands.
    """
    if is_erased(person):
        return ERASED
    return vault.decrypt(own_key(person), sealed, f"{purpose}:{person.id}").decode()


def masked_phone(person: Person) -> str:
    """Return the person's number as every page may show it; empty when none is known."""
    if person.sealed_phone is None or is_erased(person):
        return ""
    return PhoneNumber(unseal(person, person.sealed_phone, "phone")).masked


def phone_of(person: Person) -> PhoneNumber | None:
    """Return the person's number in the clear, for the machine's own steps; never log it."""
    if person.sealed_phone is None or is_erased(person):
        return None
    return PhoneNumber(unseal(person, person.sealed_phone, "phone"))


def reveal(
    session: Session, person: Person, *, subject: str, actor: str, reason: str, now: datetime
) -> Identity:
    """Return the person's identity and leave an AccessLog row; raise Invalid without a reason."""
    note_access(
        session, person, subject=subject, actor=actor, what=IDENTITY, reason=reason, now=now
    )
    return Identity(phone=phone_of(person))


def note_access(
    session: Session,
    person: Person,
    *,
    subject: str,
    actor: str,
    what: str,
    reason: str,
    now: datetime,
) -> None:
    """Leave an AccessLog row for a look at a person's data; raise Invalid without a reason."""
    if not reason.strip():
        raise Invalid(f"A reason is needed to see {what}.", remedy="Say why, in a few words.")
    session.add(
        AccessLog(
            at=now,
            actor=actor,
            person_id=person.id,
            subject=subject,
            what=what,
            reason=ERASED if is_erased(person) else "",
            sealed_reason=seal_reason(person, reason),
        )
    )


def why(person: Person, look: AccessLog) -> str:
    """Return why somebody looked at this person's data, masked; `ERASED` of who was erased."""
    if look.sealed_reason is None:
        return look.reason
    return unseal(person, look.sealed_reason, REASON)


def seal_reason(person: Person, reason: str) -> bytes | None:
    """Return what was written, masked and sealed; None of who was erased: with what key?"""
    return None if is_erased(person) else seal(person, mask_text(reason.strip()), REASON)


def gave_reason(session: Session, *, subject: str, actor: str, what: str, since: datetime) -> bool:
    """Return whether the actor has said why they look at this since then."""
    row = session.exec(
        select(AccessLog.id).where(
            AccessLog.subject == subject,
            AccessLog.actor == actor,
            AccessLog.what == what,
            AccessLog.at >= since,
        )
    ).first()
    return row is not None
