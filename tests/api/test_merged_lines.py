"""归并热线: the numbers of a merged line are the hotline's, and no telephone's of its own."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from tests.api.conftest import another, sign_in
from tests.api.test_directory import API, OWN, agent, sent, supervisor

__all__ = ["agent", "supervisor"]


def test_a_number_that_12345_could_be_taken_for_is_no_merged_line(supervisor: TestClient) -> None:
    mine = "540000-hrss,2026年1月1日\n"
    bad = OWN + f"345,甲线,双号并行,,{mine}" + f"12366,乙线,整体并入,0891-12345|+8612345,{mine}"
    answer = sent(supervisor, "hotlines", bad)
    assert answer.status_code == 422
    found = [(each["row"], each["column"]) for each in answer.json()["errors"]]
    assert found == [(3, "number"), (4, "aliases"), (4, "aliases")]


def test_the_hotline_rings_no_number_of_a_merged_line(
    supervisor: TestClient, agent: TestClient, session: Session, now: datetime
) -> None:
    lead = sign_in(another(session), session, Role.TEAM_LEAD, now)
    seat, phone = f"{API}/seats/me", {"kind": "desk", "address": "sip:12333@127.0.0.1:5060"}
    assert agent.put(seat, json=phone).status_code == 200
    assert sent(supervisor, "hotlines", OWN).status_code == 200
    assert agent.put(seat, json=phone).status_code == 422
    assert lead.post(f"{API}/telephones", json={"name": "12333"}).status_code == 422
    assert lead.post(f"{API}/telephones", json={"name": "12334"}).status_code == 201
