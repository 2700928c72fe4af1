"""来电差评: a bad rating by key after a call, verified by another, closed with what was done."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from dispatch.callback import call_ratings
from dispatch.notices.models_notices import StaffNotice
from dispatch.ratings import call_cases
from dispatch.ratings.call_stages import Done, Finding, State, require_fitting
from dispatch.ratings.models_call_ratings import BadCallRating
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.privacy import Person
from telephony.models import Call, Direction
from tests.dispatch import inspection_scene as scene

LEAD = Actor("lead", Role.TEAM_LEAD)
AGENT = Actor("agent-1", Role.AGENT)


def rated_badly(session: Session, now: datetime, satisfaction: int = 1) -> BadCallRating:
    call = scene.talk(session, now - timedelta(minutes=5), agent=AGENT.name)
    call_ratings.rate(session, call, satisfaction, now=now)
    return session.exec(select(BadCallRating).where(BadCallRating.call_id == call.id)).one()


def called_back(session: Session, case: BadCallRating, at: datetime) -> None:
    """Let somebody of the hotline ring the caller and be answered."""
    first = session.get_one(Call, case.call_id)
    back = scene.talk(session, at, agent=LEAD.name)
    back.direction, back.person_id = Direction.OUT, first.person_id
    session.flush()


def test_a_bad_rating_of_a_call_opens_one_case_and_tells_the_team_lead(
    session: Session, now: datetime
) -> None:
    case = rated_badly(session, now, 2)
    call = session.get_one(Call, case.call_id)
    call_ratings.rate(session, call, 1, now=now)  # a second report
    assert session.exec(select(BadCallRating)).all() == [case]
    assert (case.state, case.agent, case.due_at > now) == (State.OPEN, AGENT.name, True)
    notice = session.exec(select(StaffNotice)).one()
    assert (notice.recipient, notice.says, notice.ticket) == ("team_lead:", "call_rating", "")
    assert notice.due_at == case.due_at


def test_a_good_rating_of_a_call_opens_none(session: Session, now: datetime) -> None:
    call = scene.talk(session, now, agent=AGENT.name)
    call_ratings.rate(session, call, 3, now=now)
    assert session.exec(select(BadCallRating)).all() == []


def test_it_is_verified_and_closed_by_another_than_the_agent(
    session: Session, now: datetime
) -> None:
    case = rated_badly(session, now)
    assert list(call_cases.listed(session, reader=AGENT)) == []
    with pytest.raises(NotFound):
        call_cases.find(session, case.id or 0, reader=AGENT)
    lead_of_the_call = Actor(AGENT.name, Role.TEAM_LEAD)
    with pytest.raises(NotAllowed):
        call_cases.verify(
            session, case, Finding.FOUNDED, "听了录音", actor=lead_of_the_call, now=now
        )
    with pytest.raises(Invalid):
        call_cases.verify(session, case, Finding.FOUNDED, " ", actor=LEAD, now=now)
    case = call_cases.find(session, case.id or 0, reader=LEAD, lock=True)
    call_cases.verify(session, case, Finding.FOUNDED, "听了录音，抢话", actor=LEAD, now=now)
    assert (case.state, case.verdict, case.verified_by) == ("verified", "founded", "lead")
    with pytest.raises(Conflict):
        call_cases.verify(session, case, Finding.UNCLEAR, "再听", actor=LEAD, now=now)
    with pytest.raises(Invalid):
        call_cases.close(session, case, [Done.NOTHING], "算了", actor=LEAD, now=now)
    call_cases.close(session, case, [Done.TRAINED, Done.TALKED], "谈了", actor=LEAD, now=now)
    assert (case.state, case.done, case.closed_by) == ("closed", ["talked", "trained"], "lead")
    assert call_cases.note_of(session, case) == "听了录音，抢话"
    assert call_cases.words_of(session, case) == "谈了"
    told = [each.type for each in events.history(session, f"bad_call_rating:{case.id}")]
    assert told == ["call_rating.opened", "call_rating.verified", "call_rating.closed"]


def test_a_call_back_is_claimed_only_when_it_is_on_record(session: Session, now: datetime) -> None:
    case = rated_badly(session, now)
    assert call_cases.may_be_called(session, case, now=now)
    call_cases.verify(session, case, Finding.FOUNDED, "属实", actor=LEAD, now=now)
    done = [Done.TALKED, Done.CALLED_BACK]
    with pytest.raises(Conflict):
        call_cases.close(session, case, done, "已致歉", actor=LEAD, now=now)
    session.refresh(case)
    called_back(session, case, now + timedelta(hours=1))
    call_cases.close(session, case, done, "已致歉", actor=LEAD, now=now + timedelta(hours=2))
    assert case.done == ["talked", "called_back"]


def test_the_case_of_an_erased_caller_ends_without_its_words(
    session: Session, now: datetime
) -> None:
    case = rated_badly(session, now)
    person = session.get_one(Person, session.get_one(Call, case.call_id).person_id)
    person.wrapped_key, person.phone_index, person.sealed_phone = b"", None, None
    session.flush()
    assert not call_cases.may_be_called(session, case, now=now)
    call_cases.verify(session, case, Finding.FOUNDED, "听了录音", actor=LEAD, now=now)
    call_cases.close(session, case, [Done.TRAINED], "培训了", actor=LEAD, now=now)
    assert (case.state, case.verdict, case.done) == (State.CLOSED, "founded", ["trained"])
    assert (case.sealed_note, case.sealed_done) == (None, None)


@given(st.sampled_from(Finding), st.sets(st.sampled_from(Done)))
def test_what_was_done_fits_the_verdict_or_is_refused(finding: Finding, done: set[Done]) -> None:
    alone = Done.NOTHING not in done or done == {Done.NOTHING}
    talked = finding is not Finding.FOUNDED or bool(done & {Done.TALKED, Done.TRAINED})
    if done and alone and talked:
        require_fitting(finding, done)
    else:
        with pytest.raises(Invalid):
            require_fitting(finding, done)


def test_notices_of_calls_name_no_ticket(session: Session, now: datetime) -> None:
    rated_badly(session, now)
    found = session.exec(select(StaffNotice).order_by(col(StaffNotice.id))).all()
    assert {each.about.split(":")[0] for each in found} == {"bad_call_rating"}
