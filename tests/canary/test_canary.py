"""0 bytes of a sealed ticket's requester are in any answer, log, file, webhook or plain column.

Unsealed, a department still sees no number of theirs, nor where they live.
"""

import uuid
from collections.abc import Callable, Iterator
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
from hotline.app import create_app
from hotline.core import accounts, clock, db, keys
from hotline.core import settings as core_settings
from hotline.core.accounts import MACHINE, Role
from hotline.core.settings import Settings
from tests import committed
from tests.canary import scanning
from tests.canary.needles import ADDRESS, ANSWERED, NAME, PHONE, SAID, SAID_AGAIN, found_in
from tests.factories import create_ended_call

URBAN = "540102-urban"
INSIDE = [each for each in Role if each not in (Role.SYSTEM, Role.HANDLER, Role.LEADER)]
Door = Callable[[Role], TestClient]


@pytest.fixture
def site(engine: Engine, own: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The database as jobs and requests both see it, committed; emptied again afterwards."""
    assert own.data_dir.exists()
    address = engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("HOTLINE_DATABASE_URL", address)
    core_settings.settings.cache_clear()
    db.engine.cache_clear()
    yield db.engine()
    db.engine().dispose()
    monkeypatch.undo()
    core_settings.settings.cache_clear()
    db.engine.cache_clear()
    committed.remove(engine)


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app()


@pytest.fixture
def door(site: Engine, app: FastAPI) -> Door:
    """Return a client on which somebody of this role is signed in, whose requests commit."""

    def of(role: Role) -> TestClient:
        client = TestClient(app, base_url="http://testserver")
        name = f"{role}-{uuid.uuid4().hex[:6]}"
        with db.transaction(site) as session:
            account = accounts.create_account(
                session, name, "a-long-secret-word", role=role, now=clock.now()
            )
            account.department = URBAN if role in (Role.HANDLER, Role.LEADER) else ""
            account.clearance = "confidential"
        token = client.post(
            "/api/v1/sessions", json={"username": name, "password": "a-long-secret-word"}
        ).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    return of


def system(engine: Engine, app: FastAPI) -> TestClient:
    """Return the urban department's system, by its key."""
    with db.transaction(engine) as session:
        _, secret = keys.issue_key(session, URBAN, "test", actor=MACHINE, now=clock.now())
    return TestClient(app, headers={"X-API-Key": secret})


def planted(site: Engine, agent: TestClient) -> dict[str, str]:
    """Register the canary's call as a ticket, remind of it, and dispatch it."""
    with db.transaction(site) as session:
        call = create_ended_call(session, now=clock.now(), said=(SAID,), caller=PHONE)
    asked = {"text": SAID, "call_id": str(call.id), "request_type": "report"}
    registered = agent.post("/api/v1/tickets", json=asked, headers={"Idempotency-Key": "canary"})
    assert registered.status_code == 201, registered.text
    number = registered.json()["number"]
    for path, given in (
        ("remind", {"text": SAID_AGAIN}),
        ("dispatch", {"departments": [URBAN]}),
    ):
        key = {"Idempotency-Key": f"canary-{path}"}
        done = agent.post(f"/api/v1/tickets/{number}/{path}", json=given, headers=key)
        assert done.status_code == 200, done.text
    note = {"file": (f"{NAME}.txt", SAID.encode(), "text/plain")}
    added = agent.post(f"/api/v1/tickets/{number}/attachments", files=note)
    assert added.status_code in (200, 201), added.text
    order = f"{number}-1"
    return {
        "ticket": number,
        "order": order,
        "call_id": str(call.id),
        "attachment_id": added.json()["id"],
    }


def talked_of(office: TestClient, inside: TestClient, order: str, *, again: bool) -> None:
    """Have the department ask and be answered; the second time it replies as well."""
    path, which = f"/api/v1/work-orders/{order}", "again" if again else "first"

    def post(who: TestClient, action: str, given: object) -> dict[str, Any]:
        key = {"Idempotency-Key": f"canary-{which}-{action}"}
        answer = who.post(f"{path}/{action}", json=given, headers=key)
        assert answer.status_code == 200, answer.text
        assert who.post(f"{path}/{action}", json=given, headers=key).status_code == 200
        body: dict[str, Any] = answer.json()
        return body

    if not again:
        post(office, "accept", None)
    asked = post(office, "need-info", {"question": f"{NAME}家是{ADDRESS}吗？"})
    info = asked["questions"][-1]["id"]
    post(inside, f"need-info/{info}/answer", {"answer": ANSWERED})
    if again:
        done = {"result": ANSWERED, "public_reply": f"已与{NAME}核实，泥浆已清理。"}
        at = clock.now().isoformat()
        post(office, "reply", {**done, "is_true": True, "is_solved": True, "contacted_at": at})


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
        gaps = planted(site, agent)
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
    gaps = planted(site, door(Role.AGENT))
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
