"""Seats as their agents want them: browsers, skills, wrap-up, counters, shifts and modes."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from hotline.core import accounts, events
from hotline.core.accounts import Role
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.settings import Settings
from telephony import seat_states, seats, service_modes, shifts
from telephony.acd.modes import Mode
from telephony.models import Seat, SeatKind
from telephony.models_queue import ShiftNote, WrapUp
from tests.telephony.floor_scene import OWN, Floor


@pytest.fixture
def scene(session: Session, now: datetime) -> Floor:
    return Floor(session, now)


def test_a_browser_seat_needs_no_telephone_and_shares_none(scene: Floor) -> None:
    seat = scene.seat("one")
    assert (seat.kind, seat.address, seat.status) == ("browser", "", "ready")
    desk = scene.seat("two", kind=SeatKind.DESK)
    seats.set_address(scene.session, seat, "sip:spare@127.0.0.1:5080")
    seats.set_address(scene.session, desk, "sip:spare@127.0.0.1:5080")  # nobody's: it is a browser
    call = scene.call()
    assert seat.call_id == call.id or desk.call_id == call.id
    busy = seat if seat.call_id else desk
    other = SeatKind.DESK if busy.kind == SeatKind.BROWSER else SeatKind.BROWSER
    with pytest.raises(Conflict, match="in a call"):
        seats.set_kind(busy, other)


@pytest.mark.parametrize("skills", [{"bo": 0}, {"bo": 10}, {"": 5}])
def test_a_skill_has_a_name_and_a_level_from_one_to_nine(
    scene: Floor, skills: dict[str, int]
) -> None:
    seat = scene.seat("one")
    with pytest.raises(Invalid, match="level"):
        seats.set_skills(seat, skills)


def test_wrap_up_lasts_so_long_or_until_done_and_has_a_code(scene: Floor) -> None:
    seat = scene.seat("one")
    for done in (False, True):
        call = scene.call()
        scene.connect(call, seat)
        scene.gone(call, seat, "hung_up", talked=True)
        scene.end(call, "agent_hung_up")
        assert seat.status == "wrap_up"
        row = seat_states.wrap_up(scene.session, seat, "registered", done=done, now=scene.now)
        scene.later(1)
        assert seat.status == ("ready" if done else "wrap_up")
        scene.later(scene.own.wrap_up_s)
        assert (seat.status, row.code, row.call_id) == ("ready", "registered", call.id)
        assert row.ended_at
        assert scene.types(call)[-1] == "call.wrapped_up"
    assert (seat.calls, len(scene.session.exec(select(WrapUp)).all())) == (2, 2)


@pytest.mark.parametrize(("act", "status"), [("pause", "paused"), ("log_off", "logged_off")])
def test_who_pauses_or_goes_while_writing_down_is_so_at_once(
    scene: Floor, act: str, status: str
) -> None:
    seat = scene.seat("one")
    call = scene.call()
    scene.connect(call, seat)
    scene.gone(call, seat, "hung_up", talked=True)
    assert seat.status == "wrap_up"
    seats.pause(seat, "写工单") if act == "pause" else seats.log_off(seat)
    scene.later(1)
    assert seat.status == status


def test_a_seat_that_writes_down_is_offered_nothing(scene: Floor) -> None:
    seat = scene.seat("one")
    call = scene.call()
    scene.connect(call, seat)
    scene.gone(call, seat, "hung_up", talked=True)
    scene.end(call)
    other = scene.call("13900000002")
    assert (seat.status, other.queued_at) == ("wrap_up", scene.now)


def test_counters_begin_anew_at_log_in(scene: Floor) -> None:
    seat = scene.seat("one")
    call = scene.call()
    scene.connect(call, seat)
    scene.end(call)
    assert seat.calls == 1
    seats.log_off(seat)
    scene.later(1)
    seats.log_in(scene.session, seat)
    scene.later(60)
    assert (seat.calls, seat.missed, seat.since_login) == (0, 0, scene.now)


def test_a_seat_is_paused_after_so_many_misses_as_the_site_says(
    session: Session, now: datetime
) -> None:
    scene = Floor(session, now, OWN.model_copy(update={"misses_before_pause": 2}))
    seat = scene.seat("one")
    call = scene.call()
    scene.gone(call, seat, "no_answer")
    assert (seat.status, seat.missed, seat.call_id) == ("offered", 1, call.id)  # rung once more
    scene.gone(call, seat, "no_answer")
    assert (seat.status, seat.pause_reason) == ("paused", "no_answer")


def test_every_change_of_a_seat_is_told_once(scene: Floor) -> None:
    seat = scene.seat("one")
    call = scene.call()
    scene.connect(call, seat)
    scene.end(call)
    scene.end(call)
    told = [each.refs["status"] for each in events.history(scene.session, "seat:one")]
    assert told == ["ready", "offered", "talking", "wrap_up"]


def test_nobody_has_two_shifts_at_a_time(scene: Floor) -> None:
    seat, begins = scene.seat("one"), scene.now
    first = shifts.roster(
        scene.session, seat.account_id, begins, begins + timedelta(hours=8), by="lead", now=begins
    )
    with pytest.raises(Conflict, match="another shift"):
        shifts.roster(
            scene.session,
            seat.account_id,
            begins + timedelta(hours=7),
            begins + timedelta(hours=9),
            by="lead",
            now=begins,
        )
    with pytest.raises(Invalid, match="ends before"):
        shifts.roster(scene.session, seat.account_id, begins, begins, by="lead", now=begins)
    shifts.strike(scene.session, first.id or 0, by="lead", now=begins + timedelta(hours=1))
    assert first.ends_at == begins + timedelta(hours=1)
    with pytest.raises(Conflict, match="over"):
        shifts.strike(scene.session, first.id or 0, by="lead", now=begins + timedelta(hours=1))
    with pytest.raises(NotFound):
        shifts.strike(scene.session, 0, by="lead", now=begins)


def test_a_hand_over_note_is_sealed_and_read_once(scene: Floor) -> None:
    seat = scene.seat("one")
    note = shifts.leave_note(
        scene.session, seat.account_id, "  3号线路有杂音，已报修。 ", now=scene.now
    )
    assert "杂音".encode() not in note.sealed_text
    assert shifts.text_of(scene.session.get_one(ShiftNote, note.id)) == "3号线路有杂音，已报修。"
    for name in ("two", "three"):
        shifts.take_over(scene.session, note.id or 0, by=name, now=scene.now)
    assert shifts.notes(scene.session) == [note]
    assert note.read_by == "two"
    for text in ("  ", "长" * (shifts.LONGEST_NOTE + 1)):
        with pytest.raises(Invalid):
            shifts.leave_note(scene.session, seat.account_id, text, now=scene.now)


def test_a_mode_holds_from_one_moment_to_another_and_ends_once(
    session: Session, now: datetime
) -> None:
    later = now + timedelta(hours=2)
    row = service_modes.switch(
        session, Mode.HOLIDAY, begins_at=now, ends_at=later, by="lead", now=now
    )
    assert service_modes.mode_now(session, now=now) is Mode.HOLIDAY
    assert service_modes.mode_now(session, now=later) is Mode.NORMAL
    service_modes.end(session, row.id or 0, by="lead", now=now + timedelta(hours=1))
    assert service_modes.mode_now(session, now=now + timedelta(hours=1)) is Mode.NORMAL
    with pytest.raises(Conflict, match="has ended"):
        service_modes.end(session, row.id or 0, by="lead", now=later)
    with pytest.raises(Invalid, match="Normal"):
        service_modes.switch(session, Mode.NORMAL, begins_at=now, by="lead", now=now)
    told = events.history(session, service_modes.CHAIN)
    assert [event.refs["mode"] for event in told] == ["holiday", "normal"]


def test_what_the_settings_say_of_queues_is_as_the_papers_say() -> None:
    own = Settings()
    assert (own.wrap_up_s, own.queue_announce_s, own.misses_before_pause) == (45, 30, 1)


def test_two_agents_share_no_telephone(session: Session, now: datetime) -> None:
    scene = Floor(session, now)
    seat = scene.seat("one", kind=SeatKind.DESK)
    other = scene.seat("two", kind=SeatKind.DESK)
    with pytest.raises(Conflict, match="one is logged in"):
        seats.set_address(session, other, seat.address)
    seats.log_off(seat)
    seats.set_address(session, other, seat.address)
    with pytest.raises(Conflict, match="two is logged in"):
        seats.log_in(session, seat)


def test_a_seat_without_a_telephone_says_what_to_do(session: Session, now: datetime) -> None:
    account = accounts.create_account(session, "new", "secret-word", role=Role.AGENT, now=now)
    seat = seats.seat_of(session, account, now=now)
    assert seats.seat_of(session, account, now=now) is seat
    with pytest.raises(Conflict) as raised:
        seats.log_in(session, seat)
    assert "PUT /api/v1/seats/me" in raised.value.remedy
    for act in (seats.unpause, lambda each: seats.pause(each, "用餐")):
        with pytest.raises(Conflict, match="Nobody is logged in"):
            act(seat)
    assert session.exec(select(Seat).where(Seat.account_id == account.id)).one() is seat


def test_a_mode_is_set_once_for_a_time(session: Session, now: datetime) -> None:
    later = now + timedelta(hours=1)
    service_modes.switch(session, Mode.NIGHT, begins_at=now, ends_at=later, by="lead", now=now)
    with pytest.raises(Conflict, match="already"):
        service_modes.switch(session, Mode.NIGHT, begins_at=now, by="another", now=now)
    service_modes.switch(session, Mode.SURGE, begins_at=now, by="another", now=now)
    service_modes.switch(session, Mode.NIGHT, begins_at=later, by="another", now=now)


def test_a_note_whose_button_is_pressed_twice_is_one(scene: Floor) -> None:
    seat = scene.seat("one")

    def leave(text: str, minutes: int = 0) -> ShiftNote:
        at = scene.now + timedelta(minutes=minutes)
        return shifts.leave_note(scene.session, seat.account_id, text, now=at)

    first = leave("机房维护到八点")
    assert leave("机房维护到八点 ", minutes=1) is first
    assert leave("水管已经修好", minutes=1) is not first
    assert leave("机房维护到八点", minutes=2) is not first
