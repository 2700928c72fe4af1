"""A receiver that is shut, gone or slow is sent no more than it may be, and holds up no other."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from dispatch.webhooks import deliveries, endpoints, turns
from dispatch.webhooks.models_webhooks import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from dispatch.webhooks.pace import Pace
from dispatch.webhooks.postman import Postman
from hotline.core import db
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.events import Event, EventType
from tests.dispatch.webhooks.listening import Listener
from tests.dispatch.webhooks.scene import (
    LOOPBACK,
    SYSTEM,
    deliver,
    dispatched,
    handled,
    kept,
    later,
    listening,
    read_log,
    seal,
    statuses,
)


def test_a_ticket_that_is_sealed_while_its_events_wait_is_told_of_no_more(
    database: Engine, listener: Listener
) -> None:
    endpoint = listening(database, listener.url)
    order = handled(database)
    seal(database, order.removesuffix("-1"))
    deliver(database)
    assert listener.got == []
    assert set(statuses(database).values()) == {"withheld"}
    with Session(database) as session:
        assert deliveries.listed(session, endpoint) == []


def test_a_disabled_endpoint_is_sent_nothing_and_then_all_in_order(
    database: Engine, listener: Listener
) -> None:
    endpoint = listening(database, listener.url)
    _act(database, endpoint, endpoints.disable)
    order = handled(database)
    assert deliver(database) == 0
    _act(database, endpoint, endpoints.enable)
    deliver(database)
    assert listener.told == [(order, n) for n in (1, 2, 3)]


def _act(database: Engine, endpoint: WebhookEndpoint, act: Any) -> None:
    with transaction(database) as session:
        found = endpoints.find(session, endpoint.id, actor=SYSTEM, lock=True)
        act(session, found, actor=SYSTEM, now=now())


def test_a_deleted_endpoint_takes_all_that_waits_with_it(
    database: Engine, listener: Listener
) -> None:
    endpoint = listening(database, listener.url)
    handled(database)
    _act(database, endpoint, endpoints.remove)
    assert kept(database) == []
    assert deliver(database) == 0


def test_a_receiver_that_wants_no_more_is_sent_no_more(
    database: Engine, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = listening(database, listener.url)
    order = handled(database)
    listener.answers = [410]
    monkeypatch.setattr(db, "engine", lambda: database)
    postman = Postman(LOOPBACK)
    postman.deliver()
    postman.close()
    with Session(database) as session:
        assert session.get_one(WebhookEndpoint, endpoint.id).disabled_by == "hotline"
    assert listener.told == [(order, 1)]
    assert statuses(database)[order, 1] == "waiting"


def test_a_ping_is_tried_once(database: Engine, listener: Listener) -> None:
    endpoint = listening(database, listener.url)
    listener.answers = [500, 204]
    for expected in (DeliveryStatus.DEAD, DeliveryStatus.DELIVERED):
        with transaction(database) as session:
            sent = deliveries.ping(session, endpoint, now=now())
        deliver(database)
        with Session(database) as session:
            assert session.get_one(WebhookDelivery, sent.id).status == expected
    assert [each["type"] for each in listener.got] == ["webhook.ping"] * 2
    with Session(database) as session:
        assert not session.exec(
            select(Event).where(
                Event.type == EventType.WEBHOOK_DEAD, Event.refs["ticket"].astext == ""
            )
        ).all()


def test_an_endpoint_that_hangs_holds_up_its_share_and_no_other(
    database: Engine, listener: Listener
) -> None:
    hanging = listening(database, listener.url)
    for _ in range(6):
        handled(database)
    pace = Pace(each=2)
    with transaction(database) as session:
        first = turns.claim(session, most=24, busy={}, pace=pace, now=now())
        busy = {hanging.id: len(first)}
        assert len(first) == 2
        assert turns.claim(session, most=24, busy=busy, pace=pace, now=now()) == []
    other = listening(database, listener.url)
    handled(database)
    with transaction(database) as session:
        (theirs,) = turns.claim(session, most=24, busy=busy, pace=pace, now=now())
    assert theirs.endpoint.id == other.id


def test_old_deliveries_are_forgotten_but_not_what_still_waits(
    database: Engine, listener: Listener
) -> None:
    endpoint = listening(database, listener.url)
    handled(database)
    deliver(database)
    waiting = dispatched(database)
    read_log(database)
    with transaction(database) as session:
        assert deliveries.forget(session, before=later(1)) == 3
    assert [each.ticket for each in kept(database)] == [waiting]
    _act(database, endpoint, endpoints.disable)
    with transaction(database) as session:
        assert deliveries.forget(session, before=later(1)) == 1
