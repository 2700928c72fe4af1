"""What is on disk after a crash, and what the switch makes of it."""

import contextlib
import os
import secrets
import time
import uuid
import wave
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session

import hotline.switch.recovery as recovery
from hotline.core.clock import now as read_clock
from hotline.core.settings import Settings
from telephony import records
from telephony.models import RecordingStatus
from telephony.tapes import SealedTape
from tests.factories import arrival


@pytest.fixture
def day(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings" / f"{read_clock():%Y/%m/%d}"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: Session) -> Settings:
    """A site whose transactions are the test's own, rolled back at the end."""

    @contextlib.contextmanager
    def lent() -> Iterator[Session]:
        yield session
        session.flush()

    monkeypatch.setattr(recovery, "transaction", lent)
    return Settings(data_dir=tmp_path)


def recorded(folder: Path, name: str, *, seconds: float, age_s: float = 600) -> Path:
    path = folder / f"{name}.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(int(16000 * seconds)))
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_a_recording_without_a_call_gets_one_and_its_words_are_heard(
    site: Settings, session: Session, day: Path
) -> None:
    call_id = uuid.uuid4()
    recorded(day, str(call_id), seconds=3)
    recovery.adopt_recordings(site)
    recovery.adopt_recordings(site)
    call = records.get_call(session, call_id)
    recording = records.recording_of(session, call)
    assert recording
    assert (call.status, recording.status) == ("lost", RecordingStatus.READY)
    assert recording.seconds == 3


def test_a_tape_without_a_call_gets_one_and_is_as_long_as_what_was_written(
    site: Settings, session: Session, day: Path
) -> None:
    call_id = uuid.uuid4()
    path = day / f"{call_id}.tape"
    tape = SealedTape(path, secrets.token_bytes(32))  # its length takes no key
    tape.write([bytes(640)] * 152)  # killed: the last two frames of it were in no block
    os.utime(path, (time.time() - 600,) * 2)
    recovery.adopt_recordings(site)
    recording = records.recording_of(session, records.get_call(session, call_id))
    assert recording
    assert (recording.status, recording.seconds) == (RecordingStatus.READY, 3.0)


def test_one_bad_file_stops_no_other(site: Settings, session: Session, day: Path) -> None:
    zeros, empty, good = (uuid.uuid4() for _ in range(3))
    (day / f"{zeros}.wav").write_bytes(bytes(32_044))
    (day / f"{empty}.wav").write_bytes(b"")
    (day / "not-a-call.wav").write_bytes(b"x")
    recorded(day, str(good), seconds=1)
    for path in day.iterdir():
        os.utime(path, (time.time() - 600,) * 2)
    recovery.adopt_recordings(site)
    assert records.get_call(session, good)
    damaged = records.recording_of(session, records.get_call(session, zeros))
    assert damaged
    assert damaged.seconds == 2.0  # by its size: a person can still listen to what is there
    assert records.get_call(session, empty).status == "lost"


def test_what_a_worker_may_still_report_is_left_to_it(
    site: Settings, session: Session, day: Path
) -> None:
    recorded(day, str(uuid.uuid4()), seconds=3, age_s=5)
    recovery.adopt_recordings(site)
    assert records.newest(session) == []


def test_the_calls_of_a_dead_worker_are_lost_and_those_of_a_living_one_are_not(
    site: Settings, session: Session, now: datetime
) -> None:
    dead, alive = arrival(now, worker="media-0.1"), arrival(now, worker="media-1.2")
    for each in (dead, alive):
        records.open_call(session, each)
    recovery.lose_calls(session, site, alive={"media-1.2"})
    assert records.get_call(session, uuid.UUID(dead.call_id)).status == "lost"
    assert records.get_call(session, uuid.UUID(alive.call_id)).status == "ringing"
