"""From the log to the lanes: each event once, to whom it concerns, and nothing personal in it."""

import json
import threading
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session, select

from dispatch.clustering import clusters
from dispatch.models import Ticket
from dispatch.webhooks import outbox
from dispatch.webhooks.models_webhooks import WebhookDelivery
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.events import Audience, Cursor, EventType
from tests.dispatch.webhooks.scene import (
    CITY,
    URBAN,
    accept,
    dispatched,
    kept,
    listening,
    read_log,
    seal,
)

URL = "https://oa.example.gov.cn/hook"


def bodies(database: Engine) -> list[dict[str, Any]]:
    return [json.loads(each.body) for each in kept(database)]


def test_a_department_is_told_of_its_own_orders_only(database: Engine) -> None:
    ours, theirs = listening(database, URL), listening(database, URL, CITY)
    number = dispatched(database, URBAN, CITY)
    only = dispatched(database, URBAN)
    read_log(database)
    told = {(each.endpoint_id, json.loads(each.body)["data"]["order"]) for each in kept(database)}
    assert told == {
        (ours.id, f"{number}-1"),
        (ours.id, f"{only}-1"),
        (theirs.id, f"{number}-2"),
    }


def test_an_event_is_told_thin_by_the_id_it_has_in_the_feed(database: Engine) -> None:
    listening(database, URL)
    number = dispatched(database)
    read_log(database)
    (told,) = bodies(database)
    (delivery,) = kept(database)
    assert told["type"] == "order.dispatched"
    assert told["timestamp"].endswith("+08:00")
    assert told["data"] == {
        "order": f"{number}-1",
        "ticket": number,
        "role": "lead",
        "sequence": 1,
    }
    with Session(database) as session:
        place = Cursor.parse(delivery.message)
        found = session.get_one(events.Event, place.id)
        assert (found.xid, found.type) == (place.xid, "order.dispatched")


def test_events_of_an_order_are_numbered_without_a_gap(database: Engine) -> None:
    listening(database, URL)
    first, second = dispatched(database), dispatched(database)
    read_log(database)
    for number in (first, second):
        accept(database, number, contacts=2)
    read_log(database)
    for number in (first, second):
        own = [
            each["data"]["sequence"]
            for each in bodies(database)
            if each["data"]["ticket"] == number
        ]
        assert own == [1, 2, 3, 4]


def test_what_happens_to_the_whole_ticket_is_numbered_among_its_orders_events(
    database: Engine,
) -> None:
    listening(database, URL)
    number = dispatched(database)
    _remind(database, number)
    read_log(database)
    told = [(each["type"], each["data"]["sequence"]) for each in bodies(database)]
    assert told == [("order.dispatched", 1), ("ticket.reminded", 2)]
    assert {each["data"]["order"] for each in bodies(database)} == {f"{number}-1"}


def test_a_follower_of_a_cluster_is_told_in_the_lane_of_the_main_tickets_order(
    database: Engine,
) -> None:
    listening(database, URL)
    main, other = dispatched(database), dispatched(database, CITY)
    with transaction(database) as session:
        both = [session.exec(select(Ticket).where(Ticket.number == n)).one() for n in (main, other)]
        clusters.merge(session, both[0], [both[1]], "同一盏路灯", actor=MACHINE, now=now())
    _remind(database, other)
    read_log(database)
    reminded = [each for each in bodies(database) if each["type"] == "ticket.reminded"]
    assert {(each["data"]["order"], each["data"]["ticket"]) for each in reminded} == {
        (f"{main}-1", other)
    }


def _remind(database: Engine, number: str) -> None:
    with transaction(database) as session:
        events.append(
            session,
            EventType.TICKET_REMINDED,
            chain=f"ticket:{number}",
            actor="hotline",
            now=now(),
            audience=Audience.CALLER,
            ticket=number,
            count=1,
        )


def test_what_the_department_may_not_know_is_not_told(database: Engine) -> None:
    listening(database, URL)
    number = dispatched(database)
    with transaction(database) as session:
        events.append(
            session,
            EventType.ORDER_ACCEPTED,
            chain=f"ticket:{number}",
            actor="hotline",
            now=now(),
            audience=Audience.INTERNAL,
            ticket=number,
            order=f"{number}-1",
            department=URBAN,
        )
    read_log(database)
    assert [each.type for each in kept(database)] == ["order.dispatched"]


def test_of_a_sealed_ticket_nothing_is_told(database: Engine) -> None:
    listening(database, URL)
    seal(database, dispatched(database))
    open_one = dispatched(database)
    read_log(database)
    assert [each["data"]["ticket"] for each in bodies(database)] == [open_one]


def test_a_text_that_slipped_into_an_event_does_not_leave(database: Engine) -> None:
    listening(database, URL)
    number = dispatched(database)
    with transaction(database) as session:
        events.append(
            session,
            EventType.ORDER_ACCEPTED,
            chain=f"ticket:{number}",
            actor="张三",
            now=now(),
            audience=Audience.DEPARTMENT,
            ticket=number,
            order=f"{number}-1",
            department=URBAN,
            note="李四，13989001234",
        )
    read_log(database)
    told = "".join(each.body for each in kept(database))
    assert "order.accepted" in told
    assert not any(word in told for word in ("张三", "李四", "1398"))


def test_an_endpoint_is_told_the_events_it_wants(database: Engine) -> None:
    listening(database, URL, types=("order.accepted",))
    accept(database, dispatched(database), contacts=1)
    read_log(database)
    assert [each.type for each in kept(database)] == ["order.accepted"]


def test_without_an_endpoint_the_log_is_passed_over_and_not_told_later(database: Engine) -> None:
    dispatched(database)
    read_log(database)
    listening(database, URL)
    read_log(database)
    assert kept(database) == []
    dispatched(database)
    read_log(database)
    assert len(kept(database)) == 1


def test_processes_that_read_the_log_at_once_owe_each_event_once(database: Engine) -> None:
    listening(database, URL)
    numbers = [dispatched(database) for _ in range(10)]
    for number in numbers:
        accept(database, number, contacts=3)
    readers = [threading.Thread(target=_read_all, args=(database,)) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    read_log(database)
    found = [(each.ticket, each.sequence) for each in kept(database)]
    assert sorted(found) == sorted((number, n) for number in numbers for n in range(1, 6))


def _read_all(database: Engine) -> None:
    for _ in range(30):
        with transaction(database) as session:
            outbox.fan_out(session, now=now(), most=3)


def test_a_late_commit_is_told_and_a_reading_that_fails_owes_nothing(database: Engine) -> None:
    listening(database, URL)
    late, early = dispatched(database), dispatched(database)
    read_log(database)
    with Session(database) as slow:
        slow.execute(text("SELECT pg_current_xact_id()"))  # begun first, committed last
        accept(database, early)
        read_log(database)
        assert len(kept(database)) == 2  # below its watermark there is nothing new
        slow.commit()
    accept(database, late)
    with Session(database) as dies:  # before its commit
        assert outbox.fan_out(dies, now=now())
    assert len(kept(database)) == 2
    read_log(database)
    with Session(database) as session:
        accepted = session.exec(
            select(WebhookDelivery.ticket).where(WebhookDelivery.type == "order.accepted")
        ).all()
    assert list(accepted) == [early, late]
