"""The database that migrations make is the one that the models describe."""

import pytest
from alembic import command
from sqlalchemy import Engine, text

from hotline import migrations
from hotline.core.errors import CannotStart


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
