"""After a migration that brings measures, the sweep fills every day once more."""

from collections.abc import Iterator
from datetime import date

import pytest
from alembic import command
from sqlalchemy import Engine, text

from hotline import migrations
from hotline.core.db import connect

BEFORE, AFTER = "0051", "0052"
FACT = (
    "INSERT INTO call_fact (id, call_id, day, hour, district, matter, confidentiality, answered) "
    "VALUES (1, gen_random_uuid(), '2026-03-05', 9, '', '', 'public', 1)"
)
WATCH = (
    "INSERT INTO indicator_watch (single, xid, event_id, next_day) VALUES (true, 1, 1, :next_day)"
)


@pytest.fixture
def before(engine: Engine) -> Iterator[Engine]:
    """A database as it was before the measures."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as server:
        server.execute(text("CREATE DATABASE measured_again"))
        url = engine.url.set(database="measured_again")
        made = connect(url.render_as_string(hide_password=False))
        command.upgrade(migrations.config(made), BEFORE)
        yield made
        made.dispose()
        server.execute(text("DROP DATABASE measured_again"))


@pytest.mark.parametrize(
    ("next_day", "then"),
    [("2026-11-26", date(2026, 3, 5)), ("2026-01-02", date(2026, 1, 2))],
)
def test_the_watch_is_set_back_to_the_first_day_that_has_facts(
    before: Engine, next_day: str, then: date
) -> None:
    with before.begin() as connection:
        connection.execute(text(FACT))
        connection.execute(text(WATCH), {"next_day": next_day})
    command.upgrade(migrations.config(before), AFTER)
    with before.begin() as connection:
        assert connection.scalar(text("SELECT next_day FROM indicator_watch")) == then
        kept = connection.execute(text("SELECT answered, held_s, recurred_7 FROM call_fact"))
        assert kept.one() == (1, None, None)  # what was measured stands, the rest says nothing
    command.downgrade(migrations.config(before), BEFORE)


def test_a_site_that_never_measured_begins_as_any_does(before: Engine) -> None:
    command.upgrade(migrations.config(before), AFTER)
    with before.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM indicator_watch")) == 0
