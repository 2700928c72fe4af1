"""0 bytes of a sealed ticket's requester are in any answer, log, file, webhook or plain column.

Unsealed, a department still sees no number of theirs, nor where they live.
"""

from typing import Any

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from dispatch import jobs, tickets
from dispatch.people import who_saw
from dispatch.webhooks import outbox
from dispatch.webhooks.models_webhooks import WebhookDelivery
from hotline import housekeeping
from hotline.core import clock, db, keys
from hotline.core.accounts import MACHINE, Role
from hotline.core.settings import Settings
from tests.canary import scanning
from tests.canary.conftest import Door
from tests.canary.needles import ADDRESS, NAME, PHONE, SAID_AGAIN, found_in
from tests.canary.planting import URBAN, canary_call, planted, talked_of

pytestmark = pytest.mark.long

INSIDE = [each for each in Role if each not in (Role.SYSTEM, Role.HANDLER, Role.LEADER)]


def system(engine: Engine, app: FastAPI) -> TestClient:
    """Return the urban department's system, by its key."""
    with db.transaction(engine) as session:
        _, secret = keys.issue_key(session, URBAN, "test", actor=MACHINE, now=clock.now())
    return TestClient(app, headers={"X-API-Key": secret})


def called(site: Engine) -> str:
    """Return the id of the canary's call."""
    with db.transaction(site) as session:
        return canary_call(session)


def run_on(site: Engine, number: str) -> None:
    """Let everything run that runs by itself."""
    for sweep in (jobs.deliver_notices, jobs.sweep_clocks, housekeeping.seal_history):
        sweep()
    with db.transaction(site) as session:
        while outbox.fan_out(session, now=clock.now()):
            session.flush()
        tickets.find(session, number)


def test_no_byte_of_a_sealed_requester_is_anywhere(
    site: Engine, app: FastAPI, door: Door, own: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    agent, lead = door(Role.AGENT), door(Role.TEAM_LEAD)
    hook = {"url": "https://oa.example.gov.cn/hook", "department": URBAN}
    door(Role.ADMINISTRATOR).post("/api/v1/webhooks", json=hook)
    with structlog.testing.capture_logs() as logged:
        gaps = planted(called(site), agent)
        number, office, leader = gaps["ticket"], system(site, app), door(Role.LEADER)
        talked_of(office, agent, gaps["order"], again=False)
        run_on(site, number)
        assert list(scanning.database(site))  # or the scan would prove nothing
        sealed = lead.post(f"/api/v1/tickets/{number}/seal", json=_why(leader))
        assert sealed.status_code == 200, sealed.text
        talked_of(leader, lead, gaps["order"], again=True)
        lead.post(f"/api/v1/tickets/{number}/remind", json={"text": SAID_AGAIN})
        run_on(site, number)
        found = [
            where for role in INSIDE for where in scanning.answers(app, door(role), gaps, role)
        ]
        found += scanning.answers(app, door(Role.HANDLER), gaps, Role.HANDLER)
        found += scanning.answers(app, door(Role.LEADER), gaps, Role.LEADER)
        found += scanning.answers(app, system(site, app), gaps, Role.SYSTEM)
        found += scanning.answers(app, TestClient(app), gaps, "nobody")
        # Whoever is named does read the words, without the number, and it is kept that they did.
        words = lead.get(f"/api/v1/tickets/{number}").json()["text"]
        theirs = leader.get(f"/api/v1/work-orders/{gaps['order']}").json()
    assert NAME in words
    assert NAME in theirs["replies"][-1]["result"]
    assert [NAME in each["answer"] for each in theirs["questions"]] == [True, True]
    assert PHONE not in words
    found += [f"log: {form}" for form in found_in(repr(logged).encode())]
    found += [f"output: {form}" for form in found_in(capsys.readouterr().out.encode())]
    found += scanning.database(site)
    found += scanning.files(own.data_dir)
    with Session(site) as session:
        looks = who_saw.saw(session, tickets.find(session, number))
        assert {each.what for each in looks} == {"sealed ticket"}
        bodies = session.exec(select(WebhookDelivery.body)).all()
    found += [f"webhook: {form}" for body in bodies for form in found_in(body.encode())]
    assert len(scanning.getting(app)) > 60
    assert not found


def _why(reader: TestClient) -> dict[str, Any]:
    name = reader.get("/api/v1/me").json()["name"]
    return {"reason": f"涉及{NAME}本人", "readers": [name]}


def test_a_department_sees_no_number_of_an_informant_nor_where_they_live(
    site: Engine, app: FastAPI, door: Door
) -> None:
    gaps = planted(called(site), door(Role.AGENT))
    for client in (system(site, app), door(Role.HANDLER), door(Role.LEADER)):
        order = client.get(f"/api/v1/work-orders/{gaps['order']}")
        assert order.status_code == 200
        assert NAME in order.json()["text"]  # who must not be known even by name is sealed
        found = [each for each in scanning.answers(app, client, gaps, "") if not is_name(each)]
        assert not found
        assert ADDRESS[3:] not in order.text


def is_name(where: str) -> bool:
    """Return whether what was found is a form of the name alone."""
    return where.rpartition(": ")[2] in _NAMES


_NAMES = frozenset(found_in(NAME.encode()))
