"""导入工单的诉求人: many people are put into the vault, or found there, by a few statements."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from hotline.core import privacy, vault
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person

# Whoever rang or asked since then is known for that.
_FORGET = text(
    "DELETE FROM person WHERE id = ANY(:ids) "
    "AND NOT EXISTS (SELECT FROM call WHERE call.person_id = person.id) "
    "AND NOT EXISTS (SELECT FROM ticket WHERE ticket.person_id = person.id) "
    "AND NOT EXISTS (SELECT FROM access_log WHERE access_log.person_id = person.id)"
)


@dataclass(frozen=True, slots=True)
class Known:
    """The people in the order in which they were asked for; `added` were not known before."""

    people: list[Person]
    added: list[uuid.UUID]


def know_many(session: Session, phones: Sequence[PhoneNumber | None], *, now: datetime) -> Known:
    """Return who has these numbers, new where need be; without a number, always a new person."""
    indexes = {phone.e164: vault.blind_index(phone.e164) for phone in phones if phone}
    found = _of_indexes(session, indexes.values())
    found |= _of_earlier_indexes(session, {index: e164 for e164, index in indexes.items()})
    made = [
        _new(PhoneNumber(e164), index, now) for e164, index in indexes.items() if index not in found
    ]
    unknown = [_new(None, None, now) for phone in phones if phone is None]
    if made or unknown:
        rows = [person.model_dump() for person in (*made, *unknown)]
        table = Person.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
        first_wins = insert(table).on_conflict_do_nothing(index_elements=["phone_index"])
        session.execute(first_wins, rows)
    found |= _of_indexes(session, [person.phone_index or b"" for person in made])
    nameless = iter(unknown)
    people = [found[indexes[phone.e164]] if phone else next(nameless) for phone in phones]
    ours = {person.id for person in (*made, *unknown)}
    return Known(people, sorted(ours & {person.id for person in people}))


def forget(session: Session, added: Sequence[uuid.UUID]) -> None:
    """Take people out of the vault again whom nothing else has named since."""
    if added:
        session.execute(_FORGET, {"ids": list(added)})


def _of_indexes(session: Session, indexes: Collection[bytes]) -> dict[bytes, Person]:
    if not indexes:
        return {}
    query = (
        select(Person).where(col(Person.phone_index).in_(list(indexes))).order_by(col(Person.id))
    )
    return {person.phone_index or b"": person for person in session.exec(privacy.unerased(query))}


def _of_earlier_indexes(session: Session, indexes: dict[bytes, str]) -> dict[bytes, Person]:
    """Return who is still known by the index of the master key that is being replaced."""
    earlier = {
        before: index for index, e164 in indexes.items() for before in vault.earlier_indexes(e164)
    }
    return {earlier[key]: person for key, person in _of_indexes(session, earlier).items()}


def _new(phone: PhoneNumber | None, index: bytes | None, now: datetime) -> Person:
    person_id = uuid.uuid4()
    wrapped = vault.new_wrapped_key(str(person_id))
    person = Person(id=person_id, wrapped_key=wrapped, phone_index=index, created_at=now)
    if phone:
        person.sealed_phone = privacy.seal(person, phone.e164, "phone")
    return person
