"""函件 in the console and in the portal: written, approved by another, answered, printed."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.indicators import refreshing
from dispatch.letters import answering, drafting, interviews, reading
from dispatch.letters.answering import Answer
from dispatch.letters.models_letters import Letter
from dispatch.letters.references import Reference, Thing
from dispatch.sealing import sealing
from hotline.core.accounts import Account, Role
from hotline.core.clock import beijing, beijing_day
from hotline.core.clock import now as clock
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.dispatch.letters.letter_scene import (
    BULLETIN,
    HOME,
    OURS,
    RECTIFICATION,
    THEIRS,
    URBAN,
    WATER,
    WRITER,
    interview,
    issued,
    to,
)
from tests.dispatch.sealing_scene import WHY, somebody
from tests.dispatch.sweep_scene import dispatched

PAGE, OWN = "/console/letters", "/portal/letters"
FORM = {
    "kind": "rectification",
    "to": URBAN,
    "subject": "路灯问题整改通知书",
    "body": "限期整改，并书面答复。",
    "basis": "12345热线办理办法",
    "clause": "第十二条",
}


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def writer(session: Session, now: datetime) -> TestClient:
    return enter(another(session), session, Role.SUPERVISOR, now)


@pytest.fixture
def boss(session: Session, now: datetime) -> TestClient:
    return enter(another(session), session, Role.ADMINISTRATOR, now)


@pytest.fixture
def handler(session: Session, now: datetime) -> TestClient:
    """A browser in which somebody of the department is signed in."""
    browser = enter(another(session), session, Role.HANDLER, now)
    account = session.exec(select(Account).where(Account.role == Role.HANDLER)).one()
    account.department = URBAN
    session.flush()
    return browser


def newest(session: Session) -> Letter:
    session.expire_all()
    return session.exec(select(Letter).order_by(Letter.id.desc())).first()  # type: ignore[union-attr,return-value]


def seen(session: Session, letter: Letter, **more: str) -> dict[str, str]:
    session.expire_all()
    return {"version": str(session.get_one(Letter, letter.id).version), **more}


def test_a_rectification_from_its_draft_to_its_end(
    writer: TestClient, boss: TestClient, handler: TestClient, session: Session
) -> None:
    drafted = writer.post(PAGE, data=FORM)
    assert "请起草人之外的人审核。" in drafted.text
    letter = newest(session)
    one, own = f"{PAGE}/{letter.id}", f"{OWN}/{letter.id}"
    refused = writer.post(f"{one}/do/approve", data=seen(session, letter))
    assert (refused.status_code, "不能审核" in refused.text) == (403, True)
    assert handler.get(own).status_code == 404
    assert "签发" in boss.post(f"{one}/do/approve", data=seen(session, letter)).text
    out = writer.post(f"{one}/do/issue", data=seen(session, letter)).text
    assert "12345督〔" in out
    assert "函件签收时限" in out
    assert "路灯问题整改通知书" in handler.get(OWN).text
    received = handler.post(f"{own}/acknowledge", data=seen(session, letter)).text
    assert "报送答复" in received
    said = seen(session, letter, did="更换灯具", result="十盏路灯已亮")
    assert "更换灯具" in handler.post(f"{own}/answer", data=said).text
    assert handler.post(f"{own}/answer", data=said).status_code == 412
    back = seen(session, letter, reason="未说明长效措施")
    assert "未说明长效措施" in boss.post(f"{one}/send-back", data=back).text
    assert "未说明长效措施" in handler.get(own).text
    handler.post(f"{own}/answer", data=seen(session, letter, did="巡查", result="已建台账"))
    early = boss.post(f"{one}/do/close", data=seen(session, letter))
    assert (early.status_code, "不能办结" in early.text) == (409, True)
    boss.post(f"{one}/do/accept", data=seen(session, letter))
    closed = boss.post(f"{one}/do/close", data=seen(session, letter)).text
    assert "已办结" in closed
    assert "认可" in closed


def test_an_interview_is_recorded_objected_to_and_its_measure_ticked_off(
    writer: TestClient, handler: TestClient, session: Session, at: datetime
) -> None:
    letter = issued(session, interview(at - timedelta(days=3)), at - timedelta(days=3))
    one, own = f"{PAGE}/{letter.id}", f"{OWN}/{letter.id}"
    day = beijing_day(at) + timedelta(days=9)
    told = seen(session, letter, text="双方到会。", agreed=f"{day} 全面排查\n")
    assert "约定措施时限" in writer.post(f"{one}/record", data=told).text
    bad = seen(session, letter, text="双方到会。", agreed="明天 全面排查")
    assert writer.post(f"{one}/record", data=bad).status_code == 422
    objected = handler.post(f"{own}/objection", data=seen(session, letter, objection="未记录说明"))
    assert "未记录说明" in objected.text
    assert "未记录说明" in writer.get(one).text
    (measure,) = reading.measures(session, letter)
    report = f"{own}/measures/{measure.id}/report"
    assert "台账" in handler.post(report, data=seen(session, letter, evidence="台账")).text
    back = f"{one}/measures/{measure.id}/back"
    assert "缺页" in writer.post(back, data=seen(session, letter, reason="缺页")).text
    handler.post(report, data=seen(session, letter, evidence="完整台账"))
    done = writer.post(f"{one}/measures/{measure.id}/done", data=seen(session, letter)).text
    assert "已核销" in done


def test_a_letter_from_a_department_s_figures_refers_to_them(
    writer: TestClient, session: Session, at: datetime
) -> None:
    dispatched(session, at)
    refreshing.refresh(session, beijing_day(at), now=at)
    days = {"from": str(beijing_day(at)), "until": str(beijing_day(at))}
    form = writer.get(f"{PAGE}/new", params={"department": URBAN, **days}).text
    assert re.search(rf"指标 \w+ {days['from']} {days['until']} [\d.]+%", form)
    assert URBAN not in re.findall(r'name="to"[^>]*>([^<]*)<', form)[0]  # by its name
    lead = writer.get("/console/indicators", params={"department": URBAN, **days}).text
    assert f"{PAGE}/new?department={URBAN}" in lead.replace("&amp;", "&")


def test_what_is_wrong_in_a_form_is_said_and_what_was_typed_is_kept(
    writer: TestClient, session: Session
) -> None:
    for wrong, word in (
        ({"basis": ""}, "整改通知书要写明依据的文件和条款。"),
        ({"to": f"{URBAN}\n{WATER}"}, "整改通知书和约谈只发给一个单位"),
        ({"to": "没有的单位"}, "没有的单位"),
        ({"named": "承办单 999999999999-1"}, "涉及事项里有一件查不到"),
        ({"named": "看不懂"}, "看不懂这一行：看不懂"),
    ):
        refused = writer.post(PAGE, data={**FORM, **wrong})
        assert refused.status_code in (404, 422)
        assert word in refused.text
        assert "限期整改，并书面答复。" in refused.text
    assert session.exec(select(Letter)).all() == []


def test_who_only_looks_writes_nothing(lead: TestClient, session: Session, at: datetime) -> None:
    letter = issued(session, RECTIFICATION, at)
    assert "起草整改通知书" not in lead.get(PAGE).text
    assert "撤回" not in lead.get(f"{PAGE}/{letter.id}").text
    assert lead.get(f"{PAGE}/new").status_code == 403
    withdrawn = lead.post(f"{PAGE}/{letter.id}/withdraw", data=seen(session, letter, reason="x"))
    assert withdrawn.status_code == 403


def test_a_bulletin_shows_a_department_nothing_of_the_others(
    writer: TestClient, handler: TestClient, session: Session, at: datetime
) -> None:
    letter = issued(session, BULLETIN, at)
    water = issued(session, to(BULLETIN, WATER), at)
    assert "2 家单位" in writer.get(PAGE, params={"kind": "bulletin", "status": "issued"}).text
    page = handler.get(f"{OWN}/{letter.id}").text
    assert "水务" not in page
    assert handler.get(f"{OWN}/{water.id}").status_code == 404
    assert handler.get(f"{OWN}/{water.id}/sheet").status_code == 404
    answering.acknowledge(session, letter, actor=THEIRS, now=at)
    session.flush()
    form = re.findall(rf'action="{OWN}/{letter.id}/acknowledge">(.*?)</form>', page)[0]
    typed = dict(re.findall(r'name="(\w+)" value="(\w+)"', form))
    received = handler.post(f"{OWN}/{letter.id}/acknowledge", data=typed)
    assert (received.status_code, "已签收" in received.text) == (200, True)
    notices = handler.get("/portal/notices").text
    assert f'href="{OWN}/{letter.id}">{letter.number}' in notices


def test_the_sheet_is_plain_paper(
    writer: TestClient, handler: TestClient, session: Session, at: datetime
) -> None:
    letter = issued(session, RECTIFICATION, at)
    for door in (writer.get(f"{PAGE}/{letter.id}/sheet"), handler.get(f"{OWN}/{letter.id}/sheet")):
        assert str(letter.number) in door.text
        assert "<script" not in door.text
        assert "整改答复时限" in door.text


def test_the_sheet_says_the_newest_answer_and_the_newest_record(
    writer: TestClient, handler: TestClient, session: Session, at: datetime
) -> None:
    before = at - timedelta(days=3)
    answered, met = issued(session, RECTIFICATION, at), issued(session, interview(before), before)
    answering.acknowledge(session, answered, actor=OURS, now=at)
    for said in ("更换灯具", "增设巡查"):
        answering.answer(session, answered, Answer(said, "已建台账"), actor=OURS, now=at)
        answering.send_back(session, answered, "不够具体", actor=WRITER, now=at)
    interviews.record(session, met, "双方到会。", actor=WRITER, now=at)
    interviews.object_to(session, met, "未记录说明", actor=OURS, now=at)
    interviews.record(session, met, "双方到会并说明。", actor=WRITER, now=at)
    session.flush()
    for desk, page in ((writer, PAGE), (handler, OWN)):
        answer = desk.get(f"{page}/{answered.id}/sheet").text
        assert ("增设巡查" in answer, "更换灯具" in answer) == (True, False)
        record = desk.get(f"{page}/{met.id}/sheet").text
        assert ("双方到会并说明。" in record, "双方到会。" in record) == (True, False)


def test_a_draft_is_changed_and_withdrawn(writer: TestClient, session: Session) -> None:
    writer.post(PAGE, data=FORM)
    letter = newest(session)
    form = writer.get(f"{PAGE}/{letter.id}/edit").text
    assert "第十二条" in form
    changed = {**FORM, **seen(session, letter), "subject": "路灯问题整改通知书（更正）"}
    assert "（更正）" in writer.post(f"{PAGE}/{letter.id}/edit", data=changed).text
    stale = writer.post(f"{PAGE}/{letter.id}/edit", data=changed)
    assert stale.status_code == 412
    gone = writer.post(f"{PAGE}/{letter.id}/withdraw", data=seen(session, letter, reason="不发了"))
    assert "不发了" in gone.text
    assert newest(session).number is None


def test_a_form_does_not_name_what_its_reader_may_not_see(
    writer: TestClient, session: Session, at: datetime
) -> None:
    ticket, _ = dispatched(session, at)
    named = replace(RECTIFICATION, references=(Reference(Thing.TICKET, ticket.number),))
    letter = drafting.draft(session, named, HOME, actor=WRITER, now=at)
    assert ticket.number in writer.get(f"{PAGE}/{letter.id}/edit").text
    sealing.seal(session, ticket, WHY, actor=somebody(session, "lead", Role.TEAM_LEAD, at), now=at)
    session.flush()
    assert ticket.number not in writer.get(f"{PAGE}/{letter.id}/edit").text


def test_a_day_that_is_none_is_said_and_not_left_out(
    writer: TestClient, session: Session, at: datetime
) -> None:
    letter = issued(session, RECTIFICATION, at)
    answering.acknowledge(session, letter, actor=OURS, now=at)
    answering.answer(session, letter, Answer("更换灯具", "已亮"), actor=OURS, now=at)
    session.flush()
    back = seen(session, letter, reason="不够具体", again_on="2026-13-45")
    refused = writer.post(f"{PAGE}/{letter.id}/send-back", data=back)
    assert (refused.status_code, "2026-13-45" in refused.text) == (422, True)
    assert reading.only(session, letter).standing == "answered"


def test_an_interview_is_written_with_its_meeting(writer: TestClient) -> None:
    meets = f"{beijing(clock()) + timedelta(days=2):%Y-%m-%dT%H:%M}"
    asked = {"meets_at": meets, "place": "热线办会议室", "offices": "分管负责人\n督办科"}
    page = writer.post(PAGE, data={**FORM, "kind": "interview", **asked}).text
    assert "热线办会议室" in page
    assert "分管负责人、督办科" in page
    without = writer.post(PAGE, data={**FORM, "kind": "interview"})
    assert "约谈要写时间和地点" in without.text
