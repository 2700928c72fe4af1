"""Who waits, hears where they stand, is called back: as the leader serves it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from hotline.core.accounts import Actor, Role
from hotline.switch import announcing, floor, serving
from telephony import blocking, owed, seats, service_modes, shifts
from telephony.acd.modes import Mode
from telephony.commands import CallAnswered
from telephony.models_trunks import BlockReason
from telephony.orders import Announce, Offer, TakeMessage
from tests.telephony.floor_scene import OWN, WORKER, Floor


@pytest.fixture
def scene(session: Session, now: datetime) -> Floor:
    return Floor(session, now)


def test_callers_wait_and_are_served_in_turn_as_seats_become_free(scene: Floor) -> None:
    seat = scene.seat("one")
    first = scene.call("13900000001")
    scene.later(1)
    second = scene.call("13900000002")
    scene.later(1)
    third = scene.call("13900000003")
    assert seat.call_id == first.id
    scene.connect(first, seat)
    for before, after in ((first, second), (second, third)):
        scene.gone(before, seat, "hung_up", talked=True)
        scene.end(before, "agent_hung_up")
        assert seat.status == "wrap_up"
        assert scene.later(scene.own.wrap_up_s - 1) == [] or seat.status == "wrap_up"
        [*_, order] = [each for each in scene.later(1) if isinstance(each, Offer)]
        assert order.call_id == str(after.id)
        scene.connect(after, seat)
    assert seat.calls == 3


def test_a_new_leader_serves_who_waited_with_the_former_one(session: Session, scene: Floor) -> None:
    seat = scene.seat("one")
    seats.pause(seat, "用餐")
    call = scene.call()
    scene.later(40)
    session.expire_all()
    seats.unpause(seat)
    [told] = serving.serve(session, OWN, {WORKER: 1}, now=scene.now)
    assert (told.worker, told.order.call_id) == (WORKER, str(call.id))  # type: ignore[union-attr]


def test_a_caller_of_a_worker_that_is_away_is_offered_when_it_is_back(scene: Floor) -> None:
    scene.room = {}
    seat = scene.seat("one")
    scene.call()
    assert seat.status == "ready"
    scene.room = {WORKER: 0}  # a browser needs no leg
    assert any(isinstance(each, Offer) for each in scene.later(1))


def test_who_waits_hears_of_it_and_at_last_leaves_a_message(scene: Floor) -> None:
    seat = scene.seat("one")
    seats.pause(seat, "用餐")
    call = scene.call()
    assert scene.told == [Announce(str(call.id), ())]
    assert scene.later(9) == []
    assert scene.later(1) == [Announce(str(call.id), ())]  # its worker does not forget it
    [announced] = scene.later(20)
    assert isinstance(announced, Announce)
    assert announced.prompts
    assert all(announcing.is_there(name) for name in announced.prompts)
    assert scene.later(scene.own.queue_longest_s) == [TakeMessage(str(call.id))]
    assert scene.later(30) == []
    scene.end(call, "message_left")
    assert owed.open_ones(scene.session) == []


def test_the_last_agent_who_goes_leaves_no_caller_waiting_for_nobody(scene: Floor) -> None:
    seat = scene.seat("one")
    seats.pause(seat, "用餐")
    call = scene.call()
    seats.log_off(seat)
    assert scene.later(1) == [TakeMessage(str(call.id))]


def test_a_full_queue_says_so_at_once(session: Session, now: datetime) -> None:
    scene = Floor(session, now, OWN.model_copy(update={"queue_longest": 1}))
    seats.pause(scene.seat("one"), "用餐")
    first = scene.call("13900000001")
    assert scene.told == [Announce(str(first.id), ())]
    second = scene.call("13900000002")
    assert scene.told == [TakeMessage(str(second.id))]
    assert scene.later(1) == []


def test_a_caller_is_served_in_the_language_of_their_last_call_or_their_area(
    session: Session, now: datetime
) -> None:
    own = OWN.model_copy(update={"language_areas": "0897=bo 08=zh"})
    scene = Floor(session, now, own)
    zh, bo = scene.seat("zh", idle_s=900), scene.seat("bo", skills={"bo": 9})
    area = scene.call("08971234567")
    assert (area.language, bo.call_id) == ("bo", area.id)
    scene.connect(area, bo)
    chosen = scene.call("13900000001")
    assert (chosen.language, zh.call_id) == ("", chosen.id)
    scene.connect(chosen, zh)
    again = scene.call("13900000002")
    scene.press(again, "2")
    assert again.language == "bo"
    scene.later(1)
    scene.end(again)
    assert scene.call("13900000002").language == "bo"


def test_at_night_who_is_on_the_roster_takes_calls(scene: Floor) -> None:
    day, night = scene.seat("day", idle_s=900), scene.seat("night")
    service_modes.switch(scene.session, Mode.NIGHT, begins_at=scene.now, by="lead", now=scene.now)
    shifts.roster(
        scene.session,
        night.account_id,
        scene.now,
        scene.now + timedelta(hours=8),
        desk="night",
        by="lead",
        now=scene.now,
    )
    call = scene.call()
    assert (night.call_id, day.status) == (call.id, "ready")
    seats.log_off(night)
    scene.end(call)
    other = scene.call("13900000002")
    assert scene.told == [TakeMessage(str(other.id))]


def test_in_an_outage_messages_are_taken_at_once_and_in_a_rush_nobody_writes_down(
    scene: Floor,
) -> None:
    seat = scene.seat("one")
    outage = service_modes.switch(
        scene.session, Mode.OUTAGE, begins_at=scene.now, by="lead", now=scene.now
    )
    call = scene.call()
    words = TakeMessage(str(call.id), "mode_outage")
    assert (scene.told, seat.status) == ([words], "ready")
    service_modes.end(scene.session, outage.id or 0, by="lead", now=scene.now)
    service_modes.switch(scene.session, Mode.SURGE, begins_at=scene.now, by="lead", now=scene.now)
    call = scene.call("13900000002")
    scene.connect(call, seat)
    scene.gone(call, seat, "hung_up", talked=True)
    assert seat.status == "ready"


def test_a_report_of_an_agent_who_came_too_late_ends_the_wait(scene: Floor) -> None:
    seat = scene.seat("one")
    call = scene.call()
    scene.gone(call, seat, "too_late")
    assert seat.status == "ready"
    assert scene.later(1) == []


def test_nobody_is_on_duty_only_when_nobody_is_there(scene: Floor) -> None:
    assert floor.on_duty(scene.session, now=scene.now) == frozenset()
    seat = scene.seat("one")
    assert floor.on_duty(scene.session, now=scene.now) == {seat.account_id}
    call = scene.call()
    scene.gone(call, seat, "no_answer")
    assert (seat.status, seat.pause_reason) == ("paused", "no_answer")
    assert floor.on_duty(scene.session, now=scene.now) == frozenset()


def test_a_line_that_opens_after_nobody_was_found_is_told_once_more(scene: Floor) -> None:
    call = scene.call()
    assert scene.told == [TakeMessage(str(call.id))]
    answered = CallAnswered(str(call.id), scene.at)
    assert scene.report(answered) == [TakeMessage(str(call.id))]
    seat = scene.seat("one")
    other = scene.call("13900000002")
    assert scene.report(CallAnswered(str(other.id), scene.at)) == []  # a seat rings for them
    scene.connect(other, seat)
    assert scene.report(CallAnswered(str(other.id), scene.at)) == []


def test_a_blocked_caller_is_told_so_and_waits_for_nobody(scene: Floor) -> None:
    seat = scene.seat("one")
    first = scene.call()
    scene.end(first)
    lead = Actor("lead", Role.TEAM_LEAD)
    blocking.block(
        scene.session,
        scene.own,
        first,
        BlockReason.SILENT,
        days=1,
        actor=lead,
        now=scene.now,
    )
    call = scene.call()
    assert scene.told == [TakeMessage(str(call.id), *announcing.playable(blocking.PROMPT))]
    scene.end(call)
    assert (seat.status, [row.call_id for row in owed.open_ones(scene.session)]) == (
        "ready",
        [first.id],
    )
