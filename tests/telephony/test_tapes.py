"""A recording on a disk that is full."""

import shutil
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from telephony.media import Recorder
from telephony.session import Limits, MessageSession
from tests.telephony.lines import VOICE, FakeLine, prompts

PROMPTS = prompts("notice", "leave_request", "tone", "busy")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 KB: four seconds of speech."""
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


def test_a_disk_that_fills_ends_the_call_and_not_the_worker(small_disk: Path) -> None:
    tape = Recorder(small_disk / "call.wav")
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
    with wave.open(str(small_disk / "call.wav")) as kept:
        assert 3.0 < kept.getnframes() / 8000 < 4.2
