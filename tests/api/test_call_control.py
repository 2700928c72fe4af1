"""Call control over HTTP: what is asked of the switch, and what is refused at once."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from telephony import ordering, parties, seats
from telephony.models import Call, CallStatus, Seat
from tests.api import calls_scene as scene
from tests.api.calls_scene import post
from tests.api.conftest import another, sign_in

BODIES = {
    "consult": {"seat": "agent-2"},
    "transfer": {"seat": "agent-2"},
    "drop": {"party": "consult-1"},
    "press": {"keys": "1#"},
    "emergency": {"service": "110"},
    "hand-over-language": {"language": "bo"},
}
PLAIN = ("hold", "unhold", "mute", "unmute", "meet", "hang-up")
VERBS = (*PLAIN, *BODIES)


@pytest.fixture
def mine(client: TestClient, session: Session, now: datetime) -> Seat:
    assert client
    return scene.seat_of(session, "agent-1", now)


@pytest.fixture
def call(session: Session, mine: Seat, now: datetime) -> Call:
    """A call in which the agent and somebody they fetched talk to the caller."""
    scene.seat_of(session, "agent-2", now)
    made = scene.caller(session, now)
    scene.talking(session, mine, made, now)
    scene.fetched(session, made, now)
    return made


@pytest.mark.parametrize("verb", VERBS)
def test_an_agent_asks_for_it_and_is_told_that_the_switch_has_it(
    verb: str, client: TestClient, session: Session, call: Call
) -> None:
    answer = post(client, call, verb, BODIES.get(verb))
    (order,) = scene.orders(session)
    assert answer == {"order": order.id, "verb": verb.replace("-", "_"), "state": "waiting"}
    shown = client.get(f"/api/v1/calls/orders/{order.id}").json()
    assert (shown["call"], shown["state"], shown["why"]) == (str(call.id), "waiting", "")


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_controls_a_call_that_is_at_another_seat_or_over(
    verb: str, client: TestClient, session: Session, call: Call, now: datetime
) -> None:
    other = sign_in(another(session), session, Role.TEAM_LEAD, now)
    if verb == "hang-up":  # a team lead may
        assert post(other, call, verb)["verb"] == "hang_up"
        return
    assert post(other, call, verb, BODIES.get(verb), 403)["title"] == "Not allowed"
    call.status = CallStatus.ENDED
    assert "has ended" in post(client, call, verb, BODIES.get(verb), 409)["detail"]
    assert scene.orders(session) == []


@pytest.mark.parametrize("verb", ["meet", "drop"])
def test_without_company_there_is_nobody_to_meet(
    verb: str, client: TestClient, session: Session, mine: Seat, now: datetime
) -> None:
    alone = scene.caller(session, now)
    scene.talking(session, mine, alone, now)
    post(client, alone, verb, BODIES.get(verb), 409)
    assert "Consult somebody" in post(client, alone, "transfer", {}, 409)["remedy"]


def test_only_a_browser_seat_answers_by_a_key(
    client: TestClient, session: Session, mine: Seat, now: datetime
) -> None:
    call = scene.caller(session, now)
    scene.offered(session, mine, call, now)
    assert post(client, call, "answer")["verb"] == "answer"
    assert "Answer the call first" in post(client, call, "hold", status=409)["remedy"]
    mine.kind = "desk"
    assert "handset" in post(client, call, "answer", status=409)["remedy"]


def test_a_consulted_colleague_must_be_free_and_somebody_else(
    client: TestClient, session: Session, call: Call, now: datetime
) -> None:
    busy = scene.seat_of(session, "agent-2", now)
    seats.offer(session, busy, scene.caller(session, now), now=now)
    assert (
        "agent-2 can't be rung" in post(client, call, "consult", {"seat": "agent-2"}, 409)["detail"]
    )
    assert "your own" in post(client, call, "consult", {"seat": "agent-1"}, 409)["detail"]
    assert "no seat" in post(client, call, "transfer", {"seat": "nobody"}, 422)["detail"]
    post(client, call, "consult", {}, 422)
    post(client, call, "transfer", {"seat": "agent-2", "number": "13989001234"}, 422)


def test_a_number_is_rung_only_as_the_site_allows_and_stands_nowhere_in_the_clear(
    client: TestClient, session: Session, call: Call
) -> None:
    post(client, call, "consult", {"number": "13989001234"}, 422)  # no trunk
    post(client, call, "consult", {"number": "就这样"}, 422)
    post(client, call, "consult", {"number": "sip:1001@198.51.100.7"}, 422)
    post(client, call, "consult", {"number": "sip:10021@127.0.0.1:5080"})
    (order,) = scene.orders(session)
    assert ordering.destination_of(order) == "sip:10021@127.0.0.1:5080"
    assert order.details == {"label": "*****"}


def test_keys_are_for_who_was_fetched_else_for_the_caller(
    client: TestClient, session: Session, call: Call, now: datetime
) -> None:
    post(client, call, "press", {"keys": "9"})
    post(client, call, "press", {"keys": "9", "party": "caller"})
    parties.leave(session, call.id, "consult-1", "hung_up", now=now)
    post(client, call, "press", {"keys": "9"})
    pressed = [order.details["party"] for order in scene.orders(session)]
    assert pressed == ["consult-1", "caller", "caller"]
    post(client, call, "press", {"keys": "9", "party": "consult-1"}, 409)
    post(client, call, "press", {"keys": "9; DROP"}, 422)


def test_a_team_lead_listens_and_may_then_only_leave(
    client: TestClient, session: Session, call: Call, now: datetime
) -> None:
    assert (
        client.post(f"/api/v1/calls/{call.id}/listen", json={"listening": "whisper"}).status_code
        == 403
    )
    lead = sign_in(another(session), session, Role.TEAM_LEAD, now)
    post(lead, call, "listen", {"listening": "whisper"}, 409)  # nobody is logged in there
    seat = scene.seat_of(session, "team_lead-1", now)
    assert post(lead, call, "listen", {"listening": "whisper"})["verb"] == "listen"
    scene.listening(session, seat, call, now)
    post(lead, call, "hold", None, 409)
    post(lead, call, "listen", {"listening": "barge"})
    assert post(lead, call, "stop-listening")["verb"] == "stop_listening"
    own_call = post(client, call, "hold")
    assert own_call["state"] == "waiting"


def test_an_order_is_shown_to_nobody_else_and_says_why_it_was_refused(
    client: TestClient, session: Session, call: Call, now: datetime
) -> None:
    number = post(client, call, "hold")["order"]
    (order,) = scene.orders(session)
    ordering.settle(order, refused="The call is over.", now=now)
    shown = client.get(f"/api/v1/calls/orders/{number}").json()
    assert (shown["state"], shown["why"]) == ("refused", "The call is over.")
    other = sign_in(another(session), session, Role.TEAM_LEAD, now)
    assert other.get(f"/api/v1/calls/orders/{number}").status_code == 404


def test_a_wrap_up_ends_by_its_code(
    client: TestClient, session: Session, mine: Seat, now: datetime
) -> None:
    call = scene.caller(session, now)
    scene.talking(session, mine, call, now)
    post(client, call, "wrap-up", {"code": "registered"}, 409)
    seats.leave(session, mine.account_id, call.id, now=now)
    assert client.get("/api/v1/seats/me").json()["status"] == "wrap_up"
    kept = post(client, call, "wrap-up", {"code": "registered"}, 200)
    assert (kept["call"], kept["code"]) == (str(call.id), "registered")


def test_the_call_shows_who_takes_part_and_how_it_waited(
    client: TestClient, session: Session, call: Call, now: datetime
) -> None:
    waits = scene.waiting(session, now, "13989005678")
    shown = client.get(f"/api/v1/calls/{call.id}").json()
    assert [each["part"] for each in shown["parties"]] == ["agent", "expert"]
    assert client.get(f"/api/v1/calls/{waits.id}").json()["queue"]["position"] == 1
