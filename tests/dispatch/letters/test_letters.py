"""A letter's life: written, read by another, issued with its number, answered, at its end."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dispatch.letters import (
    answering,
    drafting,
    interviews,
    issuing,
    measures,
    reading,
)
from dispatch.letters.answering import Answer
from dispatch.letters.drafting import Draft
from dispatch.letters.interviews import Agreed
from dispatch.letters.models_letters import LetterCount
from dispatch.letters.reading import Wanted
from dispatch.letters.states import Kind, Status
from dispatch.notices.models_notices import StaffNotice
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.db import transaction
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.dispatch.at_once import Step, at_once
from tests.dispatch.letters.letter_scene import (
    APPROVER,
    BULLETIN,
    HOME,
    OURS,
    RECTIFICATION,
    THEIRS,
    URBAN,
    WATER,
    WRITER,
    approved,
    interview,
    issued,
    running,
    standing,
    to,
)

DONE = Answer("更换灯具，增加巡查", "十盏路灯已亮")


def story(session: Session, letter_id: int | None) -> list[str]:
    return [each.type for each in events.history(session, f"letter:{letter_id}")]


def test_a_rectification_is_answered_sent_back_answered_again_and_accepted(
    session: Session, now: datetime
) -> None:
    letter = issued(session, RECTIFICATION, now)
    assert (letter.number, letter.status) == ("12345督〔2026〕1号", "issued")
    with pytest.raises(Conflict):
        answering.answer(session, letter, DONE, actor=OURS, now=now)
    answering.acknowledge(session, letter, actor=OURS, now=now)
    answering.answer(session, letter, DONE, actor=OURS, now=now)
    answering.send_back(session, letter, "未说明长效措施", actor=WRITER, now=now)
    assert standing(session, letter) == {URBAN: "sent_back"}
    answering.answer(session, letter, DONE, actor=OURS, now=now)
    with pytest.raises(Conflict):
        issuing.close(session, letter, actor=WRITER, now=now)
    answering.accept(session, letter, actor=WRITER, now=now)
    issuing.close(session, letter, actor=WRITER, now=now)
    first, second = reading.answers(session, letter)
    assert (first.accepted, first.reason, second.accepted) == (False, "未说明长效措施", True)
    assert (letter.status, running(session, letter)) == ("closed", {})
    assert story(session, letter.id) == [
        "letter.drafted",
        "letter.approved",
        "letter.issued",
        "letter.acknowledged",
        "letter.answered",
        "letter.sent_back",
        "letter.answered",
        "letter.accepted",
        "letter.closed",
    ]


def test_a_bulletin_is_closed_once_every_recipient_has_it(session: Session, now: datetime) -> None:
    letter = issued(session, BULLETIN, now)
    answering.acknowledge(session, letter, actor=OURS, now=now)
    with pytest.raises(Conflict):
        answering.acknowledge(session, letter, actor=OURS, now=now)
    with pytest.raises(Conflict):
        issuing.close(session, letter, actor=WRITER, now=now)
    assert standing(session, letter) == {URBAN: "acknowledged", WATER: "sent"}
    answering.acknowledge(session, letter, actor=THEIRS, now=now)
    assert issuing.close(session, letter, actor=WRITER, now=now).status == "closed"


def test_who_wrote_or_changed_a_letter_does_not_approve_it(session: Session, now: datetime) -> None:
    letter = drafting.draft(session, BULLETIN, HOME, actor=WRITER, now=now)
    with pytest.raises(NotAllowed):
        drafting.approve(session, letter, actor=WRITER, now=now)
    with pytest.raises(Conflict):
        issuing.issue(session, letter, actor=WRITER, now=now)
    drafting.approve(session, letter, actor=APPROVER, now=now)
    changed = replace(BULLETIN, subject="十月通报（更正）")
    drafting.revise(session, letter, changed, actor=APPROVER, now=now)
    assert (letter.status, letter.approved_by) == ("draft", "")
    with pytest.raises(NotAllowed):
        drafting.approve(session, letter, actor=APPROVER, now=now)
    third = Actor("third", Role.SUPERVISOR)
    assert drafting.approve(session, letter, actor=third, now=now).status == "approved"


@pytest.mark.parametrize(
    "wrong",
    [
        replace(RECTIFICATION, basis=" "),
        replace(RECTIFICATION, departments=(URBAN, WATER)),
        replace(RECTIFICATION, answer_on=date(2026, 11, 25)),
        replace(BULLETIN, departments=("nobody",)),
        replace(BULLETIN, departments=()),
        replace(BULLETIN, subject=" "),
        replace(BULLETIN, answer_on=date(2026, 12, 25)),
        Draft(Kind.INTERVIEW, "约谈", "约谈", departments=(URBAN,)),
    ],
)
def test_what_no_letter_of_its_kind_is_is_refused(
    session: Session, now: datetime, wrong: Draft
) -> None:
    with pytest.raises(Invalid):
        drafting.draft(session, wrong, HOME, actor=WRITER, now=now)


def test_numbers_run_on_in_their_year_and_a_withdrawn_letter_keeps_its_own(
    session: Session, now: datetime
) -> None:
    first = issued(session, BULLETIN, now)
    draft = drafting.draft(session, BULLETIN, HOME, actor=WRITER, now=now)
    assert draft.number is None
    issuing.withdraw(session, first, "数据有误", actor=WRITER, now=now)
    second = issued(session, BULLETIN, now)
    next_year = issued(session, BULLETIN, now + timedelta(days=60))
    assert [first.number, second.number, next_year.number] == [
        "12345督〔2026〕1号",
        "12345督〔2026〕2号",
        "12345督〔2027〕1号",
    ]
    with pytest.raises(Invalid):
        issuing.withdraw(session, second, " ", actor=WRITER, now=now)


def test_who_wrote_a_letter_approves_it_no_more_however_often_others_changed_it(
    session: Session, now: datetime
) -> None:
    letter = drafting.draft(session, BULLETIN, HOME, actor=WRITER, now=now)
    drafting.revise(session, letter, BULLETIN, actor=APPROVER, now=now)
    drafting.revise(session, letter, BULLETIN, actor=WRITER, now=now)
    for wrote in (WRITER, APPROVER):
        with pytest.raises(NotAllowed):
            drafting.approve(session, letter, actor=wrote, now=now)
    other = Actor("other", Role.SUPERVISOR)
    assert drafting.approve(session, letter, actor=other, now=now).status == "approved"


def test_letters_that_are_issued_at_the_same_moment_have_numbers_of_their_own(
    emptied: Engine, now: datetime
) -> None:
    with transaction(emptied) as session:
        ids = [approved(session, BULLETIN, now).id or 0 for _ in range(4)]

    def issuing_it(letter_id: int) -> Step:
        def step(session: Session) -> object:
            letter = reading.find(session, letter_id, reader=WRITER, lock=True)
            return issuing.issue(session, letter, actor=WRITER, now=now)

        return step

    ended = at_once(emptied, [issuing_it(each) for each in (*ids, *ids)])
    assert sorted(ended) == ["Conflict"] * 4 + ["done"] * 4
    with transaction(emptied) as session:
        letters = reading.listed(session, Wanted(), reader=WRITER, now=now)
        assert sorted(str(each.number) for each in letters) == [
            f"12345督〔2026〕{count}号" for count in range(1, 5)
        ]
        assert session.get_one(LetterCount, 2026).last == 4


def test_an_interview_is_recorded_afterwards_objected_to_and_recorded_anew(
    session: Session, now: datetime
) -> None:
    letter = issued(session, interview(now), now)
    agreed = [Agreed("三日内全面排查", date(2026, 12, 1)), Agreed("每周巡查", date(2026, 12, 20))]
    with pytest.raises(Conflict):
        interviews.record(session, letter, "双方到会。", agreed, actor=WRITER, now=now)
    later = now + timedelta(days=2, hours=2)
    interviews.record(session, letter, "双方到会。", agreed, actor=WRITER, now=later)
    first = reading.measures(session, letter)[0].id or 0
    measures.report(session, letter, first, "排查台账见附件", actor=OURS, now=later)
    interviews.object_to(session, letter, "未记录我单位说明", actor=OURS, now=later)
    again = [Agreed("每两周巡查", date(2026, 12, 25))]
    interviews.record(session, letter, "双方到会，并说明。", again, actor=WRITER, now=later)
    interviews.confirm(session, letter, actor=OURS, now=later)
    assert [(each.text, each.standing) for each in reading.measures(session, letter)] == [
        ("三日内全面排查", "reported"),
        ("每周巡查", "dropped"),
        ("每两周巡查", "agreed"),
    ]
    assert [each.objection for each in reading.records(session, letter)] == ["未记录我单位说明", ""]
    assert standing(session, letter) == {URBAN: "confirmed"}


def test_a_measure_is_ticked_off_by_the_hotline_and_closes_the_interview(
    session: Session, now: datetime
) -> None:
    letter = issued(session, interview(now), now)
    later = now + timedelta(days=3)
    agreed = [Agreed("全面排查", date(2026, 12, 10))]
    interviews.record(session, letter, "双方到会。", agreed, actor=WRITER, now=later)
    interviews.confirm(session, letter, actor=OURS, now=later)
    (row,) = reading.measures(session, letter)
    with pytest.raises(Conflict):
        measures.tick_off(session, letter, row.id or 0, actor=WRITER, now=later)
    with pytest.raises(Invalid):
        measures.report(session, letter, row.id or 0, " ", actor=OURS, now=later)
    with pytest.raises(Conflict):
        issuing.close(session, letter, actor=WRITER, now=later)


def test_evidence_that_will_not_do_is_given_back(session: Session, now: datetime) -> None:
    letter = issued(session, interview(now), now)
    later = now + timedelta(days=3)
    agreed = [Agreed("全面排查", date(2026, 12, 10))]
    interviews.record(session, letter, "双方到会。", agreed, actor=WRITER, now=later)
    interviews.confirm(session, letter, actor=OURS, now=later)
    (row,) = reading.measures(session, letter)
    key = row.id or 0
    measures.report(session, letter, key, "台账", actor=OURS, now=later)
    measures.give_back(session, letter, key, "台账缺页", actor=WRITER, now=later)
    assert (row.standing, row.reason) == ("agreed", "台账缺页")
    measures.report(session, letter, key, "完整台账", actor=OURS, now=later)
    measures.tick_off(session, letter, key, actor=WRITER, now=later)
    assert (row.standing, row.evidence) == ("done", "完整台账")
    assert issuing.close(session, letter, actor=WRITER, now=later).status == "closed"
    with pytest.raises(Conflict):
        measures.report(session, letter, key, "再报", actor=OURS, now=later)


def test_a_department_sees_what_was_issued_to_it_and_nothing_else(
    session: Session, now: datetime
) -> None:
    mine = issued(session, to(BULLETIN, URBAN), now)
    drafted = approved(session, to(BULLETIN, URBAN), now)
    theirs = issued(session, to(BULLETIN, WATER), now)
    assert reading.listed(session, Wanted(), reader=OURS, now=now) == [mine]
    for other in (drafted, theirs):
        with pytest.raises(NotFound):
            reading.find(session, other.id or 0, reader=OURS)
    with pytest.raises(NotAllowed):
        answering.acknowledge(session, theirs, actor=OURS, now=now)
    with pytest.raises(NotAllowed):
        answering.acknowledge(session, theirs, actor=WRITER, now=now)


def test_who_has_a_district_reads_and_writes_to_what_lies_in_it(
    session: Session, now: datetime
) -> None:
    issued(session, BULLETIN, now)
    county = Actor("county", Role.SUPERVISOR, district="540102")
    assert reading.listed(session, Wanted(), reader=county, now=now) == []
    own = drafting.draft(session, to(BULLETIN, URBAN), "540102", actor=county, now=now)
    assert reading.listed(session, Wanted(), reader=county, now=now) == [own]
    with pytest.raises(Invalid):
        drafting.draft(session, to(BULLETIN, WATER), "540102", actor=county, now=now)
    drafts = Wanted(status=Status.DRAFT, kind=Kind.BULLETIN)
    assert reading.listed(session, drafts, reader=WRITER, now=now) == [own]


def test_everybody_is_every_department_that_takes_orders(session: Session, now: datetime) -> None:
    letter = issued(session, replace(BULLETIN, departments=(), everybody=True), now)
    told = set(standing(session, letter))
    assert {URBAN, WATER} < told
    notices = select(StaffNotice).where(StaffNotice.says == "letter_issued")
    found = session.exec(notices.order_by(col(StaffNotice.id))).all()
    assert [each.recipient for each in found] == sorted(f"leader:{each}" for each in told)


def test_what_staff_write_keeps_nobody_s_number(session: Session, now: datetime) -> None:
    spoken = replace(BULLETIN, body="诉求人电话13989001234，请核实。")
    letter = drafting.draft(session, spoken, HOME, actor=WRITER, now=now)
    assert "13989001234" not in letter.body
    assert "请核实" in letter.body
