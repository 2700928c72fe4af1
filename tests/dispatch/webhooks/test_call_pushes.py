"""Calls as they are pushed: every event once and in order, masked, tried again, replayed."""

import json
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session
from standardwebhooks import Webhook

from dispatch.models import Confidentiality
from dispatch.webhooks import call_pushes, deliveries, endpoints, turns
from dispatch.webhooks.call_pushes import ENDPOINT, Calls
from dispatch.webhooks.models_webhooks import DeliveryStatus, WebhookEndpoint
from hotline.api import stream
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.errors import Invalid
from telephony import records
from telephony.commands import CallEnded
from telephony.models import Call
from tests import factories
from tests.dispatch.webhooks.listening import Listener
from tests.dispatch.webhooks.scene import (
    LOOPBACK,
    PACE,
    deliver,
    dispatched,
    kept,
    later,
    listening,
    read_log,
)

NUMBER = "13989004321"
ADMINISTRATOR = Actor("admin", Role.ADMINISTRATOR)
URL = "https://cti.example.gov.cn/hook"


def push_to(database: Engine, url: str, *, full_numbers: bool = False) -> None:
    with transaction(database) as session:
        call_pushes.configure(session, Calls(url, full_numbers), now=now())


def rung(database: Engine) -> Call:
    """Return a call that has come, was answered and ended."""
    with transaction(database) as session:
        arrived = replace(factories.arrival(now()), caller=NUMBER)
        call = records.open_call(session, arrived)
        records.answer_call(session, arrived.call_id, at=now())
        records.end_call(
            session, CallEnded(arrived.call_id, "caller_hung_up", 12.0, 0, now().isoformat())
        )
        return call


def claimed(session: Session) -> list[turns.Turn]:
    return turns.claim(session, most=50, busy={}, pace=PACE, now=now())


def bodies(of: list[turns.Turn]) -> list[dict[str, Any]]:
    return [json.loads(letter.body) for turn in of for letter in turn.letters]


def test_a_call_is_told_from_its_ring_to_its_end(database: Engine, listener: Listener) -> None:
    push_to(database, listener.url)
    call = rung(database)
    read_log(database)
    assert deliver(database) == 3
    assert [each["type"] for each in listener.got] == ["newCall", "open", "hangup"]
    assert [each["data"]["sequence"] for each in listener.got] == [1, 2, 3]
    assert {each["data"]["call"] for each in listener.got} == {str(call.id)}
    assert listener.got[0]["data"]["caller"] == call.caller_masked
    assert NUMBER not in "".join(listener.bodies)


def test_what_is_pushed_is_signed_with_the_secret_that_an_administrator_was_shown(
    database: Engine, listener: Listener
) -> None:
    push_to(database, listener.url)
    with transaction(database) as session:
        found = endpoints.find(session, ENDPOINT, actor=ADMINISTRATOR, lock=True)
        secret = endpoints.rotate(
            session, found, overlap=timedelta(), actor=ADMINISTRATOR, now=now()
        )
    rung(database)
    read_log(database)
    deliver(database)
    assert Webhook(secret).verify(listener.bodies[0], listener.heads[0])


def test_a_receiver_that_fails_is_told_again_and_in_order(
    database: Engine, listener: Listener
) -> None:
    push_to(database, listener.url)
    listener.answers = [503]
    rung(database)
    read_log(database)
    assert deliver(database) == 1
    deliver(database, at=later(0.1))
    assert [each["type"] for each in listener.got] == ["newCall", "newCall", "open", "hangup"]
    assert listener.heads[0]["webhook-id"] == listener.heads[1]["webhook-id"]
    assert {each.status for each in kept(database)} == {DeliveryStatus.DELIVERED}


def test_who_comes_late_has_the_calls_replayed(database: Engine, listener: Listener) -> None:
    began = now()
    push_to(database, listener.url)
    rung(database)
    read_log(database)
    deliver(database)
    with transaction(database) as session:
        found = endpoints.find(session, ENDPOINT, actor=ADMINISTRATOR)
        assert deliveries.replay_since(session, found, began, now=now()) == 3
    deliver(database)
    assert listener.bodies[:3] == listener.bodies[3:]


def test_who_reads_the_log_late_reads_every_event_of_a_call_once(database: Engine) -> None:
    with Session(database) as session:
        place = events.latest(session)
    call = rung(database)
    agent = Actor("agent-1", Role.AGENT)
    with Session(database) as session:
        _, told = stream.heard(session, place, frozenset(), agent)
    types = [each.type for each in told if each.refs.get("call") == str(call.id)]
    assert types == ["call.ringing", "call.answered", "call.ended"]


def test_departments_are_told_of_no_call_and_the_console_of_no_order(database: Engine) -> None:
    push_to(database, URL)
    ours = listening(database, "https://oa.example.gov.cn/hook")
    number = dispatched(database)
    call = rung(database)
    read_log(database)
    told = {each.endpoint_id: set[str]() for each in kept(database)}
    for each in kept(database):
        told[each.endpoint_id].add(each.body)
    assert all(number in body and str(call.id) not in body for body in told[ours.id])
    assert all(str(call.id) in body and number not in body for body in told[ENDPOINT])


def test_a_full_number_is_sent_where_the_site_says_so_and_kept_nowhere(database: Engine) -> None:
    push_to(database, URL, full_numbers=True)
    rung(database)
    read_log(database)
    with Session(database) as session:
        first, *others = bodies(call_pushes.with_numbers(session, claimed(session)))
    assert first["data"]["number"] == f"+86{NUMBER}"
    assert not any("number" in each["data"] for each in others)
    assert not any(NUMBER in each.body for each in kept(database))


@pytest.mark.parametrize("level", [Confidentiality.CONFIDENTIAL, Confidentiality.SEALED])
def test_the_number_of_a_confidential_matter_stays_masked(
    database: Engine, level: Confidentiality
) -> None:
    push_to(database, URL, full_numbers=True)
    _close(database, rung(database), level)
    read_log(database)
    with Session(database) as session:
        told = bodies(call_pushes.with_numbers(session, claimed(session)))
    assert len(told) == 3
    assert not any("number" in each["data"] for each in told)


def test_who_rang_about_a_sealed_matter_is_told_no_more_but_that_they_hung_up(
    database: Engine,
) -> None:
    push_to(database, URL)
    _close(database, rung(database), Confidentiality.SEALED)
    read_log(database)
    with transaction(database) as session:
        told = bodies(call_pushes.without_sealed(session, claimed(session)))
    assert [each["type"] for each in told] == ["open", "hangup"]
    assert kept(database)[0].status == DeliveryStatus.WITHHELD


def test_a_setting_that_is_taken_away_ends_the_pushes(database: Engine) -> None:
    push_to(database, URL)
    push_to(database, "")
    rung(database)
    read_log(database)
    with transaction(database) as session:
        assert claimed(session) == []
        endpoint = session.get_one(WebhookEndpoint, ENDPOINT)
        assert endpoint.disabled_at
    push_to(database, f"{URL}/2")
    with transaction(database) as session:
        assert len(bodies(claimed(session))) == 3  # what was kept meanwhile


def test_a_url_on_the_site_s_own_network_is_refused_unless_it_is_listed() -> None:
    with pytest.raises(Invalid, match="no public address"):
        Calls("https://10.0.0.7/hook").check(())
    Calls("http://10.0.0.7/hook").check((ip_network("10.0.0.0/8"),))
    Calls("").check(LOOPBACK)


def _close(database: Engine, call: Call, level: Confidentiality) -> None:
    """Let a ticket of this level come of the call."""
    with transaction(database) as session:
        ticket = factories.create_ticket(session, now=now())
        ticket.call_id, ticket.confidentiality = call.id, level
        assert events.history(session, records.chain(call.id))
