"""来电差评件 over HTTP."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.callback import call_ratings
from dispatch.ratings.models_call_ratings import BadCallRating
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from tests.api.conftest import another, sign_in
from tests.dispatch import inspection_scene as scene

DOOR = "/api/v1/bad-call-ratings"
VERDICT = {"verdict": "founded", "note": "听了录音，属实"}


@pytest.fixture
def case(session: Session) -> BadCallRating:
    at = clock()
    call = scene.talk(session, at - timedelta(minutes=5), agent="who-talked")
    call_ratings.rate(session, call, 2, now=at)
    return session.exec(select(BadCallRating)).one()


def test_a_case_is_verified_and_closed_by_a_team_lead(
    boss: TestClient, session: Session, now: datetime, case: BadCallRating
) -> None:
    (item,) = boss.get(DOOR, params={"state": "open"}).json()["items"]
    assert (item["id"], item["agent"], item["satisfaction"]) == (case.id, "who-talked", 2)
    assert item["may_be_called"] is True
    own = f"{DOOR}/{case.id}"
    inspector = sign_in(another(session), session, Role.INSPECTOR, now)
    assert inspector.get(own).status_code == 200
    assert inspector.post(f"{own}/verify", json=VERDICT).status_code == 403
    seen = {"If-Match": boss.get(own).headers["ETag"], "Idempotency-Key": "once"}
    verified = boss.post(f"{own}/verify", json=VERDICT, headers=seen)
    assert (verified.status_code, verified.json()["state"]) == (200, "verified")
    assert boss.post(f"{own}/verify", json=VERDICT, headers=seen).json() == verified.json()
    nothing = {"done": ["nothing"], "words": "算了"}
    assert boss.post(f"{own}/close", json=nothing).status_code == 422
    closed = boss.post(f"{own}/close", json={"done": ["talked"], "words": "谈了"}).json()
    assert (closed["state"], closed["done"], closed["words"]) == ("closed", ["talked"], "谈了")
    assert boss.get(DOOR, params={"state": "open"}).json()["items"] == []


def test_departments_and_agents_see_none(
    boss: TestClient, session: Session, now: datetime, case: BadCallRating
) -> None:
    assert boss.get(f"{DOOR}/{case.id}").status_code == 200
    agent = sign_in(another(session), session, Role.AGENT, now)
    assert agent.get(f"{DOOR}/{case.id}").status_code == 403
    handler = sign_in(another(session), session, Role.HANDLER, now)
    assert handler.get(DOOR).status_code == 403
