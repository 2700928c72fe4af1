"""Tapes: only the site opens them, and whatever is killed, what was recorded is there."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.ciphers import KEY_BYTES, Unreadable
from hotline.core.keyring import Keyring
from telephony import tape_keys, tapes
from telephony.session import Limits, MessageSession
from telephony.tapes import BLOCK_BYTES, FRAME_BYTES, SealedTape
from tests.telephony.lines import VOICE, FakeLine, prompts

PROMPTS = prompts("notice", "leave_request", "tone", "busy")
RING = Keyring((bytes(range(KEY_BYTES)),))
PUBLIC = bytes.fromhex(tape_keys.public_half(RING))
HEAD, SEALED = 48, BLOCK_BYTES + 16
# Records frames until it is killed, and says after each how many were taken.
WRITER = """
import sys
from pathlib import Path
from telephony.tapes import SealedTape
tape = SealedTape(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
number = 0
while True:
    tape.write([number.to_bytes(4, "big") * 160])
    number += 1
    print(number, flush=True)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 KB: two seconds of both sides."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not (mount and umount):
        pytest.skip("mount and umount are not installed")
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"mount -t tmpfs is not permitted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run([umount, "-l", str(disk)], check=True)


def recorded(path: Path, frames: list[bytes], public: bytes = PUBLIC) -> Path:
    tape = SealedTape(path, public)
    tape.write(frames)
    tape.close()
    return path


def heard(path: Path, ring: Keyring = RING) -> bytes:
    return b"".join(tapes.blocks(path, ring))


def noise(count: int) -> list[bytes]:
    return [secrets.token_bytes(FRAME_BYTES) for _ in range(count)]


def test_a_disk_that_fills_ends_the_call_and_not_the_worker(small_disk: Path) -> None:
    tape = SealedTape(small_disk / "call.tape", PUBLIC)
    line = FakeLine([VOICE] * 1000)
    session = MessageSession(line, tape, PROMPTS, Limits(60, silence_end_s=4.0))
    session.answered()
    for _ in range(1000):
        session.tick()
        if line.ended:
            break
    line.stop()
    session.finish([VOICE] * 50)
    assert line.ended
    assert not line.playing
    assert session.outcome == "not_recorded"
    assert 50_000 < len(heard(small_disk / "call.tape")) <= 64 * 1024


@given(groups=st.lists(st.integers(0, 12), max_size=8))
def test_whatever_is_written_in_whatever_pieces_is_heard(groups: list[int]) -> None:
    with TemporaryDirectory() as folder:
        path, written = Path(folder) / "call.tape", [noise(count) for count in groups]
        tape = SealedTape(path, PUBLIC)
        for frames in written:
            tape.write(frames)
        tape.close()
        whole = b"".join(frame for frames in written for frame in frames)
        assert heard(path) == whole
        assert tape.seconds == tapes.seconds(path) == len(whole) / 32_000


@given(cut=st.integers(0, HEAD + 2 * SEALED + 16 + 3 * FRAME_BYTES - 1))
def test_cut_off_anywhere_it_is_heard_up_to_the_last_whole_block(cut: int) -> None:
    with TemporaryDirectory() as folder:
        frames = noise(13)
        path = recorded(Path(folder) / "call.tape", frames)
        os.truncate(path, cut)
        whole = max(0, cut - HEAD) // SEALED * BLOCK_BYTES
        assert heard(path) == b"".join(frames)[:whole]


def test_a_writer_that_is_killed_loses_less_than_100_ms(tmp_path: Path) -> None:
    path = tmp_path / "call.tape"
    arguments = (sys.executable, "-c", WRITER, str(path), PUBLIC.hex())
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        said = [int(writer.stdout.readline()) for _ in range(163)]
        writer.send_signal(signal.SIGKILL)
        said += [int(line) for line in writer.stdout.read().split()]
    kept = heard(path)
    assert len(kept) // FRAME_BYTES > said[-1] - 5
    first = [kept[at : at + 4] for at in range(0, len(kept), FRAME_BYTES)]
    assert first == [number.to_bytes(4, "big") for number in range(len(first))]


def test_nothing_of_it_lies_there_in_the_clear_and_only_its_owner_reads_the_file(
    tmp_path: Path,
) -> None:
    frames = noise(50)
    path = recorded(tmp_path / "calls" / "call.tape", frames)
    lies = path.read_bytes()
    assert not any(frame[:16] in lies for frame in frames)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(lies) == pytest.approx(50 * FRAME_BYTES, rel=0.01)


def test_another_sites_key_does_not_open_it_and_says_what_would(tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.tape", noise(10))
    with pytest.raises(Unreadable) as told:
        heard(path, Keyring((secrets.token_bytes(KEY_BYTES),)))
    assert "master.key.retired" in told.value.remedy


def test_a_tape_from_before_a_rotation_still_opens(tmp_path: Path) -> None:
    frames = noise(10)
    path = recorded(tmp_path / "call.tape", frames)
    new = secrets.token_bytes(KEY_BYTES)
    for ring in (Keyring((new, *RING.keys)), Keyring((new,), retired=RING.keys)):
        assert heard(path, ring) == b"".join(frames)


def test_after_a_rotation_tapes_are_sealed_by_the_new_key_and_those_that_run_by_theirs(
    tmp_path: Path,
) -> None:
    other = Keyring((secrets.token_bytes(KEY_BYTES),))
    record, frames = tapes.recorder(tmp_path, PUBLIC), noise(10)
    running = record("running.tape")
    running.write(frames[:5])
    record.seal_by(bytes.fromhex(tape_keys.public_half(other)))
    later = record("later.tape")
    for tape, part in ((running, frames[5:]), (later, frames)):
        tape.write(part)
        tape.close()
    assert heard(tmp_path / "running.tape") == b"".join(frames)
    assert heard(tmp_path / "later.tape", other) == b"".join(frames)
    with pytest.raises(ValueError, match="32"):
        record.seal_by(b"no key")


def test_no_two_tapes_have_one_key(tmp_path: Path) -> None:
    frames = noise(5)
    one, other = (recorded(tmp_path / name, frames).read_bytes() for name in ("a.tape", "b.tape"))
    assert one[HEAD:] != other[HEAD:]


def test_a_tape_under_another_calls_name_does_not_open(tmp_path: Path) -> None:
    path = recorded(tmp_path / "call.tape", noise(10))
    with pytest.raises(Unreadable, match="No part"):
        heard(path.rename(tmp_path / "other.tape"))


def test_a_damaged_block_is_silence_and_the_others_are_heard(tmp_path: Path) -> None:
    frames = noise(15)
    path = recorded(tmp_path / "call.tape", frames)
    with path.open("r+b") as file:
        file.seek(HEAD + SEALED + 100)
        file.write(b"damage")
    sound, whole = heard(path), b"".join(frames)
    assert sound[:BLOCK_BYTES] == whole[:BLOCK_BYTES]
    assert sound[BLOCK_BYTES : 2 * BLOCK_BYTES] == bytes(BLOCK_BYTES)
    assert sound[2 * BLOCK_BYTES :] == whole[2 * BLOCK_BYTES :]


def test_what_is_no_tape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "call.tape"
    path.write_bytes(b"RIFF" + bytes(100))
    with pytest.raises(Unreadable, match="is no tape"):
        heard(path)


def test_a_tape_is_never_begun_where_one_lies(tmp_path: Path) -> None:
    frames = noise(5)
    path = recorded(tmp_path / "call.tape", frames)
    with pytest.raises(FileExistsError):
        SealedTape(path, PUBLIC)
    assert heard(path) == b"".join(frames)


@given(start=st.integers(0, 8300), length=st.integers(0, 8300))
def test_any_part_is_read_as_if_the_whole_were(start: int, length: int) -> None:
    with TemporaryDirectory() as folder:
        frames = noise(13)
        path = recorded(Path(folder) / "call.tape", frames)
        part = b"".join(tapes.pcm(path, RING, start, start + length))
        assert part == b"".join(frames)[start : start + length]


def test_left_is_the_caller_and_right_the_others(tmp_path: Path) -> None:
    frame = b"\1\0\2\0" * 160
    path = recorded(tmp_path / "call.tape", [frame] * 7)
    sides = list(tapes.read(path, RING))
    assert b"".join(left for left, _ in sides) == b"\1\0" * 160 * 7
    assert b"".join(right for _, right in sides) == b"\2\0" * 160 * 7


def test_who_follows_hears_it_as_it_is_written_to_the_very_end(tmp_path: Path) -> None:
    path, ended, went_on = tmp_path / "call.tape", threading.Event(), threading.Event()
    tape, frames = SealedTape(path, PUBLIC), noise(13)
    got: list[bytes] = []

    def listen() -> None:
        for left, right in tapes.follow(path, RING, over=ended.is_set):
            got.append(left + right)
            went_on.set()

    listener = threading.Thread(target=listen)
    listener.start()
    tape.write(frames[:5])
    assert went_on.wait(5)
    tape.write(frames[5:])
    tape.close()
    ended.set()
    listener.join(5)
    whole = b"".join(left + right for left, right in tapes.read(path, RING))
    assert b"".join(got) == whole
    assert len(whole) == 13 * FRAME_BYTES
