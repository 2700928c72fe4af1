"""What was erased or sealed goes from the tables' pages within a day, and nothing is done else."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from dispatch.people import wiping
from dispatch.people.models_people import PersonErasure
from dispatch.schedule import SWEEPS
from hotline.core import privacy
from hotline.core.db import transaction
from tests.factories import CALLER

_VACUUMED = text("SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL")


def erase_somebody(engine: Engine, at: datetime) -> None:
    with transaction(engine) as session:
        person = privacy.know_person(session, CALLER, now=at)
    with transaction(engine) as session:
        person.wrapped_key, person.phone_index, person.sealed_phone = b"", None, None
        session.add(person)
        session.add(
            PersonErasure(
                person_id=person.id, at=at, by="admin-1", reason="期满", tickets=0, recordings=0
            )
        )


def test_the_old_rows_go_once_somebody_was_erased(emptied: Engine) -> None:
    assert wiping.wipe(emptied) == []  # nothing was erased or sealed
    erase_somebody(emptied, datetime.now(UTC))
    assert set(wiping.wipe(emptied)) == set(wiping.TABLES)
    with transaction(emptied) as session:
        assert set(wiping.TABLES) <= set(session.execute(_VACUUMED).scalars())


def test_what_was_wiped_is_not_wiped_again(emptied: Engine) -> None:
    erase_somebody(emptied, datetime.now(UTC) - 2 * wiping.COMMITTED_BY)
    wiping.wipe(emptied)
    assert wiping.wipe(emptied) == []
    erase_somebody(emptied, datetime.now(UTC) + timedelta(seconds=1))
    assert "person" in wiping.wipe(emptied)


def test_it_is_looked_for_every_day() -> None:
    assert {each.job: each.every_s for each in SWEEPS}["dispatch.people.jobs.wipe"] == 86400
