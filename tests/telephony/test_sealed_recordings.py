"""Recordings are encoded and sealed some minutes after their call, whatever is killed."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlmodel import Session

from hotline.core import sealed_files
from hotline.core.ciphers import Unreadable
from hotline.core.errors import NotFound
from hotline.core.keyring import keyring
from telephony import flac, records, sealed_recordings, tape_keys, tapes, waveforms
from telephony.models import Call, CallStatus, Recording, RecordingStatus
from tests.factories import create_ended_call

WAV = b"RIFF" + bytes(range(256)) * 700
LATER = timedelta(minutes=11)


def speech(seconds: float) -> bytes:
    """Return stereo PCM: a caller who grows louder, beside another who is silent at first."""
    count = int(8000 * seconds)
    left = np.linspace(0, 20_000, count) * np.sin(np.arange(count) * 0.4)
    right = np.where(np.arange(count) < count // 2, 0, 9000) * np.sin(np.arange(count) * 0.7)
    return np.column_stack([left, right]).astype(np.int16).tobytes()


SPEECH = speech(3.33)


def make_tape(path: Path, pcm: bytes) -> None:
    tape = tapes.SealedTape(path, bytes.fromhex(tape_keys.public_half(keyring())))
    tape.write([pcm[at : at + 640] for at in range(0, len(pcm) // 640 * 640, 640)])
    tape.close()


@pytest.fixture
def call(session: Session, now: datetime) -> Call:
    return create_ended_call(session, now=now)


@pytest.fixture
def recording(session: Session, call: Call, tmp_path: Path) -> Recording:
    """A tape as a worker leaves it."""
    found = records.recording_of(session, call)
    assert found
    found.path = f"2026/11/25/{call.id}.tape"
    make_tape(tmp_path / found.path, SPEECH)
    return found


@pytest.fixture
def plain(session: Session, call: Call, tmp_path: Path) -> Recording:
    """A WAV as an earlier version left it."""
    found = records.recording_of(session, call)
    assert found
    file = tmp_path / found.path
    file.parent.mkdir(parents=True)
    file.write_bytes(WAV)
    return found


def file_heard(session: Session, recording: Recording, folder: Path) -> bytes:
    sound = sealed_recordings.sound_of(session, recording, folder)
    return b"".join(sound.read(0, sound.length))


def heard(session: Session, recording: Recording, folder: Path) -> bytes:
    return b"".join(sealed_recordings.sound_of(session, recording, folder).stereo())


def files(folder: Path) -> list[str]:
    return sorted("".join(each.suffixes) for each in folder.rglob("*.*") if each.is_file())


def test_a_tape_is_encoded_sealed_and_heard_sample_by_sample_as_before(
    session: Session, recording: Recording, tmp_path: Path, now: datetime
) -> None:
    assert recording.id
    kept = SPEECH[: len(SPEECH) // 640 * 640]
    assert heard(session, recording, tmp_path) == kept
    assert sealed_recordings.unsealed_ones(session, now=now + LATER) == [recording.id]
    assert sealed_recordings.seal(session, recording.id, tmp_path)
    assert recording.path.endswith(".flac.sealed")
    assert files(tmp_path) == [".flac.sealed"]
    assert b"fLaC" not in (tmp_path / recording.path).read_bytes()
    assert heard(session, recording, tmp_path) == kept
    sound = sealed_recordings.sound_of(session, recording, tmp_path)
    assert (sound.media_type, next(sound.read(0, 4))) == ("audio/flac", b"fLaC")
    assert sound.length < len(kept)
    assert sealed_recordings.unsealed_ones(session, now=now + LATER) == []
    assert not sealed_recordings.seal(session, recording.id, tmp_path)


def test_its_waveform_shows_who_spoke_when(
    session: Session, recording: Recording, tmp_path: Path
) -> None:
    assert recording.id
    sealed_recordings.seal(session, recording.id, tmp_path)
    assert recording.waveform
    caller, others = waveforms.sides(recording.waveform)
    assert len(caller) == len(others) == 34  # 100 ms each
    assert caller == sorted(caller)
    assert caller[-1] == pytest.approx(20_000 * 255 / 2**15, abs=2)
    assert not any(others[:16])
    assert min(others[18:]) > 60


def test_until_then_a_tape_is_a_wav_of_which_any_part_is_read(
    session: Session, recording: Recording, tmp_path: Path
) -> None:
    sound = sealed_recordings.sound_of(session, recording, tmp_path)
    whole = file_heard(session, recording, tmp_path)
    assert (sound.media_type, whole[:4], len(whole)) == ("audio/wav", b"RIFF", sound.length)
    assert b"".join(sound.read(10, 70_000)) == whole[10:70_000]
    caller = b"".join(left for left, _ in sound.sides())
    assert caller == np.frombuffer(whole[44:], np.int16)[0::2].tobytes()


def roll_back(session: Session, recording: Recording, path: str) -> None:
    """Make the row what it was: nothing was committed."""
    recording.path, recording.waveform = path, None
    session.flush()


class Killed(BaseException):
    """The process ends here."""


def kill_in(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, after: bool) -> None:
    """Have the process end right before or right after this step."""
    step: Callable[..., object] = getattr(owner, name)

    def killed(*given: object, **named: object) -> None:
        if after:
            step(*given, **named)
        raise Killed

    monkeypatch.setattr(owner, name, killed)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (flac, "encode"),
        (sealed_files, "write"),
        (sealed_recordings, "_heard"),
        (Path, "rename"),
        (Path, "unlink"),
        (Session, "add"),
    ],
)
def test_killed_anywhere_it_is_heard_as_before_and_done_the_next_time(
    session: Session, recording: Recording, tmp_path: Path, owner: object, name: str, after: bool
) -> None:
    assert recording.id
    before, kept = recording.path, heard(session, recording, tmp_path)
    session.flush()
    with pytest.MonkeyPatch.context() as patch:
        kill_in(patch, owner, name, after=after)
        with pytest.raises(Killed):
            sealed_recordings.seal(session, recording.id, tmp_path)
    roll_back(session, recording, before)
    assert heard(session, recording, tmp_path) == kept
    assert sealed_recordings.seal(session, recording.id, tmp_path)
    assert heard(session, recording, tmp_path) == kept
    assert recording.waveform
    assert ".tape" not in files(tmp_path)


def test_a_sealed_file_that_sounds_otherwise_keeps_the_tape(
    session: Session, recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert recording.id
    true = flac.encode
    monkeypatch.setattr(flac, "encode", lambda stereo: true([b"".join(stereo)[:-4]]))
    with pytest.raises(Unreadable, match="does not hold"):
        sealed_recordings.seal(session, recording.id, tmp_path)
    assert (tmp_path / recording.path).is_file()


def test_a_tape_of_another_key_is_kept_for_whoever_restores_it(
    session: Session, recording: Recording, tmp_path: Path
) -> None:
    assert recording.id
    tape = tmp_path / recording.path
    tape.unlink()
    tapes.SealedTape(tape, secrets.token_bytes(32)).close()
    with pytest.raises(Unreadable):
        sealed_recordings.seal(session, recording.id, tmp_path)
    assert tape.is_file()


def test_a_tape_without_a_word_is_sealed_too(
    session: Session, recording: Recording, tmp_path: Path
) -> None:
    assert recording.id
    (tmp_path / recording.path).unlink()
    make_tape(tmp_path / recording.path, b"")
    assert sealed_recordings.seal(session, recording.id, tmp_path)
    assert (heard(session, recording, tmp_path), recording.waveform) == (b"", b"")


def test_a_recording_that_is_not_there_is_said_to_be_missing(
    session: Session, recording: Recording, tmp_path: Path
) -> None:
    assert recording.id
    (tmp_path / recording.path).unlink()
    assert not sealed_recordings.seal(session, recording.id, tmp_path)
    with pytest.raises(NotFound):
        heard(session, recording, tmp_path)


def test_an_earlier_versions_wav_is_sealed_as_it_is(
    session: Session, plain: Recording, tmp_path: Path, now: datetime
) -> None:
    assert plain.id
    assert file_heard(session, plain, tmp_path) == WAV
    assert sealed_recordings.unsealed_ones(session, now=now + LATER) == [plain.id]
    (tmp_path / plain.path).with_suffix(".wav.sealed").write_bytes(b"half of it, or another key's")
    assert sealed_recordings.seal(session, plain.id, tmp_path)
    assert files(tmp_path) == [".wav.sealed"]
    assert file_heard(session, plain, tmp_path) == WAV
    sound = sealed_recordings.sound_of(session, plain, tmp_path)
    assert (sound.media_type, sound.length) == ("audio/wav", len(WAV))
    assert b"".join(sound.read(65_530, 65_560)) == WAV[65_530:65_560]


def test_an_earlier_versions_wav_stays_when_its_sealed_file_does_not_open(
    session: Session, plain: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert plain.id
    monkeypatch.setattr(sealed_files, "read", lambda *_given: iter([b""]))
    with pytest.raises(Unreadable, match="does not hold"):
        sealed_recordings.seal(session, plain.id, tmp_path)
    assert (tmp_path / plain.path).read_bytes() == WAV


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
    assert sealed_recordings.unsealed_ones(session, now=now + after) == []
