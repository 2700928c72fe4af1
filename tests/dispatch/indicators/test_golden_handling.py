"""What a call took, by hand: talk, hold and what was written down afterwards (AHT)."""

from datetime import datetime

from sqlmodel import Session, select

from hotline.core.events import EventType
from telephony.models_queue import WrapUp
from telephony.queueing import WhyLeft
from tests.dispatch.indicators.call_scene import answered, held, made, rang, waited, wrapped
from tests.dispatch.indicators.scene import DAY, measured

HELD, RESUMED = EventType.CALL_HELD, EventType.CALL_RESUMED
HANDLING = ("talk", "talk_net", "hold", "wrap_up", "handle")
A, B, C = (f"1398900000{place}" for place in range(3))


def test_talk_hold_and_wrap_up_make_up_what_a_call_took(session: Session, now: datetime) -> None:
    one = answered(session, now, 3, talk=300, caller=A)
    held(session, one, (10, HELD), (30.4, RESUMED), (100, HELD), (140.4, RESUMED))
    wrapped(session, one, 30, 15, now=now)
    answered(session, now, 3, talk=60, caller=B)  # nobody held it or wrote it down
    waited(session, now, 40, WhyLeft.GONE, C)
    assert measured(session, now + DAY, *HANDLING) == {
        "talk": (360, 2, 1),
        "talk_net": (240 + 60, 2, 1),
        "hold": (60, 2, 1),  # 20.4 and 40.4 s, the fraction of both cut off once
        "wrap_up": (45, 1, 2),
        "handle": (240 + 60 + 45 + 60, 2, 1),
    }


def test_a_hold_ends_with_a_transfer_or_with_the_call_and_two_in_a_row_are_one(
    session: Session, now: datetime
) -> None:
    handed = answered(session, now, 3, talk=300, caller=A)
    held(session, handed, (10, HELD), (50, EventType.CALL_TRANSFERRED), (60, RESUMED))
    hung_up = answered(session, now, 3, talk=100, caller=B)
    held(session, hung_up, (70, HELD), (80, HELD), (100, EventType.CALL_ENDED))
    lost = answered(session, now, 3, talk=100, caller=C)
    held(session, lost, (90, HELD))  # its worker died: no event ends the call
    assert measured(session, now + DAY, "hold", "talk_net") == {
        "hold": (40 + 30 + 10, 3, 0),
        "talk_net": (260 + 70 + 90, 3, 0),
    }


def test_a_call_that_is_still_written_down_is_not_judged(session: Session, now: datetime) -> None:
    call = answered(session, now, 3, talk=100, caller=A)
    wrapped(session, call, 20, 30, now=now)
    last = session.exec(select(WrapUp).order_by(WrapUp.id.desc())).first()  # type: ignore[union-attr]
    assert last
    ended, last.ended_at = last.ended_at, None
    assert measured(session, now + DAY, "wrap_up", "handle") == {
        "wrap_up": (20, 1, 0),
        "handle": (0, 0, 1),
    }
    last.ended_at = ended
    assert measured(session, now + DAY, "handle") == {"handle": (150, 1, 0)}


def test_nothing_is_said_of_a_call_that_runs_or_that_we_made(
    session: Session, now: datetime
) -> None:
    call = rang(session, now, A)
    call.queued_at = call.connected_at = now
    made(session, now)
    found = measured(session, now + DAY, *HANDLING)
    assert found == dict.fromkeys(HANDLING, (0, 0, 1))
