"""`kill -9` of any process once audio is on disk: the step is taken up again."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from nlp.evaluate_speech import character_error_rate
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.phone import Phone, finish
from tests.e2e.spoken import to_alaw
from tests.e2e.test_first_call import manifest

pytestmark = pytest.mark.e2e

WORDS = "call_07.wav"
LEAD_S = 1.0  # spoken into the notice: what is said there is kept like any other word
# A thread of sipp's own sends the sound, on a busy machine later than it should: who hung up at
# once would cut off words that were never sent.
SENT_S = 1.0


def speaking(recordings: Path, folder: Path, number: str) -> Phone:
    alaw = to_alaw(recordings / WORDS, folder)
    return Phone(number=number).wait(LEAD_S).speak(alaw).wait(SENT_S)


def is_recognised(hotline: Hotline, recordings: Path, masked_end: str) -> None:
    """Fail unless the call has a ticket of nearly its words."""
    text = hotline.ticket_of(masked_end, within_s=90)["text"]
    wrong = character_error_rate(manifest(recordings)[WORDS]["text"], text)
    assert wrong <= 0.35, f"{wrong:.2f} of the characters are wrong: {text}"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("speech", "13900000031"),
        ("worker", "13900000032"),
        ("schedule", "13900000033"),
        ("serve", "13900000034"),
    ],
)
def test_a_process_killed_before_the_message_ends_costs_no_word(
    hotline: Hotline, recordings: Path, tmp_path: Path, name: str, number: str
) -> None:
    running = speaking(recordings, tmp_path, number).hang_up().dial(hotline.sip_port, tmp_path)
    hotline.process_named(name).kill()
    finish(running)
    wait_for(hotline.ready, 60, f"{name} did not come back")
    is_recognised(hotline, recordings, number[-4:])


def test_a_switch_killed_in_a_call_finds_the_call_and_its_words_again(
    hotline: Hotline, recordings: Path, tmp_path: Path
) -> None:
    running = (
        speaking(recordings, tmp_path, "13900000041").hang_up().dial(hotline.sip_port, tmp_path)
    )
    wait_for(lambda: hotline.calls_of("0041"), 10, "the call did not arrive")
    worker = hotline.process_named("media-0").pid
    hotline.process_named("switch").kill()
    finish(running)  # the media worker carries the caller on by itself
    is_recognised(hotline, recordings, "0041")
    wait_for(hotline.ready, 60, "the switch did not come back")
    assert os.path.exists(f"/proc/{worker}"), "the worker was not adopted"


@pytest.mark.parametrize(
    ("names", "number"),
    [(("media-0",), "13900000042"), (("switch", "media-0"), "13900000048")],
)
def test_a_killed_media_worker_loses_the_line_but_not_the_words(
    hotline: Hotline, recordings: Path, tmp_path: Path, names: tuple[str, ...], number: str
) -> None:
    running = (
        speaking(recordings, tmp_path, number).wait(30).hang_up().dial(hotline.sip_port, tmp_path)
    )
    call = wait_for(lambda: hotline.calls_of(number[-4:]), 10, "the call did not arrive")[0]
    started = hotline.data_dir / "recordings"
    tape = next(started.glob(f"*/*/*/{call['id']}.tape"))
    seconds = LEAD_S + (recordings / WORDS).stat().st_size / 16000
    wait_for(lambda: tape.stat().st_size > 32000 * seconds, 60, "nothing was recorded")
    killed = [hotline.process_named(name) for name in names]
    for process in killed:
        process.kill()
    running.terminate()  # nobody is left to answer its BYE
    running.communicate(timeout=60)
    is_recognised(hotline, recordings, number[-4:])
    assert hotline.calls_of(number[-4:])[0]["status"] == "lost"
    wait_for(hotline.ready, 60, "the worker was not replaced")


def test_redis_wiped_before_the_ticket_stands_loses_nothing(
    hotline: Hotline, recordings: Path, tmp_path: Path
) -> None:
    running = (
        speaking(recordings, tmp_path, "13900000043").hang_up().dial(hotline.sip_port, tmp_path)
    )
    finish(running)
    redis = next(child for child in _children(hotline) if child.name() == "redis-server")
    redis.kill()
    is_recognised(hotline, recordings, "0043")
    wait_for(hotline.ready, 60, "the queue did not come back")


def test_postgres_killed_in_a_call_is_started_again_and_the_call_is_kept(
    hotline: Hotline, recordings: Path, tmp_path: Path
) -> None:
    running = (
        speaking(recordings, tmp_path, "13900000044").hang_up().dial(hotline.sip_port, tmp_path)
    )
    pid = int((hotline.data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    finish(running)
    wait_for(hotline.ready, 90, "PostgreSQL did not come back")
    is_recognised(hotline, recordings, "0044")


def _children(hotline: Hotline) -> list[psutil.Process]:
    return psutil.Process(hotline.process.pid).children(recursive=True)
