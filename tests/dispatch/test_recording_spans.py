"""A recording goes when the span of what came of its call is over, unless somebody holds it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from dispatch import intake
from dispatch.models import Ticket
from dispatch.people import erasures, holds, recording_spans
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import CannotStart, Conflict, Invalid
from hotline.core.privacy import Person
from telephony import erased_recordings, held_recordings, records
from telephony.models import Call, Recording, RecordingStatus
from tests.factories import create_ended_call

WRITTEN = "100 report:300"
LEAD = Actor("lead-1", Role.TEAM_LEAD)
DAY = timedelta(days=1)


@pytest.fixture
def call(session: Session, now: datetime) -> Call:
    return create_ended_call(session, now=now)


@pytest.fixture
def recording(session: Session, call: Call) -> Recording:
    found = records.recording_of(session, call)
    assert found
    found.waveform = b"\1\2"
    session.flush()
    return found


@pytest.fixture
def ticket(session: Session, call: Call, now: datetime) -> Ticket:
    made = intake.register_call(session, call.id, district="540100", auto_dispatch=False, now=now)
    assert made
    session.flush()
    return made


def due(session: Session, now: datetime) -> list[int]:
    return recording_spans.due(session, written=WRITTEN, now=now)[0]


def remove(session: Session, recording: Recording, now: datetime) -> bool:
    assert recording.id
    return recording_spans.remove(session, recording.id, written=WRITTEN, now=now)


def test_a_call_of_which_nothing_came_is_kept_so_many_days(
    session: Session, recording: Recording, now: datetime
) -> None:
    assert due(session, now + 99 * DAY) == []
    assert not remove(session, recording, now + 99 * DAY)
    assert due(session, now + 100 * DAY) == [recording.id]


def test_it_goes_with_its_waveform_and_its_file_and_that_is_told(
    session: Session, call: Call, recording: Recording, now: datetime, tmp_path: Path
) -> None:
    file = tmp_path / recording.path
    file.parent.mkdir(parents=True)
    file.touch()
    assert remove(session, recording, now + 100 * DAY)
    assert not remove(session, recording, now + 100 * DAY)
    assert (recording.status, recording.waveform) == (RecordingStatus.REMOVED, None)
    assert erased_recordings.remove_files(session, tmp_path) == 1
    assert not file.exists()
    session.flush()
    assert events.history(session, records.chain(call.id))[-1].type == "recording.removed"
    assert due(session, now + 900 * DAY) == []


def test_what_came_of_it_is_ended_first_and_its_kind_says_how_long(
    session: Session, recording: Recording, ticket: Ticket, now: datetime
) -> None:
    assert due(session, now + 900 * DAY) == []
    ticket.closed_at = now + 10 * DAY
    session.flush()
    assert due(session, now + 109 * DAY) == []
    assert due(session, now + 110 * DAY) == [recording.id]
    ticket.request_type = "report"
    session.flush()
    assert due(session, now + 309 * DAY) == []
    assert due(session, now + 310 * DAY) == [recording.id]


@pytest.mark.parametrize("status", [RecordingStatus.RUNNING, RecordingStatus.READY])
def test_what_is_still_to_be_heard_does_not_go(
    session: Session, recording: Recording, now: datetime, status: RecordingStatus
) -> None:
    recording.status = status
    session.flush()
    assert due(session, now + 900 * DAY) == []
    assert not remove(session, recording, now + 900 * DAY)


def test_who_holds_it_keeps_it_until_the_hold_is_lifted(
    session: Session, call: Call, recording: Recording, now: datetime
) -> None:
    held_recordings.hold(session, call, "法院调取，联系13989001234", actor=LEAD, now=now)
    assert due(session, now + 900 * DAY) == []
    assert not remove(session, recording, now + 900 * DAY)
    row = held_recordings.lift(session, call, "案件已结", actor=LEAD, now=now + 901 * DAY)
    told = [
        held_recordings.why(session, call, each) for each in (row.sealed_reason, row.sealed_lifted)
    ]
    assert told == ["法院调取，联系139****1234", "案件已结"]
    assert due(session, now + 901 * DAY) == [recording.id]
    session.flush()
    last = events.history(session, records.chain(call.id))[-2:]
    assert [(each.type, each.actor, each.refs.get("lapsed")) for each in last] == [
        ("recording.held", "lead-1", None),
        ("recording.held", "lead-1", True),
    ]


def test_a_hold_on_a_person_is_one_on_their_recordings(
    session: Session, recording: Recording, ticket: Ticket, now: datetime
) -> None:
    ticket.closed_at = now
    holds.hold(session, ticket, "审计", actor=LEAD, now=now)
    assert due(session, now + 900 * DAY) == []
    assert not remove(session, recording, now + 900 * DAY)


def test_nobody_is_erased_whose_recording_is_held(
    session: Session, call: Call, ticket: Ticket, now: datetime
) -> None:
    ticket.closed_at = now
    held_recordings.hold(session, call, "法院调取", actor=LEAD, now=now)
    person = session.get_one(Person, call.person_id)
    later = now + 900 * DAY
    found = erasures.hindrance(session, person, written=WRITTEN, now=later)
    assert found
    assert found.why == erasures.Why.HELD
    assert erasures.due(session, written=WRITTEN, now=later) == []
    held_recordings.lift(session, call, "案件已结", actor=LEAD, now=now)
    assert erasures.hindrance(session, person, written=WRITTEN, now=later) is None
    assert erasures.due(session, written=WRITTEN, now=later) == [ticket]


def test_a_hold_takes_a_reason_and_a_recording_that_is_there(
    session: Session, call: Call, recording: Recording, now: datetime
) -> None:
    with pytest.raises(Invalid, match="reason"):
        held_recordings.hold(session, call, "  ", actor=LEAD, now=now)
    with pytest.raises(Conflict, match="not held"):
        held_recordings.lift(session, call, "x", actor=LEAD, now=now)
    held_recordings.hold(session, call, "法院调取", actor=LEAD, now=now)
    with pytest.raises(Conflict, match="already"):
        held_recordings.hold(session, call, "法院调取", actor=LEAD, now=now)
    held_recordings.lift(session, call, "案件已结", actor=LEAD, now=now)
    remove(session, recording, now + 100 * DAY)
    with pytest.raises(Conflict, match="no recording"):
        held_recordings.hold(session, call, "法院调取", actor=LEAD, now=now)


def test_a_setting_that_can_not_be_read_is_named(session: Session, now: datetime) -> None:
    with pytest.raises(CannotStart, match="HOTLINE_RECORDING_DAYS"):
        recording_spans.due(session, written="report:300", now=now)
