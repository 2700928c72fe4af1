"""密件 over HTTP, and that every door asks who looks."""

import ast
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from dispatch.models import Ticket
from dispatch.sealing import readers
from dispatch.sealing.models_readers import TicketReader
from hotline.api import stream
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.db import transaction
from hotline.core.events import Cursor
from hotline.core.privacy import AccessLog
from hotline.web.idempotency import KeptReply
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

ROOT = Path(__file__).parents[2]
WHY = {"reason": "举报内容涉及具体人员", "readers": []}
# What finds or lists things that may not be for everybody.
JUDGED = {
    "tickets": {"find", "newest"},
    "orders": {"find", "inbox"},
    "callbacks": {"find", "to_make"},
    "cases": {"find", "listed"},
    "supervision": {"find", "listed"},
    "suspensions": {"register"},
    "extensions": {"register"},
    "info_requests": {"register"},
    "co_handling": {"register"},
    "cluster_record": {"find", "find_locked", "find_main", "find_tickets", "members"},
    "lookalikes": {"find"},
    "counting": {"total", "by", "behind"},
    "feed": {"read"},
    "splitting": {"parts_of", "origin_of"},
}
JUDGED_IN_CALLS = {"newest", "get_call"}  # of `records`, by `seen`
# What the recording stands on was found for its reader: a ticket, a call's case, an inspection.
EVERY = {(file, "records.get_call") for file in ("recordings.py", "tapes.py")}


@pytest.fixture
def lead(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.TEAM_LEAD, now)


@pytest.fixture
def agent(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.AGENT, now)


def url(ticket: Ticket, *more: str) -> str:
    return "/".join(("/api/v1/tickets", ticket.number, *more))


def test_a_ticket_is_sealed_and_opened_to_named_people(
    session: Session, lead: TestClient, agent: TestClient, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    assert agent.get(url(ticket)).status_code == 200
    made = lead.post(url(ticket, "seal"), json=WHY)
    assert made.status_code == 200
    assert [each["name"] for each in made.json()["items"]] == ["team_lead-1"]
    assert agent.get(url(ticket)).status_code == 404
    assert "路灯" in lead.get(url(ticket)).json()["text"]
    stale = lead.post(
        url(ticket, "readers"), json={"readers": ["agent-1"]}, headers={"If-Match": '"1"'}
    )
    assert stale.status_code == 412
    assert lead.post(url(ticket, "readers"), json={"readers": ["agent-1"]}).status_code == 200
    assert "路灯" in agent.get(url(ticket)).json()["text"]
    assert agent.post(url(ticket, "seal"), json=WHY).status_code == 403
    gone = lead.post(url(ticket, "readers", "remove"), json={"reader": "agent-1"})
    assert gone.json()["items"][-1]["removed_by"] == "team_lead-1"
    assert agent.get(url(ticket)).status_code == 404


def test_every_look_over_http_is_kept(session: Session, lead: TestClient, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    lead.post(url(ticket, "seal"), json=WHY)
    lead.get(url(ticket))
    lead.get(f"/console/tickets/{ticket.number}")
    looks = session.exec(
        select(AccessLog).where(
            AccessLog.subject == ticket.number, AccessLog.what == readers.SEALED_TICKET
        )
    ).all()
    assert len(looks) == 2


def test_who_saw_it_is_the_auditors_to_read_and_no_sign_of_it_to_an_administrator(
    session: Session, lead: TestClient, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    lead.post(url(ticket, "seal"), json=WHY)
    lead.get(url(ticket))
    admin = sign_in(another(session), session, Role.ADMINISTRATOR, now)
    auditor = sign_in(another(session), session, Role.AUDITOR, now)
    assert admin.get(url(ticket, "who-saw")).status_code == 404
    looks = auditor.get(url(ticket, "who-saw")).json()["items"]
    assert [each["what"] for each in looks] == [readers.SEALED_TICKET]


def test_who_reads_it_no_more_is_given_no_answer_from_before(
    session: Session, lead: TestClient, agent: TestClient, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    key = {"Idempotency-Key": "again"}
    said = {"text": "张某又来了。"}

    def asked(who: TestClient) -> Any:
        return who.post(url(ticket, "remind"), json=said, headers=key)

    assert [asked(each).status_code for each in (agent, lead)] == [200, 200]
    lead.post(url(ticket, "seal"), json=WHY)
    assert asked(agent).status_code == 404
    repeated = asked(lead)
    assert (repeated.status_code, repeated.json()["reminders"]) == (200, 2)
    bodies = session.exec(select(KeptReply.body).where(KeptReply.key == "again")).all()
    assert "张某" not in str(bodies)


def test_a_report_is_sealed_from_its_first_moment(
    session: Session, lead: TestClient, agent: TestClient
) -> None:
    assert lead
    asked = {
        "text": "某单位的张某收了好处。",
        "anonymous": True,
        "request_type": "report",
        "seal": {"reason": "举报", "readers": ["team_lead-1"]},
    }
    made = agent.post("/api/v1/tickets", json=asked, headers={"Idempotency-Key": "once"})
    assert made.status_code == 201
    body = made.json()
    assert (body["confidentiality"], body["title"], body["text"]) == ("sealed", readers.TITLE, "")
    kept = session.exec(select(KeptReply).where(KeptReply.key == "once")).one()
    row = session.exec(select(Ticket).where(Ticket.number == body["number"])).one()
    assert "张某" not in f"{kept.body} {row.model_dump(exclude={'sealed_text'})}"
    read = lead.get(f"/api/v1/tickets/{body['number']}").json()
    assert read["text"] == asked["text"]
    alone = agent.post("/api/v1/tickets", json={**asked, "seal": {"reason": "举报"}})
    assert alone.status_code == 422


def test_answers_kept_from_before_hold_no_word_of_it(
    session: Session, lead: TestClient, agent: TestClient
) -> None:
    asked = {"text": "某单位的张某收了好处。", "anonymous": True}
    key = {"Idempotency-Key": "early"}
    number = agent.post("/api/v1/tickets", json=asked, headers=key).json()["number"]
    assert "张某" in _kept(session)
    lead.post(f"/api/v1/tickets/{number}/seal", json=WHY)
    assert "张某" not in _kept(session)
    again = agent.post("/api/v1/tickets", json=asked, headers=key)
    assert (again.status_code, again.json()["number"]) == (201, number)


def _kept(session: Session) -> str:
    return str(session.exec(select(KeptReply).where(KeptReply.key == "early")).one().body)


def test_its_requester_is_no_reminder_to_somebody_else(lead: TestClient, agent: TestClient) -> None:
    asked = {"text": "城关区某路路灯不亮，请求维修。", "caller": "13800000000"}
    number = agent.post("/api/v1/tickets", json=asked).json()["number"]
    again = agent.post("/api/v1/tickets", json=asked).json()
    assert number in [each["number"] for each in again["possible_reminders"]]
    lead.post(f"/api/v1/tickets/{number}/seal", json=WHY)
    third = agent.post("/api/v1/tickets", json=asked).json()
    assert number not in [each["number"] for each in third["possible_reminders"]]


@pytest.mark.parametrize("named", [True, False])
def test_the_stream_sends_nothing_of_what_is_not_to_be_seen(
    number: str, named: bool, engine: Engine, open_desk: Callable[[str], TestClient]
) -> None:
    open_desk("540102-urban")  # removes afterwards what is committed here
    with transaction(engine) as session:
        ticket = session.exec(select(Ticket).where(Ticket.number == number)).one()
        ticket.confidentiality = "sealed"
        listener = accounts.Actor("somebody", Role.AGENT)
        if named:
            row = TicketReader(
                ticket_id=ticket.id or 0, name="somebody", added_at=ticket.created_at, added_by="x"
            )
            session.add(row)
    with transaction(engine) as session:
        found, told = stream.heard(session, Cursor(), frozenset(), listener)
    mine = [event for event in found if event.refs.get("ticket") == number]
    assert mine
    assert [event for event in told if event.refs.get("ticket") == number] == mine * named


def calls_of(path: Path) -> Iterator[tuple[str, str, set[str | None]]]:
    """Yield each `module.function(…)` of the file, with the names of what it is given."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name):
                yield owner.id, node.func.attr, {each.arg for each in node.keywords}


def test_every_door_says_who_looks() -> None:
    """A route or page that finds or lists without its reader would show everything."""
    files = [*ROOT.glob("hotline/api/*.py"), *ROOT.glob("hotline/console/*.py")]
    forgotten = [
        f"{path.relative_to(ROOT)}: {module}.{function}"
        for path in files
        for module, function, given in calls_of(path)
        if (function in JUDGED.get(module, ()) and "reader" not in given)
        or (module == "records" and function in JUDGED_IN_CALLS and "seen" not in given)
        if (path.name, f"{module}.{function}") not in EVERY
    ]
    assert forgotten == []
