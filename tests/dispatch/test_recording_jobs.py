"""The jobs that seal recordings and let them go: one that can't be sealed stops no other."""

import contextlib
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.people import jobs
from hotline.core.settings import Settings
from telephony import records
from telephony.models import Call, Recording, RecordingStatus
from telephony.tapes import SealedTape
from tests.factories import create_ended_call
from tests.telephony.test_sealed_recordings import SPEECH, make_tape


@pytest.fixture(autouse=True)
def in_one_transaction(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """Let the jobs work in the test's own transaction, an hour after the calls."""

    @contextlib.contextmanager
    def lent() -> Iterator[Session]:
        yield session
        session.flush()

    monkeypatch.setattr(jobs, "transaction", lent)
    monkeypatch.setattr(jobs, "now", lambda: now + timedelta(hours=1))
    return monkeypatch


@pytest.fixture
def recordings(session: Session, own: Settings, now: datetime) -> list[Recording]:
    """Three tapes; nobody opens the second."""
    made = [_taped(session, create_ended_call(session, now=now)) for _ in range(3)]
    for each in (made[0], made[2]):
        make_tape(own.recordings_dir / each.path, SPEECH)
    SealedTape(own.recordings_dir / made[1].path, secrets.token_bytes(32)).close()
    return made


def _taped(session: Session, call: Call) -> Recording:
    found = records.recording_of(session, call)
    assert found
    found.path = f"2026/11/25/{call.id}.tape"
    session.flush()
    return found


def test_what_can_not_be_sealed_stops_no_other(recordings: list[Recording], own: Settings) -> None:
    for _ in range(2):
        jobs.seal_recordings()
    assert [each.path.rpartition(".")[2] for each in recordings] == ["sealed", "tape", "sealed"]
    assert (own.recordings_dir / recordings[1].path).is_file()


def test_all_that_is_over_goes_in_one_go(
    recordings: list[Recording], in_one_transaction: pytest.MonkeyPatch, now: datetime
) -> None:
    in_one_transaction.setattr(jobs, "now", lambda: now + timedelta(days=1096))
    jobs.remove_old_recordings()
    assert {each.status for each in recordings} == {RecordingStatus.REMOVED}
