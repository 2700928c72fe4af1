"""目录 over HTTP: files taken in and given out, merged lines, rosters, open data, gaps."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, select

from hotline.core import clock
from hotline.core.accounts import Role
from hotline.core.clock import beijing
from hotline.core.event_types import EventType
from hotline.core.events import Event
from hotline.web.idempotency import KeptReply
from knowledge.articles import finding
from knowledge.duties.models_duties import Duty
from knowledge.exchange.kinds import Kind
from telephony import lines, records
from telephony.commands import CallArrived, CallRefused
from telephony.models_lines import MergedHotline
from tests.api.conftest import another, sign_in
from tests.knowledge.articles.conftest import LAMP, published

API = "/api/v1"
LINES = "热线号码,热线名称,归并方式,并入号码,承办单位编码,生效日期\n"
OWN = LINES + "l2333,人社热线,双号并行,0891-6333333,540000-hrss,2026年1月1日\n"
LINED = "请先说：\n  一、在哪条路；\n  二、灯杆编号０8号。\x0b\n\n= 我登记转城管维修。"
ROSTER = "承办单位编码,值班岗位,值班开始,值班结束,值班人员,值班电话\n"


def shift(begins: int, ends: int, person: str, phone: str = "0891-6320001") -> str:
    """Return a line of a roster; its hours count from the present one."""
    here = beijing(clock.now()).replace(minute=0, second=0, microsecond=0)
    first, last = (here + timedelta(hours=each) for each in (begins, ends))
    return (
        f"540100-urban,值班员,{first:%Y年%m月%d日 %H：%M},{last:%Y-%m-%d %H:%M},{person},{phone}\n"
    )


def tonight() -> str:
    return shift(-4, 8, "甲", "139 OO00 1234")


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, now)


@pytest.fixture
def agent(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.AGENT, now)


@pytest.fixture
def editor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.EDITOR, now)


def sent(
    client: TestClient, kind: str, text: str | bytes, name: str = "f.csv", key: str = ""
) -> Response:
    content = text.encode() if isinstance(text, str) else text
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{at(kind)}/import", files={"sheet": (name, content)}, headers=headers)


def at(kind: str) -> str:
    return f"{API}/articles" if kind == "articles" else f"{API}/directory/{kind}"


def outcome(answer: Response) -> tuple[int, int, int, int]:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body["added"], body["changed"], body["unchanged"], body["replaced"]


def arrived(called: str, at: datetime) -> CallArrived:
    return CallArrived(
        call_id=str(uuid.uuid4()),
        worker="w",
        caller="13900001234",
        called=called,
        sip_call_id=str(uuid.uuid4()),
        recording="x",
        at=at.isoformat(),
    )


def test_a_call_on_a_merged_number_is_counted_under_its_line(
    supervisor: TestClient, agent: TestClient, session: Session, now: datetime
) -> None:
    before = session.exec(select(MergedHotline).where(MergedHotline.number == "12333")).one()
    assert before.mode == ""
    assert lines.taken_numbers(session, now=now) == ()

    first = sent(supervisor, "hotlines", OWN)

    assert outcome(first) == (1, 0, 0, 1)  # the sample ends the day before
    assert {"row": 2, "column": "number", "was": "l2333", "now": "12333"} in first.json()["cleaned"]
    assert outcome(sent(supervisor, "hotlines", OWN)) == (0, 0, 1, 0)
    assert lines.taken_numbers(session, now=now) == ("08916333333", "12333")
    call = records.open_call(session, arrived("+8612333", now))
    records.open_call(session, arrived("08916333333", now))
    records.open_call(session, arrived("12345", now))
    refused = arrived("12333", now)
    records.refuse_call(
        session,
        CallRefused(refused.call_id, "w", "", refused.called, "x", "busy", refused.at),
    )
    session.flush()
    assert call.line == "12333"
    span = {
        "since": (now - timedelta(hours=1)).isoformat(),
        "until": (now + timedelta(hours=1)).isoformat(),
    }
    counted = {
        each["number"]: each["calls"]
        for each in agent.get(f"{API}/hotlines/figures", params=span).json()["items"]
    }
    assert (counted["12333"], counted[""]) == (3, 1)
    assert agent.get(f"{API}/calls/{call.id}").json()["line"] == "12333"


def test_a_bad_line_refuses_the_whole_file_and_says_where(
    supervisor: TestClient, session: Session
) -> None:
    bad = OWN + "12x,某线,并掉,,nobody,2026-02-30\n"
    answer = sent(supervisor, "hotlines", bad)
    assert answer.status_code == 422
    assert {(each["row"], each["column"]) for each in answer.json()["errors"]} == {
        *((3, "number"), (3, "mode"), (3, "department_code"), (3, "valid_from"))
    }
    assert all(each["remedy"] and each["file"] == "f.csv" for each in answer.json()["errors"])
    row = session.exec(select(MergedHotline).where(MergedHotline.number == "12333")).one()
    assert row.mode == ""


def test_a_roster_is_taken_in_masked_and_told_to_who_asks(
    supervisor: TestClient, agent: TestClient, session: Session
) -> None:
    first, next_day = tonight(), shift(8, 32, "乙")
    assert outcome(sent(supervisor, "rosters", ROSTER + first + next_day)) == (2, 0, 0, 0)
    assert outcome(sent(supervisor, "rosters", ROSTER + first + next_day)) == (0, 0, 2, 0)
    half = shift(20, 32, "丙")
    assert outcome(sent(supervisor, "rosters", ROSTER + first + half)) == (1, 0, 1, 1)

    [running, later] = agent.get(f"{API}/departments/540100-urban/duties").json()["items"]
    assert (running["person"], running["phone"], running["on_duty"]) == (
        "甲",
        "139 **** 1234",
        True,
    )
    assert later["person"] == "丙"
    row = session.get_one(Duty, running["id"])
    assert b"1234" not in row.sealed_phone
    shown = agent.post(f"{API}/departments/540100-urban/duties/{row.id}/reveal")
    assert shown.json()["phone"] == "139 0000 1234"
    told = session.exec(select(Event).where(Event.type == EventType.DUTY_REVEALED)).all()
    assert [each.refs["duty"] for each in told] == [row.id]
    elsewhere = agent.post(f"{API}/departments/540100-housing/duties/{row.id}/reveal")
    assert elsewhere.status_code == 404


def test_two_people_in_one_role_at_a_time_are_refused(supervisor: TestClient) -> None:
    other = shift(6, 32, "乙")  # an hour may turn meanwhile
    answer = sent(supervisor, "rosters", ROSTER + tonight() + other)
    assert answer.status_code == 422
    assert [(each["row"], each["column"]) for each in answer.json()["errors"]] == [(3, "starts_at")]


@pytest.mark.parametrize(
    ("kind", "text", "column"),
    [("rosters", ROSTER, "phone"), ("contacts", "部门编码,联系电话\n", "telephone")],
)
def test_what_is_kept_of_an_import_has_nobodys_telephone(
    supervisor: TestClient, session: Session, kind: str, text: str, column: str
) -> None:
    line = tonight() if kind == "rosters" else "540100-urban,139 OO00 1234\n"
    first = sent(supervisor, kind, text + line, key="once")
    again = sent(supervisor, kind, text + line, key="once")
    assert {"row": 2, "column": column, "was": "", "now": ""} in first.json()["cleaned"]
    assert again.json() == first.json()
    [kept] = session.exec(select(KeptReply).where(KeptReply.key == "once"))
    assert column in str(kept.body)
    assert "1234" not in str(kept.body)


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_given_out_is_taken_in_again_without_a_change(
    request: pytest.FixtureRequest,
    supervisor: TestClient,
    session: Session,
    now: datetime,
    kind: Kind,
    format: str,
) -> None:
    article = published(session, replace(LAMP, say=LINED, send=LINED), now)
    sent(supervisor, "rosters", ROSTER + tonight())
    sent(
        supervisor,
        "precedents",
        "matter_code,district_code,department_code,ticket,basis,decided_on\n"
        "010101,540102,540102-urban,旧1,会商纪要,2026-03-01\n",
    )
    client = request.getfixturevalue("editor") if kind is Kind.ARTICLES else supervisor
    made = client.get(f"{at(kind)}/export", params={"format": format})
    assert made.status_code == 200
    added, changed, unchanged, replaced = outcome(sent(client, kind, made.content, f"f.{format}"))
    assert (added, changed, replaced) == (0, 0, 0)
    assert unchanged > 0
    shown = finding.latest(session, article)
    assert shown
    assert shown.say == LINED


def test_contacts_are_written_beside_a_department_that_stays_the_packages(
    supervisor: TestClient,
) -> None:
    text = "部门编码,联络处,联系电话\n540100-urban,指挥中心,０８９１-6320００9\n"
    assert outcome(sent(supervisor, "contacts", text)) == (0, 1, 0, 0)
    assert outcome(sent(supervisor, "contacts", text)) == (0, 0, 1, 0)
    unknown = sent(supervisor, "contacts", "部门编码,联络处\nnobody,某处\n")
    assert unknown.status_code == 422


def test_a_precedent_is_never_changed_by_a_file(supervisor: TestClient) -> None:
    head = "事项编码,属地代码,承办单位编码,工单编号,裁定依据,裁定日期\n"
    line = "010101,540102,540102-urban,旧1,{},2026年3月1日\n"
    assert outcome(sent(supervisor, "precedents", head + line.format("纪要")))[0] == 1
    again = sent(supervisor, "precedents", head + line.format("别的"))
    assert [each["column"] for each in again.json()["errors"]] == ["basis"]


def test_articles_come_as_drafts_and_the_same_file_changes_nothing(editor: TestClient) -> None:
    head = "question,say,department,valid_from,matters\n"
    text = (
        head
        + "牦牛跑到公路上怎么办？,请告诉我位置，我通知养护单位。,540100-urban,2026-01-01,0101\n"
    )
    assert outcome(sent(editor, "articles", text)) == (1, 0, 0, 0)
    assert outcome(sent(editor, "articles", text)) == (0, 0, 1, 0)
    assert outcome(sent(editor, "articles", text.replace("养护", "路政"))) == (0, 1, 0, 0)
    bad = sent(editor, "articles", head + "问,短,nobody,2026-01-01,\n")
    assert [(each["row"], each["column"]) for each in bad.json()["errors"]] == [(2, "say")]
    given = editor.get(f"{API}/articles/export", params={"format": "json"})
    assert given.json() == []  # nothing is published


def test_who_may_not_change_the_directory_neither_takes_in_nor_away(agent: TestClient) -> None:
    assert sent(agent, "rosters", ROSTER).status_code == 403
    assert agent.get(f"{API}/directory/rosters/export").status_code == 403


def test_the_gaps_name_what_nobody_has_said(agent: TestClient, supervisor: TestClient) -> None:
    def counts() -> dict[str, int]:
        told = agent.get(f"{API}/knowledge-gaps").json()["items"]
        return {each["gap"]: each["count"] for each in told}

    before = counts()
    assert before["line_mode"] == 25
    sent(supervisor, "hotlines", OWN)
    sent(supervisor, "contacts", "部门编码,联系电话\n540100-urban,0891-6320009\n")
    sent(supervisor, "rosters", ROSTER + tonight())
    after = counts()
    assert after["line_mode"] == 24
    assert after["contact"] == before["contact"] - 1
    assert after["roster"] == before["roster"] - 1
