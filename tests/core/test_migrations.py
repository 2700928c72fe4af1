"""The database that migrations make is the one that the models describe."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from hotline import migrations
from hotline.core.db import connect
from hotline.core.errors import CannotStart

# The oldest shape that a site may have kept tickets in, and a value for each type of its columns.
OLDEST = "0004"
SOMETHING = {
    "INTEGER": "1",
    "BIGINT": "1",
    "FLOAT": "1",
    "DOUBLE PRECISION": "1",
    "VARCHAR": "'x'",
    "BOOLEAN": "true",
    "TIMESTAMP": "now()",
    "DATE": "current_date",
    "JSONB": "'[]'",
    "BYTEA": "'x'",
    "UUID": "gen_random_uuid()",
}


def test_upgrade_head_equals_the_models(engine: Engine) -> None:
    command.check(migrations.config(engine))


def test_a_database_of_a_newer_version_is_refused_and_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        before = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(CannotStart, match="newer version"):
            migrations.upgrade(engine)
    finally:
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :before"), {"before": before}
            )


@pytest.fixture
def old(engine: Engine) -> Iterator[Engine]:
    """A database of the oldest shape, with a row in every table."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as server:
        server.execute(text("CREATE DATABASE old_shape"))
        made = connect(engine.url.set(database="old_shape").render_as_string(hide_password=False))
        command.upgrade(migrations.config(made), OLDEST)
        _fill(made)
        yield made
        made.dispose()
        server.execute(text("DROP DATABASE old_shape"))


def test_an_older_database_is_brought_to_the_present_with_all_its_rows(old: Engine) -> None:
    before = _counts(old)
    assert len(before) > 20
    assert set(before.values()) == {1}
    migrations.upgrade(old)
    command.check(migrations.config(old))
    assert before.items() <= _counts(old).items()


def _fill(made: Engine) -> None:
    with made.begin() as connection:
        # One row a table can't name the rows it belongs to.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in _tables(made):
            needed = [
                column
                for column in inspect(made).get_columns(table)
                if not column["nullable"] and column["default"] is None
            ]
            values = [SOMETHING[str(column["type"]).partition("(")[0]] for column in needed]
            names = ", ".join(f'"{column["name"]}"' for column in needed)
            insert = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(values)})'  # noqa: S608  # names of our own tables
            connection.execute(text(insert))


def _counts(made: Engine) -> dict[str, int]:
    with made.connect() as connection:
        return {
            table: connection.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0  # noqa: S608  # the same
            for table in _tables(made)
        }


def _tables(made: Engine) -> list[str]:
    return [name for name in inspect(made).get_table_names() if name != "alembic_version"]
