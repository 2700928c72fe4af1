"""A database of its own that commits: the log is read below its watermark only."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from tests.dispatch.webhooks.listening import Listener
from tests.soak.sweeps import own_database

KEPT = "webhook_delivery, webhook_lane, webhook_endpoint"


@pytest.fixture(scope="module")
def committed(engine: Engine) -> Iterator[Engine]:
    with own_database(engine.url.render_as_string(hide_password=False)) as made:
        yield made


@pytest.fixture
def database(committed: Engine) -> Engine:
    """No endpoint yet, and a log that is read to its end."""
    with committed.begin() as connection:
        connection.execute(text(f"TRUNCATE {KEPT}"))
        connection.execute(
            text(
                "UPDATE webhook_cursor SET event_id = 0, "
                "xid = (SELECT greatest(max(event.xid) + 1, webhook_cursor.xid) FROM event)"
            )
        )
    return committed


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as made:
        yield made
