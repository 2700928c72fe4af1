"""照顾标记: an elder is known again by their number, and from then on waits as if longer."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from hotline.core.accounts import Actor, Role
from hotline.core.audited import AUDITED
from hotline.core.errors import Conflict
from hotline.core.event_types import EventType
from telephony import caring, do_not_call, owed, seats
from telephony.acd.patience import MissedWhy
from telephony.models_callers import Care, NotCallReason
from telephony.ordering import Verb
from tests.telephony.floor_scene import OWN, Floor, refused

AGENT = Actor("one", Role.AGENT)
LONG = timedelta(days=3)  # a caller of so long ago is no repeated one


@pytest.fixture
def scene(session: Session, now: datetime) -> Floor:
    return Floor(session, now)


def test_a_marked_caller_overtakes_who_came_a_little_sooner(scene: Floor) -> None:
    first = scene.call("13900000001")
    caring.mark(scene.session, first, Care.ELDER, actor=AGENT, now=scene.now)
    scene.end(first, "message_left")
    scene.now += LONG
    seats.pause(scene.seat("one"), "用餐")
    sooner = scene.call("13900000002")
    scene.now += timedelta(seconds=OWN.boost_elder_s - 10)
    elder = scene.call("13900000001")
    assert (sooner.boost_s, elder.boost_s) == (0, OWN.boost_elder_s)
    free = scene.seat("two")
    scene.later(1)
    assert free.call_id == elder.id


@pytest.mark.parametrize("care", Care)
def test_a_mark_is_told_once_without_a_word_of_theirs_and_taken_back(
    scene: Floor, care: Care
) -> None:
    call = scene.call("13900000001")
    for mark in (care, care, None, None):
        caring.mark(scene.session, call, mark, actor=AGENT, now=scene.now)
        assert caring.care_of(scene.session, call.person_id) is mark
    told = [each for each in scene.types(call) if each == "caller.care_changed"]
    assert told == ["caller.care_changed"] * 2
    assert EventType.CALLER_CARE_CHANGED in AUDITED
    scene.end(call, "message_left")
    scene.now += LONG
    assert scene.call("13900000001").boost_s == 0


def test_who_shows_no_number_cannot_be_known_again(scene: Floor) -> None:
    call = scene.call("anonymous")
    with pytest.raises(Conflict):
        caring.mark(scene.session, call, Care.ELDER, actor=AGENT, now=scene.now)


def test_an_agents_key_dials_nobody_who_asked_not_to_be_rung(scene: Floor) -> None:
    before = scene.call("13900000001")
    scene.end(before, "message_left")
    person, asked = before.person_id, NotCallReason.ASKED
    entry = do_not_call.add(scene.session, person, asked, actor=AGENT, now=scene.now)
    desk = scene.seat("desk")
    why = refused(scene, desk, Verb.DIAL, None, of_call=str(before.id))
    assert "not to be called" in why
    later = scene.call("13900000001")
    row = owed.owe(
        *(scene.session, later, MissedWhy.ASKED),
        waiting_since=scene.now,
        due_at=scene.now,
        now=scene.now,
    )
    scene.gone(later, desk, "caller_gone")
    scene.end(later)
    told, _ = scene.ask(desk, Verb.DIAL, None, missed=row.id)
    assert told != []
    do_not_call.remove(scene.session, entry.id or 0, actor=AGENT, now=scene.now)
