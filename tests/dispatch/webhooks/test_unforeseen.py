"""An error that nobody foresaw costs one try of one event, and no other receiver anything."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from dispatch.webhooks.models_webhooks import WebhookEndpoint
from dispatch.webhooks.postman import Postman
from hotline.core import db
from hotline.core.db import transaction
from tests.dispatch.webhooks.listening import Listener
from tests.dispatch.webhooks.scene import LOOPBACK, dispatched, kept, listening


def test_an_unforeseen_error_is_a_failed_try_and_everybody_else_is_delivered_to(
    database: Engine, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, other = (listening(database, listener.url) for _ in range(2))
    with transaction(database) as session:
        session.get_one(WebhookEndpoint, broken.id).url = "http://[no-address/hook"
    number = dispatched(database)
    monkeypatch.setattr(db, "engine", lambda: database)
    postman = Postman(LOOPBACK)
    postman.deliver()
    assert listener.told == [(f"{number}-1", 1)]
    told = {each.endpoint_id: (each.status, each.tries, each.last_error) for each in kept(database)}
    assert told == {broken.id: ("waiting", 1, "internal"), other.id: ("delivered", 1, "")}
    dispatched(database)
    postman.deliver()
    postman.close()
    assert len(listener.told) == 2
    with Session(database) as session:
        assert session.get_one(WebhookEndpoint, broken.id).disabled_at is None
