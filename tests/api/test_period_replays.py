"""推演 over HTTP: asked for once, followed, cancelled, read within one's own area."""

from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.replays import replays
from dispatch.replays.models_replays import Replay
from hotline.core.accounts import Account, Role
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from hotline.core.events import Event
from tests.api.conftest import another, sign_in
from tests.dispatch.replays.scene import DAY, HOUR, answered, measured, run, sent

URL = "/api/v1/replays"


@pytest.fixture
def at() -> datetime:
    return clock() - 20 * DAY


@pytest.fixture
def chief(session: Session) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, clock())


def body(at: datetime, **changes: Any) -> dict[str, Any]:
    limit = {"clock": "reply_by", "request_type": "assistance", "limit": "1h"}
    return {
        "name": "一小时答复",
        "since": beijing_day(at).isoformat(),
        "until": beijing_day(at + DAY).isoformat(),
        "limits": [limit],
        **changes,
    }


def done(session: Session, at: datetime, chief: TestClient, **changes: Any) -> int:
    """Have one order that a limit of an hour makes late replayed; return the replay's id."""
    order = sent(session, at)
    answered(session, order, at + 3 * HOUR)
    measured(session, clock())
    made = chief.post(URL, json=body(at, **changes))
    assert made.status_code == 201, made.text
    run(session, session.get_one(Replay, made.json()["id"]), clock())
    return int(made.json()["id"])


def test_a_replay_is_asked_for_and_tells_what_flips(
    chief: TestClient, session: Session, at: datetime
) -> None:
    number = done(session, at, chief)
    told = chief.get(f"{URL}/{number}", params={"by": "department"}).json()
    assert (told["replay"]["state"], told["replay"]["done"]) == ("done", 1)
    assert "sealed" not in told["replay"]  # how many there are is for nobody to know
    assert told["inputs"]["limits"][0]["limit"] == "1h"
    (reply,) = [each for each in told["compared"] if each["measure"] == "replied_on_time"]
    assert (reply["key"], reply["rate_before"], reply["rate_after"]) == (
        *("540102-urban", 100.0, 0.0),
    )
    assert (reply["lost"], reply["reproduced"], reply["differs"]) == (1, 1, 0)
    (finding,) = chief.get(f"{URL}/{number}/findings", params={"sort": "lost"}).json()["items"]
    assert finding["department"] == "540102-urban"
    assert finding["due_after"] < finding["due_before"]
    assert chief.get(f"{URL}/{number}/findings", params={"sort": "gained"}).json()["items"] == []
    (listed,) = chief.get(URL, params={"limit": 1}).json()["items"]
    assert listed["id"] == number
    query = select(Event.type).where(Event.chain == f"replay:{number}")
    assert list(session.exec(query.order_by(col(Event.seq)))) == [
        "replay.asked",
        "replay.started",
        "replay.ended",
    ]


def test_whoever_has_another_district_sees_nothing_of_it(
    chief: TestClient, session: Session, at: datetime
) -> None:
    number = done(session, at, chief)
    elsewhere = sign_in(another(session), session, Role.TEAM_LEAD, clock())
    account = session.exec(select(Account).where(Account.role == Role.TEAM_LEAD)).one()
    account.district = "540200"
    session.flush()
    told = elsewhere.get(f"{URL}/{number}").json()
    assert told["compared"] == []
    assert elsewhere.get(f"{URL}/{number}/findings").json()["items"] == []
    account.district = "540102"
    session.flush()
    assert len(elsewhere.get(f"{URL}/{number}").json()["compared"]) == 3
    assert len(elsewhere.get(f"{URL}/{number}/findings").json()["items"]) == 1
    assert elsewhere.post(URL, json=body(at)).status_code == 403


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"limits": [{"clock": "callback_by", "limit": "1h"}]}, "is not replayed"),
        ({"limits": [{"clock": "reply_by", "limit": "soon"}]}, "is not one that can be counted"),
        ({"weights": {"response": 1, "resolution": 1, "satisfaction": 1}}, "make up no 100"),
        ({"routing": {}}, "Nothing of routing is changed"),
        ({"routing": {"threshold": 0.9}}, "a threshold of its own"),
        ({"days": [{"layer": "nowhere", "day": "2026-10-08", "kind": "off"}]}, "no calendar"),
        ({"since": "2020-01-01"}, "above a year"),
        ({"until": beijing_day(clock()).isoformat()}, "has not ended"),
        ({"since": "9999-12-31", "until": "9999-12-31"}, "has not ended"),
        ({"name": " "}, "has a name"),
    ],
)
def test_what_can_not_be_replayed_is_refused_in_words(
    chief: TestClient, at: datetime, changes: dict[str, Any], said: str
) -> None:
    refused = chief.post(URL, json=body(at, **changes))
    assert refused.status_code == 422, refused.text
    assert said in refused.json()["detail"]


def test_one_key_asks_once(chief: TestClient, session: Session, at: datetime) -> None:
    first, second = (
        chief.post(URL, json=body(at), headers={"Idempotency-Key": "a-key-1"}) for _ in range(2)
    )
    assert first.json()["id"] == second.json()["id"]
    assert len(replays.listed(session)) == 1


def test_a_replay_is_cancelled_and_begun_again(
    chief: TestClient, session: Session, at: datetime
) -> None:
    number = chief.post(URL, json=body(at)).json()["id"]
    assert chief.post(f"{URL}/{number}/restart").status_code == 409
    cancelled = chief.post(f"{URL}/{number}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    replay = session.get_one(Replay, number)
    run(session, replay, clock())
    assert (replay.state, replay.done) == ("cancelled", 0)
    assert chief.post(f"{URL}/{number}/cancel").status_code == 409
    assert chief.post(f"{URL}/{number}/restart").json()["state"] == "queued"
    run(session, replay, clock())
    assert replay.state == "done"


def test_what_is_not_there_is_not_found(chief: TestClient) -> None:
    for url in (f"{URL}/999999", f"{URL}/999999/findings"):
        assert chief.get(url).status_code == 404
    assert chief.get(URL, params={"cursor": "x"}).status_code == 422
