"""Recordings are sealed some minutes after their call, whatever is killed on the way."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from hotline.core import sealed_files
from telephony import records, sealed_recordings
from telephony.models import Call, CallStatus, Recording, RecordingStatus
from tests.factories import create_ended_call

SOUND = b"RIFF" + bytes(range(256)) * 700
LATER = timedelta(minutes=11)


@pytest.fixture
def call(session: Session, now: datetime) -> Call:
    return create_ended_call(session, now=now)


@pytest.fixture
def recording(session: Session, call: Call, tmp_path: Path) -> Recording:
    found = records.recording_of(session, call)
    assert found
    file = tmp_path / found.path
    file.parent.mkdir(parents=True)
    file.write_bytes(SOUND)
    return found


def heard(session: Session, recording: Recording, folder: Path) -> bytes:
    sound = sealed_recordings.sound_of(session, recording, folder)
    return b"".join(sound.read(0, sound.length))


def test_it_is_sealed_and_heard_as_before(
    session: Session, recording: Recording, tmp_path: Path, now: datetime
) -> None:
    assert recording.id
    plain = tmp_path / recording.path
    assert heard(session, recording, tmp_path) == SOUND
    assert sealed_recordings.plain_ones(session, now=now + LATER) == [recording.id]
    assert sealed_recordings.seal(session, recording.id, tmp_path)
    assert not plain.exists()
    assert recording.path.endswith(".wav.sealed")
    assert SOUND[:64] not in (tmp_path / recording.path).read_bytes()
    assert heard(session, recording, tmp_path) == SOUND
    sound = sealed_recordings.sound_of(session, recording, tmp_path)
    assert b"".join(sound.read(65_530, 65_560)) == SOUND[65_530:65_560]
    assert sealed_recordings.plain_ones(session, now=now + LATER) == []
    assert not sealed_recordings.seal(session, recording.id, tmp_path)


def test_killed_before_the_plain_file_goes_it_is_done_again(
    session: Session, recording: Recording, tmp_path: Path
) -> None:
    assert recording.id
    half = (tmp_path / recording.path).with_suffix(".wav.sealed")
    half.write_bytes(b"another key's, or half of it")
    assert heard(session, recording, tmp_path) == SOUND
    assert sealed_recordings.seal(session, recording.id, tmp_path)
    assert heard(session, recording, tmp_path) == SOUND


def test_killed_before_the_commit_the_sealed_one_is_heard_and_named_next_time(
    session: Session, recording: Recording, tmp_path: Path
) -> None:
    assert recording.id
    plain = recording.path
    sealed_recordings.seal(session, recording.id, tmp_path)
    recording.path = plain  # the row as it was: nothing was committed
    session.flush()
    assert heard(session, recording, tmp_path) == SOUND
    assert sealed_recordings.seal(session, recording.id, tmp_path)
    assert heard(session, recording, tmp_path) == SOUND


def test_a_file_that_does_not_open_keeps_the_plain_one(
    session: Session, recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert recording.id
    monkeypatch.setattr(sealed_files, "read", lambda *_given: iter([b""]))
    with pytest.raises(Exception, match="does not hold"):
        sealed_recordings.seal(session, recording.id, tmp_path)
    assert (tmp_path / recording.path).read_bytes() == SOUND


@pytest.mark.parametrize(
    ("status", "call_status", "after"),
    [
        (RecordingStatus.READY, CallStatus.ENDED, LATER),
        (RecordingStatus.RUNNING, CallStatus.ANSWERED, LATER),
        (RecordingStatus.TRANSCRIBED, CallStatus.ENDED, timedelta(minutes=9)),
        (RecordingStatus.TRANSCRIBED, CallStatus.LOST, LATER),  # it may go on all the same
    ],
)
def test_what_may_still_be_written_or_heard_anew_is_left_alone(
    session: Session,
    call: Call,
    recording: Recording,
    now: datetime,
    status: RecordingStatus,
    call_status: CallStatus,
    after: timedelta,
) -> None:
    recording.status, call.status = status, call_status
    session.flush()
    assert sealed_recordings.plain_ones(session, now=now + after) == []
