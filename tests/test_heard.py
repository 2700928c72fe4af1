"""What a recogniser gets of a recording: both sides, or both as one."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from hotline.core.settings import Settings
from hotline.switch import heard
from nlp.speech import UnreadableSound
from telephony import records, sealed_recordings
from telephony.models import Recording
from tests.factories import create_ended_call
from tests.telephony.test_sealed_recordings import SPEECH, make_tape

KEPT = np.frombuffer(SPEECH[: len(SPEECH) // 640 * 640], np.int16).reshape(-1, 2)
sample = st.integers(-(2**15), 2**15 - 1)
pairs = st.lists(st.tuples(sample, sample), max_size=20)


@pytest.fixture
def recording(session: Session, own: Settings, now: datetime) -> Recording:
    found = records.recording_of(session, create_ended_call(session, now=now))
    assert found
    found.path = f"2026/11/25/{found.call_id}.tape"
    make_tape(own.recordings_dir / found.path, SPEECH)
    return found


def both(session: Session, recording: Recording, own: Settings) -> list[bytes]:
    pairs = list(heard.sides(session, recording, own))
    return [b"".join(side) for side in zip(*pairs, strict=True)]


def test_a_tape_and_its_flac_sound_alike_on_either_side(
    session: Session, recording: Recording, own: Settings
) -> None:
    wanted = [KEPT[:, 0].tobytes(), KEPT[:, 1].tobytes()]
    assert both(session, recording, own) == wanted
    assert sealed_recordings.seal(session, recording.id or 0, own.recordings_dir)
    assert both(session, recording, own) == wanted


def test_a_recording_that_is_missing_or_no_sound_is_said_to_be_unreadable(
    session: Session, recording: Recording, own: Settings
) -> None:
    file = own.recordings_dir / recording.path
    file.write_bytes(bytes(500))
    with pytest.raises(UnreadableSound):
        both(session, recording, own)
    file.unlink()
    with pytest.raises(UnreadableSound):
        heard.sides(session, recording, own)


@given(pairs)
def test_both_as_one_is_their_sum_as_loud_as_a_sample_may_be(said: list[tuple[int, int]]) -> None:
    sides = np.array(said, np.int16).reshape(-1, 2)
    left, right = sides[:, 0].tobytes(), sides[:, 1].tobytes()
    [made] = heard.mixed(iter([(left, right)]))
    wanted = [max(-(2**15), min(2**15 - 1, one + other)) for one, other in said]
    assert left == right or np.frombuffer(made, np.int16).tolist() == wanted


def test_what_an_earlier_version_mixed_already_is_not_doubled() -> None:
    voice = np.array([1, -20_000, 30_000], np.int16).tobytes()
    assert list(heard.mixed(iter([(voice, voice)]))) == [voice]
