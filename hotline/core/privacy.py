"""The vault of people: who called, sealed, and who looked."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Field, Session, SQLModel, select

from hotline.core import vault
from hotline.core.ahead import Question, answers
from hotline.core.db import Moment
from hotline.core.errors import Invalid
from hotline.core.masking import mask_text as mask_text
from hotline.core.phone import PhoneNumber

# What an AccessLog row says was looked at.
IDENTITY, RECORDING = "identity", "recording"


class Person(SQLModel, table=True):
    """A person known to the hotline; nothing here can be read without the master key."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    wrapped_key: bytes = Field(sa_type=LargeBinary)
    phone_index: bytes | None = Field(default=None, unique=True, sa_type=LargeBinary)
    sealed_phone: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)


class AccessLog(SQLModel, table=True):
    """Who looked at whose data, when and why: one row a look."""

    __tablename__ = "access_log"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment, index=True)
    actor: str
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    subject: str = Field(index=True)
    what: str
    reason: str


_KNOW = (
    "INSERT INTO person (id, wrapped_key, phone_index, sealed_phone, created_at) VALUES "
    "(%(id)s, %(wrapped_key)s, %(phone_index)s, %(sealed_phone)s, %(created_at)s) "
    "ON CONFLICT (phone_index) DO NOTHING RETURNING id"
)


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
    return Question(_KNOW, {name: getattr(person, name) for name in Person.model_fields})


def know(session: Session, person: Person) -> tuple[Person, bool]:
    """Return the newcomer, added, or whoever has their number; and whether they are new."""
    if answers(session, introduction(person))[0]:
        make_transient_to_detached(person)
        session.add(person)
        return person, True
    mine = select(Person).where(Person.phone_index == person.phone_index)
    return session.exec(mine).one(), False


def seal(person: Person, text: str, purpose: str) -> bytes:
    """Return the text encrypted with the person's own key."""
    key = vault.unwrap(person.wrapped_key, str(person.id))
    return vault.encrypt(key, text.encode(), f"{purpose}:{person.id}")


def unseal(person: Person, sealed: bytes, purpose: str) -> str:
    """Return a sealed text, for the machine's own steps; mask it before a person sees it."""
    key = vault.unwrap(person.wrapped_key, str(person.id))
    return vault.decrypt(key, sealed, f"{purpose}:{person.id}").decode()


def masked_phone(person: Person) -> str:
    """Return the person's number as every page may show it; empty when none is known."""
    if person.sealed_phone is None:
        return ""
    return PhoneNumber(unseal(person, person.sealed_phone, "phone")).masked


def reveal(
    session: Session, person: Person, *, subject: str, actor: str, reason: str, now: datetime
) -> Identity:
    """Return the person's identity and leave an AccessLog row; raise Invalid without a reason."""
    note_access(
        session, person, subject=subject, actor=actor, what=IDENTITY, reason=reason, now=now
    )
    phone = unseal(person, person.sealed_phone, "phone") if person.sealed_phone else None
    return Identity(phone=PhoneNumber(phone) if phone else None)


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
            reason=reason.strip(),
        )
    )


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
