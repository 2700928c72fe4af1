"""One call, several workers: one record of who had no room, and none was missed that was taken."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from telephony import records
from telephony.commands import CallRefused
from tests.factories import arrival

ID = "7c1@caller"


def refusal(call_id: int, now: datetime, *, sip_call_id: str = ID) -> CallRefused:
    name = f"00000000-0000-4000-8000-{call_id:012}"
    at = now.isoformat()
    return CallRefused(name, "media-0.1", "13989001234", "12345", sip_call_id, "busy", at)


def test_two_full_workers_leave_one_record(session: Session, now: datetime) -> None:
    first = records.refuse_call(session, refusal(1, now))
    assert records.refuse_call(session, refusal(2, now + timedelta(seconds=1))) is first


def test_another_call_of_theirs_is_another_record(session: Session, now: datetime) -> None:
    first = records.refuse_call(session, refusal(1, now))
    for number, other in (
        (2, refusal(2, now, sip_call_id="8@caller")),
        (3, refusal(3, now + timedelta(minutes=2))),
        (4, refusal(4, now, sip_call_id="")),
        (5, refusal(5, now, sip_call_id="")),
    ):
        assert records.refuse_call(session, other).id != first.id, number


def test_who_is_taken_by_the_next_worker_was_not_refused(session: Session, now: datetime) -> None:
    refused = records.refuse_call(session, refusal(1, now))
    records.open_call(session, replace(arrival(now), sip_call_id=ID))
    assert refused.end_reason == "redirected"
