"""In order within an order, and no dead process holds up another."""

from datetime import timedelta

from sqlalchemy import Engine, text
from sqlmodel import Session, select

from dispatch.notices.models_notices import StaffNotice
from dispatch.webhooks import deliveries, endpoints, turns
from dispatch.webhooks.pace import Pace
from dispatch.webhooks.sending import Sender
from hotline.core import events
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.events import Event, EventType
from tests.dispatch.webhooks.listening import Listener
from tests.dispatch.webhooks.scene import (
    LOOPBACK,
    PACE,
    accept,
    deliver,
    dispatched,
    handled,
    keep,
    kept,
    later,
    listening,
    read_log,
    send,
    statuses,
)

HOPELESS = Pace(waits=(timedelta(hours=1), timedelta(hours=2)))  # three tries


def test_a_later_event_of_an_order_waits_while_an_earlier_one_is_not_taken(
    database: Engine, listener: Listener
) -> None:
    listening(database, listener.url)
    stuck, free = handled(database), handled(database)
    listener.refused = {stuck}
    deliver(database)
    assert [each for each in listener.told if each[0] == free] == [(free, n) for n in (1, 2, 3)]
    assert [each for each in listener.told if each[0] == stuck] == [(stuck, 1)]
    deliver(database)  # not before its wait is over
    assert len(listener.told) == 4
    listener.refused = set()
    deliver(database, at=later(1))
    assert [each for each in listener.told if each[0] == stuck][1:] == [
        (stuck, n) for n in (1, 2, 3)
    ]
    assert set(statuses(database).values()) == {"delivered"}


def test_every_try_of_an_event_has_the_same_id_and_body(
    database: Engine, listener: Listener
) -> None:
    listening(database, listener.url)
    dispatched(database)
    read_log(database)
    listener.answers = [500, 503]
    for hours in (0, 1, 2):
        deliver(database, at=later(hours))
    assert len(listener.got) == 3
    assert len({head["webhook-id"] for head in listener.heads}) == 1
    assert len(set(listener.bodies)) == 1
    (delivery,) = kept(database)
    assert (delivery.tries, delivery.status, delivery.last_status) == (3, "delivered", 204)


def test_what_is_given_up_is_told_of_and_the_next_event_goes_on(
    database: Engine, listener: Listener
) -> None:
    endpoint = listening(database, listener.url)
    order = handled(database)
    listener.answers = [500] * 3
    for hours in (0, 2, 6):
        deliver(database, at=later(hours), pace=HOPELESS)
    assert statuses(database) == {
        (order, 1): "dead",
        (order, 2): "delivered",
        (order, 3): "delivered",
    }
    with Session(database) as session:
        query = select(Event).where(Event.type == EventType.WEBHOOK_DEAD)
        told = session.exec(query.where(Event.chain == endpoints.chain(endpoint.id))).one()
        assert told.refs["subject"] == order
        assert told.audience == "internal"
        notices = session.exec(
            select(StaffNotice).where(
                StaffNotice.says == "webhook_dead", StaffNotice.order == order
            )
        ).all()
        assert [each.recipient for each in notices] == ["department:540102-urban"]
        events.verify(session)


def test_a_dead_letter_that_is_replayed_goes_before_what_its_order_has_waiting(
    database: Engine, listener: Listener
) -> None:
    endpoint = listening(database, listener.url)
    order = handled(database)
    listener.answers = [500] * 4
    for hours in (0, 2, 6):
        deliver(database, at=later(hours), pace=HOPELESS)
    dead, waiting, _ = kept(database)
    assert (dead.status, waiting.status) == ("dead", "waiting")
    listener.got.clear()
    with transaction(database) as session:
        deliveries.replay(session, endpoint, dead.id or 0, now=now())
    deliver(database)
    assert listener.told == [(order, 1), (order, 2), (order, 3)]
    assert listener.heads[0]["webhook-id"] == listener.heads[-3]["webhook-id"]


def test_all_since_a_moment_are_replayed_in_order_or_only_the_dead(
    database: Engine, listener: Listener
) -> None:
    endpoint = listening(database, listener.url)
    began = now()
    order = handled(database)
    deliver(database)
    first = list(listener.told)
    with transaction(database) as session:
        assert deliveries.replay_since(session, endpoint, later(1), now=now()) == 0
        assert deliveries.replay_since(session, endpoint, began, only_dead=True, now=now()) == 0
        assert deliveries.replay_since(session, endpoint, began, now=now()) == 3
    deliver(database)
    assert listener.told == first * 2
    assert first == [(order, n) for n in (1, 2, 3)]


def test_a_process_that_died_in_a_turn_is_followed_by_another(
    database: Engine, listener: Listener
) -> None:
    listening(database, listener.url)
    order = handled(database)
    with transaction(database) as session:
        (lost,) = turns.claim(session, most=5, busy={}, pace=PACE, now=now())
    assert len(lost.letters) == 3
    assert deliver(database) == 0  # it may still be at it
    assert deliver(database, at=now() + PACE.lease) == 3
    assert listener.told == [(order, n) for n in (1, 2, 3)]


def test_who_comes_back_too_late_changes_nothing(database: Engine, listener: Listener) -> None:
    listening(database, listener.url)
    handled(database)
    with transaction(database) as session:
        (slow,) = turns.claim(session, most=5, busy={}, pace=PACE, now=now())
    sender = Sender(LOOPBACK)
    listener.answers = [500]
    late = send(slow, sender, now())
    sender.close()
    deliver(database, at=now() + PACE.lease)
    with transaction(database) as session:
        keep(session, [late], PACE, now())
    assert set(statuses(database).values()) == {"delivered"}
    assert not _due(database)


def _due(database: Engine) -> bool:
    with database.connect() as connection:
        query = "SELECT EXISTS (SELECT FROM webhook_lane WHERE due_at IS NOT NULL)"
        return bool(connection.scalar(text(query)))


def test_an_event_that_is_owed_while_its_lane_is_sent_is_not_forgotten(
    database: Engine, listener: Listener
) -> None:
    listening(database, listener.url)
    number = dispatched(database)
    read_log(database)
    with transaction(database) as session:
        (turn,) = turns.claim(session, most=5, busy={}, pace=PACE, now=now())
    accept(database, number)
    read_log(database)
    sender = Sender(LOOPBACK)
    ended = send(turn, sender, now())
    sender.close()
    with transaction(database) as session:
        keep(session, [ended], PACE, now())
    deliver(database)
    assert listener.told == [(f"{number}-1", 1), (f"{number}-1", 2)]
