"""恶意来电: a block ends by itself, is reviewed by somebody else, and stops no cry for help."""

import uuid
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import Event, EventType
from hotline.switch import limited
from telephony import blocking, owed
from telephony.attended import AttendedSession
from telephony.listening import FRAME_S
from telephony.models import Call
from telephony.models_trunks import BlockedCaller, BlockReason
from telephony.orders import TakeMessage
from telephony.session import Limits
from tests.factories import create_ended_call
from tests.telephony.floor_scene import OWN, Floor
from tests.telephony.lines import SILENCE, FakeTape
from tests.telephony.ringing import NOTICE_S, PROMPTS, FakeCompany, FullLine

LEAD, OTHER = Actor("lead", Role.TEAM_LEAD), Actor("other", Role.TEAM_LEAD)
DAY = timedelta(days=1)
_MOMENT = datetime.fromisoformat("2026-11-25T09:00:00+08:00")


def block(session: Session, call: Call, now: datetime, *, days: int = 7) -> BlockedCaller:
    return blocking.block(session, OWN, call, BlockReason.OCCUPYING, days=days, actor=LEAD, now=now)


def told(session: Session, row: BlockedCaller) -> list[str]:
    mine = select(Event.type).where(Event.chain == f"blocked:{row.id}").order_by(Event.id)  # type: ignore[arg-type]
    return [str(each) for each in session.exec(mine)]


@pytest.fixture
def scene(session: Session, now: datetime) -> Floor:
    return Floor(session, now)


def test_a_blocked_caller_leaves_a_message_and_no_seat_rings(scene: Floor) -> None:
    seat = scene.seat("one")
    block(scene.session, create_ended_call(scene.session, now=scene.now), scene.now)
    call = scene.call()
    assert scene.told == [TakeMessage(str(call.id), blocking.PROMPT)]
    assert seat.status == "ready"
    scene.end(call)
    assert owed.open_ones(scene.session) == []
    another = scene.call("13900000002")
    assert seat.call_id == another.id


def test_a_blocked_callers_words_of_danger_become_a_ticket(session: Session, now: datetime) -> None:
    first = create_ended_call(session, now=now)
    assert limited.becomes_ticket(session, first)
    block(session, first, now)
    later = now + timedelta(minutes=5)
    for said, wanted in (
        ("你们就是不管事", False),
        ("八一路这里着火了", True),
        ("我家煤气漏气了", True),
        ("昨天那边好像着火", True),
        ("我们小区停水三天了", True),
    ):
        call = create_ended_call(session, now=later, said=(said,))
        assert limited.becomes_ticket(session, call) is wanted, said


def test_what_was_said_before_or_after_the_block_becomes_a_ticket(
    session: Session, now: datetime
) -> None:
    before = create_ended_call(session, now=now, said=("你们就是不管事",))
    block(session, before, now + timedelta(minutes=1), days=1)
    after = create_ended_call(session, now=now + 2 * DAY, said=("你们就是不管事",))
    assert limited.becomes_ticket(session, before)
    assert limited.becomes_ticket(session, after)


def test_a_block_that_nobody_else_upholds_is_over_after_some_days(
    session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    row = block(session, call, now)
    review_days = timedelta(days=OWN.block_review_days)
    assert blocking.is_blocked(session, call, now + review_days - DAY)
    assert not blocking.is_blocked(session, call, now + review_days)
    blocking.review(session, row.id or 0, upheld=True, actor=OTHER, now=now + DAY)
    assert blocking.is_blocked(session, call, now + 7 * DAY - timedelta(seconds=1))
    assert not blocking.is_blocked(session, call, now + 7 * DAY)
    assert told(session, row) == ["caller.blocked", "caller.blocked"]


def test_who_blocks_does_not_review_and_one_review_is_enough(
    session: Session, now: datetime
) -> None:
    row = block(session, create_ended_call(session, now=now), now)
    with pytest.raises(NotAllowed):
        blocking.review(session, row.id or 0, upheld=True, actor=LEAD, now=now)
    blocking.review(session, row.id or 0, upheld=True, actor=OTHER, now=now)
    with pytest.raises(Conflict):
        blocking.review(session, row.id or 0, upheld=False, actor=OTHER, now=now)


def test_a_block_that_is_not_upheld_ends_and_cannot_be_lifted_again(
    session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    row = block(session, call, now)
    blocking.review(session, row.id or 0, upheld=False, actor=OTHER, now=now + DAY)
    assert not blocking.is_blocked(session, call, now + DAY)
    assert told(session, row) == ["caller.blocked", "caller.unblocked"]
    with pytest.raises(Conflict):
        blocking.lift(session, row.id or 0, actor=LEAD, now=now + DAY)
    block(session, call, now + DAY)  # and anew


def test_nobody_is_blocked_for_too_long_twice_or_without_a_number(
    session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    with pytest.raises(Invalid):
        block(session, call, now, days=OWN.block_days + 1)
    block(session, call, now)
    with pytest.raises(Conflict, match="already"):
        block(session, create_ended_call(session, now=now), now)
    with pytest.raises(Conflict, match="not known"):
        block(session, create_ended_call(session, now=now, caller="anonymous"), now)
    with pytest.raises(NotFound):
        blocking.lift(session, 2**31 - 1, actor=LEAD, now=now)


def test_events_hold_no_number(session: Session, now: datetime) -> None:
    row = block(session, create_ended_call(session, now=now), now)
    written = session.exec(select(Event).where(Event.chain == f"blocked:{row.id}")).one()
    assert "13989001234" not in str(written.refs)
    assert written.type == EventType.CALLER_BLOCKED


@pytest.mark.parametrize(
    ("ask", "said"), [(blocking.PROMPT, True), ("", False), ("nameless", False)]
)
def test_the_worker_asks_for_the_message_in_these_words(ask: str, said: bool) -> None:
    line, told = FullLine(), [SILENCE] * 700
    session = AttendedSession(
        line,
        FakeTape(),
        {**PROMPTS, blocking.PROMPT: told},
        Limits(60, silence_end_s=4.0),
        FakeCompany(),
        lambda _key: None,
    )
    session.answered()
    session.unattended(ask)
    for _ in range(round((NOTICE_S + 0.2) / FRAME_S)):
        session.tick()
    assert (line.longest == len(told) + len(PROMPTS["tone"])) is said


_SPANS = st.timedeltas(min_value=timedelta(0), max_value=40 * DAY)


@given(_SPANS, _SPANS, _SPANS, st.none() | _SPANS, st.sampled_from([None, True, False]))
def test_a_block_holds_from_its_beginning_to_its_first_end(
    at: timedelta, until: timedelta, lapses: timedelta, lifted: timedelta | None, upheld: bool
) -> None:
    row = BlockedCaller(
        person_id=uuid.UUID(int=1),
        call_id=uuid.UUID(int=2),
        reason=BlockReason.ABUSE,
        blocked_by="lead",
        blocked_at=_MOMENT,
        until=_MOMENT + until,
        lapses_at=_MOMENT + lapses,
        lifted_at=None if lifted is None else _MOMENT + lifted,
        upheld=upheld,
    )
    ends = [until, *([] if upheld else [lapses]), *([] if lifted is None else [lifted])]
    assert blocking.holds(row, _MOMENT + at) == (at < min(ends))
    assert not blocking.holds(row, _MOMENT - timedelta(seconds=1))
