"""A callback's call: a real media worker rings a real SIP telephone (sipp)."""

import io
import socket
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

import telephony.prompts
from telephony.commands import (
    CallAnswered,
    CallArrived,
    CallDialled,
    CallEnded,
    SurveyDone,
)
from telephony.orders import Dial
from tests.e2e import bench
from tests.e2e.bench import Bench
from tests.e2e.phone import Callee, Phone, finish, free_udp_port
from tests.e2e.spoken import to_alaw
from tests.e2e.tape_sound import both
from tests.e2e.telling import tell, told

pytestmark = pytest.mark.e2e

SHIPPED = Path(telephony.prompts.__file__).parent
SPOKEN = (
    *("callback_intro", "callback_contacted", "callback_solved", "callback_rating"),
    *("callback_thanks", "callback_sorry", "invalid_key", "no_key", "goodbye"),
)
# How long each prompt of the bench lasts, and when the first question may be answered.
PROMPT_S = 0.6
ASKED_S = PROMPT_S + 0.7
THINKING_S = 1.0


def silence(seconds: float) -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(bytes(int(8000 * seconds) * 2))
    return sound.getvalue()


def start_worker() -> Bench:
    folder = Path(tempfile.mkdtemp(prefix="hotline-bench-"))
    return bench.start(folder, {name: silence(PROMPT_S) for name in SPOKEN})


@pytest.fixture(scope="module")
def worker() -> Iterator[Bench]:
    made = start_worker()
    yield made
    made.process.terminate()
    assert made.process.wait(60) == 0
    made.close()


@pytest.fixture
def own_worker() -> Iterator[Bench]:
    """A worker that the test may end."""
    made = start_worker()
    yield made
    made.process.kill()
    made.process.wait(60)
    made.close()


def callee() -> Callee:
    return Callee(port=free_udp_port())


def answering(*keys: str) -> Callee:
    """Somebody who answers, and presses these keys, each once its question is being asked."""
    somebody = callee().ring().answer()
    for place, key in enumerate(keys):
        somebody.wait(THINKING_S if place else ASKED_S).press(key)
    return somebody


def dial(
    worker: Bench, somebody: Callee, folder: Path, *, ring_s: float = 20
) -> tuple[Dial, "subprocess.Popen[str]"]:
    running = somebody.listen(folder)
    address = f"sip:{somebody.number}@127.0.0.1:{somebody.port}"
    return worker.dial(address, ring_s=ring_s), running


def ring(worker: Bench, somebody: Callee, folder: Path, *, ring_s: float = 20) -> SurveyDone:
    """Let the worker ring somebody, and return how it went once both have done their part."""
    order, running = dial(worker, somebody, folder, ring_s=ring_s)
    done = worker.report(SurveyDone, order.call_id)
    ended = worker.report(CallEnded, order.call_id)
    finish(running)
    assert (done.errand, ended.reason) == (order.errand, done.outcome)
    assert worker.recording(order).exists() is (ended.seconds > 0)
    return done


def said(done: SurveyDone) -> tuple[bool | None, bool | None, int | None]:
    return done.contacted, done.solved, done.rating


def test_keys_of_both_kinds_answer_the_questions_and_the_call_is_recorded(
    worker: Bench, tmp_path: Path
) -> None:
    somebody = callee().ring(0.5).answer().wait(ASKED_S).press_in_band("1").wait(THINKING_S)
    somebody.press("2").wait(THINKING_S).press_in_band("4").until_hung_up()
    order, running = dial(worker, somebody, tmp_path)
    assert worker.report(CallDialled, order.call_id).sip_call_id
    assert worker.report(CallAnswered, order.call_id).at
    done = worker.report(SurveyDone, order.call_id)
    ended = worker.report(CallEnded, order.call_id)
    finish(running)
    assert (done.outcome, said(done)) == ("completed", (True, False, 4))
    assert (ended.reason, ended.keys) == ("completed", 3)
    assert len(both(worker.recording(order))) / 8000 == pytest.approx(ended.seconds, abs=0.1)
    assert ended.seconds > ASKED_S + 2 * THINKING_S


def test_an_answering_machine_is_hung_up_on_and_asked_nothing(
    worker: Bench, tmp_path: Path
) -> None:
    """It greets for seven seconds, beeps, and is silent while it is asked and asked again."""
    greeting = tmp_path / "greeting.alaw"
    spoken = [to_alaw(SHIPPED / f"{name}.wav", tmp_path) for name in ("notice", "tone")]
    greeting.write_bytes(b"".join(each.read_bytes() for each in spoken))
    done = ring(worker, callee().ring().answer().speak(greeting).until_hung_up(), tmp_path)
    assert (done.outcome, said(done)) == ("voicemail", (None, None, None))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("486 Busy Here", "busy"),
        ("603 Decline", "rejected"),
        ("404 Not Found", "unreachable"),
        ("480 Temporarily Unavailable", "unreachable"),
    ],
)
def test_a_refusal_is_told_as_what_it_is(
    worker: Bench, tmp_path: Path, status: str, outcome: str
) -> None:
    done = ring(worker, callee().refuse(status), tmp_path)
    assert (done.outcome, said(done)) == (outcome, (None, None, None))


def test_who_does_not_answer_is_rung_no_longer_than_ordered(worker: Bench, tmp_path: Path) -> None:
    done = ring(worker, callee().ring().until_cancelled(), tmp_path, ring_s=1)
    assert (done.outcome, said(done)) == ("no_answer", (None, None, None))


def test_who_answers_while_being_cancelled_is_let_go(worker: Bench, tmp_path: Path) -> None:
    late = callee().ring().until_cancelled(too_late=True).until_hung_up()
    done = ring(worker, late, tmp_path, ring_s=1)
    assert (done.outcome, said(done)) == ("no_answer", (None, None, None))


def test_a_wrong_key_is_asked_again(worker: Bench, tmp_path: Path) -> None:
    done = ring(worker, answering("9", "1", "1", "2").until_hung_up(), tmp_path)
    assert (done.outcome, said(done)) == ("completed", (True, True, 2))


def test_who_hangs_up_in_the_middle_has_said_what_they_said(worker: Bench, tmp_path: Path) -> None:
    done = ring(worker, answering("2").wait(0.3).hang_up(), tmp_path)
    assert (done.outcome, said(done)) == ("partial", (False, None, None))


def test_who_hangs_up_at_once_has_said_nothing(worker: Bench, tmp_path: Path) -> None:
    done = ring(worker, callee().ring().answer().wait(0.3).hang_up(), tmp_path)
    assert (done.outcome, said(done)) == ("hung_up", (None, None, None))


def test_silence_and_a_dead_line_both_end_by_themselves(worker: Bench, tmp_path: Path) -> None:
    machine = callee().ring().answer().until_hung_up()
    deaf = callee().ring().answer(media="inactive").until_hung_up()
    calls = [dial(worker, somebody, tmp_path) for somebody in (machine, deaf)]
    # The dead line is let go after 20 s, the third silence comes after 24.
    for order, running in reversed(calls):
        done = worker.report(SurveyDone, order.call_id)
        assert (done.outcome, said(done)) == ("no_key", (None, None, None))
        finish(running)


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    """Somebody's telephone, which must never ring."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        yield listening
        with pytest.raises(BlockingIOError):
            listening.recv(100)


def test_a_callee_can_send_the_call_to_nobody_else(
    worker: Bench, tmp_path: Path, stranger: socket.socket
) -> None:
    target = f"sip:16812345@127.0.0.1:{stranger.getsockname()[1]}"
    moved = ring(worker, callee().refuse("302 Moved", contact=target), tmp_path)
    assert moved.outcome == "unreachable"
    referring = callee().ring().answer().wait(0.3).refer(target, status=603).wait(1).hang_up()
    assert ring(worker, referring, tmp_path).outcome == "hung_up"


def test_a_caller_can_not_make_us_ring_somebody(
    worker: Bench, tmp_path: Path, stranger: socket.socket
) -> None:
    target = f"sip:16812345@127.0.0.1:{stranger.getsockname()[1]}"
    phone = Phone(port=free_udp_port()).wait(0.3).refer(target, status=603).wait(1).hang_up()
    phone.call(worker.sip_port, tmp_path)
    arrived = worker.next(CallArrived)
    assert arrived.contact.startswith(f"sip:{phone.number}@127.0.0.1:{phone.port}")
    assert worker.report(CallEnded, arrived.call_id).reason == "caller_hung_up"


def test_two_callers_and_two_callees_share_the_legs_and_a_third_callee_waits(
    worker: Bench, tmp_path: Path
) -> None:
    callers = [
        Phone(number=f"1398900000{place}", port=free_udp_port())
        .wait(8)
        .hang_up()
        .dial(worker.sip_port, tmp_path)
        for place in (1, 2)
    ]
    arrived = [worker.next(CallArrived).call_id for _ in callers]
    calls = [dial(worker, answering("1", "1", "5").until_hung_up(), tmp_path) for _ in range(2)]
    third = worker.dial("sip:13989001234@127.0.0.1:9")
    assert worker.report(SurveyDone, third.call_id).outcome == "lost"
    assert worker.report(CallEnded, third.call_id).reason == "no_free_leg"
    ended = {}
    for running in [*callers, *(running for _, running in calls)]:
        finish(running)
    for _ in range(4):
        end = worker.next(CallEnded)
        ended[end.call_id] = end.reason
    assert ended == {
        **dict.fromkeys(arrived, "caller_hung_up"),
        **{order.call_id: "completed" for order, _ in calls},
    }


def test_a_switch_that_dies_in_a_survey_still_gets_the_answers(
    own_worker: Bench, tmp_path: Path
) -> None:
    order, running = dial(own_worker, answering("1", "2", "1").until_hung_up(), tmp_path)
    own_worker.report(CallAnswered, order.call_id)
    own_worker.part()
    finish(running)  # the worker carries the survey on by itself
    own_worker.acknowledging = False
    assert own_worker.meet().dials == (order.call_id,)
    own_worker.report(CallEnded, order.call_id)
    own_worker.part()
    own_worker.acknowledging = True
    assert own_worker.meet().dials == (order.call_id,)
    done = own_worker.report(SurveyDone, order.call_id)
    assert (done.outcome, said(done)) == ("completed", (True, False, 1))
    own_worker.report(CallEnded, order.call_id)
    own_worker.part()
    assert own_worker.meet().dials == ()


def test_a_worker_told_to_stop_keeps_what_was_said_and_blames_nobody(
    own_worker: Bench, tmp_path: Path
) -> None:
    pressed = tmp_path / "pressed"
    somebody = answering("1").wait(THINKING_S)
    tell(somebody, pressed)
    talking, first = dial(own_worker, somebody.until_hung_up(), tmp_path)
    own_worker.report(CallAnswered, talking.call_id)
    ringing, second = dial(own_worker, callee().ring().until_cancelled(), tmp_path)
    told(pressed)
    own_worker.process.terminate()
    done = {each.call_id: each for each in (own_worker.next(SurveyDone) for _ in range(2))}
    for running in (first, second):
        finish(running)
    assert (done[talking.call_id].outcome, done[talking.call_id].contacted) == ("partial", True)
    assert done[ringing.call_id].outcome == "lost"
