"""The vault of people: who called, sealed; and masks for every copy that leaves the centre."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, SQLModel, select

from hotline.core import vault
from hotline.core.db import Moment
from hotline.core.errors import Invalid
from hotline.core.phone import PhoneNumber, mask_digits

# Longest first: an ID number holds a phone number's worth of digits.
_PATTERNS = (
    re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),  # 居民身份证
    re.compile(r"(?<!\d)\d{16,19}(?!\d)"),  # bank card
    re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"),  # mobile
    re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"),  # land line
)
_PLATE = re.compile(r"([\u4e00-\u9fa5][A-Z])[·\s]?[A-Z0-9]{5,6}(?![A-Z0-9])")


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


@dataclass(frozen=True)
class Identity:
    """What the vault knows of a person, in the clear; never log it."""

    phone: PhoneNumber | None


def know_person(session: Session, phone: PhoneNumber | None, *, now: datetime) -> Person:
    """Return the person who has this number, new if need be; without a number, always a new one."""
    person_id = uuid.uuid4()
    wrapped = vault.new_wrapped_key(str(person_id))
    person = Person(id=person_id, wrapped_key=wrapped, created_at=now)
    if phone is None:
        session.add(person)
        session.flush()
        return person
    person.phone_index = vault.blind_index(phone.e164)
    person.sealed_phone = seal(person, phone.e164, "phone")
    # Two calls from one number may arrive at once: the first row wins, both find it.
    session.exec(
        insert(Person)
        .values(person.model_dump())
        .on_conflict_do_nothing(index_elements=["phone_index"])
    )
    return session.exec(select(Person).where(Person.phone_index == person.phone_index)).one()


def seal(person: Person, text: str, purpose: str) -> bytes:
    """Return the text encrypted with the person's own key."""
    key = vault.unwrap(person.wrapped_key, str(person.id))
    return vault.encrypt(key, text.encode(), f"{purpose}:{person.id}")


def unseal(person: Person, sealed: bytes, purpose: str) -> str:
    """Return a sealed text; for the machine's own steps. People read through `reveal`."""
    key = vault.unwrap(person.wrapped_key, str(person.id))
    return vault.decrypt(key, sealed, f"{purpose}:{person.id}").decode()


def reveal(
    session: Session, person: Person, *, subject: str, actor: str, reason: str, now: datetime
) -> Identity:
    """Return the person's identity and leave an AccessLog row; raise Invalid without a reason."""
    if not reason.strip():
        raise Invalid("A reason is needed to see who called.", remedy="Say why, in a few words.")
    session.add(
        AccessLog(
            at=now,
            actor=actor,
            person_id=person.id,
            subject=subject,
            what="identity",
            reason=reason,
        )
    )
    phone = unseal(person, person.sealed_phone, "phone") if person.sealed_phone else None
    return Identity(phone=PhoneNumber(phone) if phone else None)


def mask_text(text: str) -> str:
    """Return the text with phone, ID, card numbers and plates hidden."""
    for pattern in _PATTERNS:
        text = pattern.sub(lambda found: mask_digits(re.sub(r"[^\dXx]", "", found[0])), text)
    return _PLATE.sub(lambda found: f"{found[1]}*****", text)
