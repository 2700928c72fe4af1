"""差评件 over HTTP: opened by a rating, verified, appealed against, decided, asked again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.models import Rating
from dispatch.ratings.models_ratings import BadRating, RatingExclusion
from dispatch.requesters import ratings
from dispatch.requesters.ratings import Judgement
from dispatch.tickets import find
from hotline.core.accounts import Role
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from tests.api.conftest import another, sign_in
from tests.dispatch.rating_scene import DEPARTMENT, answered, bad_rating, rated
from tests.dispatch.requester_scene import answer, key_of

DOOR = "/api/v1/bad-ratings"
TRUE = {"verdict": "true", "note": "电话核实，灯仍不亮"}
PLEA = {"ground": "wrong_rating", "statement": "诉求人说按错了键"}
Desk = Callable[[str], TestClient]


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, now)


def test_a_bad_rating_through_the_link_opens_a_case_and_a_good_one_none(
    client: TestClient, session: Session, at: datetime
) -> None:
    for grade in (5, 2):
        ticket = answered(session, at)
        headers = {"X-Ticket-Key": key_of(session, ticket, at)}
        door = f"/api/v1/public/tickets/{ticket.number}/rating"
        given = {"satisfaction": grade, "aspects": {"attitude": 1, "process": 4}}
        assert client.get(door, headers=headers).status_code == 405  # a look rates nothing
        assert client.post(door, json=given, headers=headers).status_code == 200
    (item,) = client.get(DOOR, params={"standing": "to_verify"}).json()["items"]
    assert (item["ticket"], item["satisfaction"], item["via"]) == (ticket.number, 2, "link")
    assert (item["stage"], item["department"], item["excluded"]) == ("rectifying", DEPARTMENT, "")


def test_verified_rectified_answered_and_asked_again(
    client: TestClient, session: Session, at: datetime
) -> None:
    ticket, _ = rated(session, at, 1)
    (bad,) = client.get(DOOR).json()["items"]
    read = client.get(f"{DOOR}/{bad['id']}")
    seen = {"If-Match": read.headers["ETag"], "Idempotency-Key": "once"}
    verified = client.post(f"{DOOR}/{bad['id']}/verify", json=TRUE, headers=seen)
    assert (verified.status_code, verified.json()["verdict"]) == (200, "true")
    again = client.post(f"{DOOR}/{bad['id']}/verify", json=TRUE, headers=seen)
    assert again.json() == verified.json()
    assert client.post(f"{DOOR}/{bad['id']}/verify", json=TRUE).status_code == 409
    answer(session, ticket, at)
    assert client.get(f"{DOOR}/{bad['id']}").json()["stage"] == "answered"
    ratings.rate(session, ticket, Judgement(5), now=at)
    after = client.get(f"{DOOR}/{bad['id']}").json()
    assert (after["stage"], after["excluded"]) == ("asked_again", "")
    told = client.get(f"/api/v1/tickets/{ticket.number}").json()
    assert "rating.verified" in str(told["history"])


def test_who_was_rated_does_not_verify(desk: Desk, session: Session, at: datetime) -> None:
    bad = bad_rating(session, at)
    assert desk(DEPARTMENT).post(f"{DOOR}/{bad.id}/verify", json=TRUE).status_code == 403


def test_a_false_rating_stays_on_record_and_is_excluded(
    client: TestClient, session: Session, at: datetime
) -> None:
    bad = bad_rating(session, at)
    span = {"since": (at - timedelta(days=1)).isoformat(), "until": clock().isoformat()}
    assert client.get(f"{DOOR}/exclusions", params=span).json()["total"] == 0
    said = client.post(f"{DOOR}/{bad.id}/verify", json={**TRUE, "verdict": "not_at_fault"}).json()
    assert said["excluded"] == "not_at_fault"
    assert session.get_one(Rating, bad.rating_id).satisfaction == 1
    counted = client.get(f"{DOOR}/exclusions", params=span).json()
    assert (counted["total"], counted["by_reason"]["not_at_fault"]) == (1, 1)


def test_an_appeal_is_made_once_and_decided_by_somebody_else(
    boss: TestClient, supervisor: TestClient, desk: Desk, session: Session, at: datetime
) -> None:
    bad, urban = bad_rating(session, at), desk(DEPARTMENT)
    door = f"{DOOR}/{bad.id}"
    assert boss.post(f"{door}/verify", json=TRUE).status_code == 200
    assert desk("540103-urban").get(door).status_code == 404
    strange = {**PLEA, "attachments": ["00000000-0000-0000-0000-000000000000"]}
    assert urban.post(f"{door}/appeal", json=strange).status_code == 422
    made = urban.post(f"{door}/appeal", json=PLEA)
    assert (made.status_code, made.json()["appeal"]["upheld"]) == (200, None)
    assert urban.post(f"{door}/appeal", json=PLEA).status_code == 409
    decision = {"upheld": True, "note": "录音可证"}
    assert urban.post(f"{door}/decision", json=decision).status_code == 403
    assert boss.post(f"{door}/decision", json=decision).status_code == 403  # who verified it
    assert [each["id"] for each in _waiting(supervisor)] == [bad.id]
    decided = supervisor.post(f"{door}/decision", json=decision).json()
    assert (decided["appeal"]["upheld"], decided["excluded"]) == (True, "wrong_rating")
    assert supervisor.post(f"{door}/decision", json=decision).status_code == 409
    assert _waiting(supervisor) == []
    assert session.get_one(RatingExclusion, bad.rating_id).basis == "appeal"


def test_an_appeal_after_its_time_is_refused(desk: Desk, session: Session, at: datetime) -> None:
    bad = bad_rating(session, at - timedelta(days=60))
    assert desk(DEPARTMENT).post(f"{DOOR}/{bad.id}/appeal", json=PLEA).status_code == 409


def test_an_appeal_that_is_not_upheld_excludes_nothing(
    supervisor: TestClient, desk: Desk, session: Session, at: datetime
) -> None:
    bad = bad_rating(session, at)
    desk(DEPARTMENT).post(f"{DOOR}/{bad.id}/appeal", json=PLEA)
    decision = {"upheld": False, "note": "没有依据"}
    decided = supervisor.post(f"{DOOR}/{bad.id}/decision", json=decision).json()
    assert (decided["appeal"]["upheld"], decided["excluded"]) == (False, "")


def test_paper_is_entered_as_the_callback_s_answer_once(
    client: TestClient, session: Session, at: datetime
) -> None:
    ticket = answered(session, at)
    door = f"/api/v1/tickets/{ticket.number}/paper-rating"
    today = beijing_day(at).isoformat()
    given = {"satisfaction": 2, "reasons": ["too_slow"], "filled_in_on": today}
    early = {**given, "filled_in_on": "2020-01-01"}
    assert client.post(door, json=early).status_code == 422
    assert client.post(door, json=given).status_code == 200
    assert client.post(door, json={**given, "satisfaction": 1}).status_code == 409
    rating = session.exec(select(Rating).where(Rating.ticket_id == ticket.id)).one()
    assert (rating.via, rating.satisfaction) == ("paper", 2)
    assert session.exec(select(BadRating.stage)).one() == "rectifying"
    assert find(session, ticket.number).redone == 1


def _waiting(client: TestClient) -> list[dict[str, int]]:
    found: list[dict[str, int]] = client.get(DOOR, params={"standing": "to_decide"}).json()["items"]
    return found
