"""Who is read so that something may be sealed for them can't be erased in between."""

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine, delete, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, or_, select

from hotline.core import privacy, vault
from hotline.core.db import transaction
from hotline.core.privacy import Person
from tests.factories import CALLER

_SOMEBODY_WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def known(engine: Engine, now: datetime) -> Iterator[Person]:
    """Somebody whom every transaction can see; they are removed again."""
    with transaction(engine) as session:
        person = privacy.know_person(session, CALLER, now=now)
    yield person
    with transaction(engine) as session:
        theirs = or_(Person.id == person.id, Person.phone_index == vault.blind_index(CALLER.e164))
        session.exec(delete(Person).where(theirs))


def test_an_erasure_waits_for_whoever_seals_something_for_a_known_person(
    engine: Engine, known: Person, now: datetime
) -> None:
    erased = select(Person).where(Person.id == known.id).with_for_update(nowait=True)
    with Session(engine) as registers, Session(engine) as erases:
        person, new = privacy.meet(registers, CALLER, now=now)
        assert (person.id, new) == (known.id, False)
        with pytest.raises(OperationalError, match="could not obtain lock"):
            erases.exec(erased)
        erases.rollback()
        registers.commit()
        assert erases.exec(erased).one().id == known.id


def test_whoever_calls_while_they_are_erased_is_somebody_new(
    engine: Engine, known: Person, now: datetime
) -> None:
    met: list[tuple[Person, bool]] = []

    def call() -> None:
        with transaction(engine) as session:
            met.append(privacy.meet(session, CALLER, now=now))

    with Session(engine) as erases, Session(engine) as looks:
        person = erases.get_one(Person, known.id, with_for_update=True)
        calling = threading.Thread(target=call)
        calling.start()
        while not looks.execute(_SOMEBODY_WAITS).scalar_one():
            assert calling.is_alive()
        person.wrapped_key, person.phone_index, person.sealed_phone = b"", None, None
        erases.add(person)
        erases.commit()
        calling.join()
    ((caller, new),) = met
    assert new
    assert caller.id != known.id
    assert privacy.phone_of(caller) == CALLER
