"""Words stand while a caller talks, and none is lost when the recogniser is killed meanwhile."""

import signal
from pathlib import Path

import pytest

from nlp.evaluate_speech import character_error_rate
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.phone import Phone, finish
from tests.e2e.spoken import to_alaw
from tests.e2e.test_first_call import manifest

pytestmark = pytest.mark.e2e


def test_no_word_is_lost_when_the_recogniser_is_killed(
    ringing: Hotline, recordings: Path, tmp_path: Path
) -> None:
    known, chosen = manifest(recordings), ("call_02.wav", "call_04.wav", "call_05.wav")
    phone = Phone(number="13900000041").wait(2)
    for name in chosen:
        phone.speak(to_alaw(recordings / name, tmp_path)).wait(1)
    running = phone.press("#").until_hung_up().dial(ringing.sip_port, tmp_path)
    call = wait_for(lambda: ringing.calls_of("0041"), 20, "the call did not come")[0]["id"]
    wait_for(lambda: ringing.get(f"/calls/{call}")["transcript"], 40, "no words came")
    ringing.process_named("speech").send_signal(signal.SIGKILL)
    finish(running)
    ticket = ringing.ticket_of("0041", within_s=90)
    said = "".join(known[name]["text"] for name in chosen)
    assert character_error_rate(said, ticket["text"]) <= 0.35
