"""An agent's leg: a real media worker rings a real desk phone for a real caller (sipp)."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from telephony.commands import (
    AgentGone,
    AgentJoined,
    CallArrived,
    CallEnded,
    CallerPressed,
    CallRated,
)
from telephony.orders import TakeMessage
from tests.e2e.bench import Bench
from tests.e2e.desk import (
    NOTICE_S,
    SEAT,
    TALK_S,
    Put,
    desk_phone,
    how,
    offer,
    put_through,
    start_worker,
)
from tests.e2e.phone import Phone, finish
from tests.e2e.test_callbacks_telephone import PROMPT_S
from tests.e2e.voices import read, seconds_of, voice

pytestmark = pytest.mark.e2e

PATIENCE_S = 5  # a caller's: longer than an agent's telephone takes to ring on a slow machine

CALLER_HZ, AGENT_HZ = 600.0, 1000.0


@pytest.fixture(scope="module")
def worker() -> Iterator[Bench]:
    made = start_worker()
    yield made
    made.process.terminate()
    assert made.process.wait(60) == 0
    made.close()


def test_caller_and_agent_hear_each_other_and_the_caller_rates_the_call(
    worker: Bench, tmp_path: Path
) -> None:
    with voice(CALLER_HZ) as callers, voice(AGENT_HZ) as agents:
        caller = Phone(sound_port=callers.port).wait(NOTICE_S + TALK_S + 3 * PROMPT_S)
        desk = desk_phone()
        desk.sound_port = agents.port
        desk.ring().answer().wait(NOTICE_S + TALK_S).hang_up()
        put = put_through(
            worker, caller.press("9").wait(1.2).press("4").until_hung_up(), desk, tmp_path
        )
        assert worker.report(AgentJoined, put.call_id).seat == SEAT
        assert how(worker.report(AgentGone, put.call_id)) == ("hung_up", True)
        assert worker.report(CallRated, put.call_id).rating == 4
        ended = worker.report(CallEnded, put.call_id)
        put.finish()
        assert (ended.reason, ended.keys) == ("agent_hung_up", 2)
        assert seconds_of(callers.heard(), AGENT_HZ) > TALK_S * 0.7
        assert seconds_of(agents.heard(), CALLER_HZ) > TALK_S * 0.7
    tape = read(worker.own.recordings_dir / put.arrived.recording)
    assert len(tape) / 8000 == pytest.approx(ended.seconds, abs=0.1)
    assert seconds_of(tape, AGENT_HZ) == pytest.approx(
        seconds_of(callers.heard(), AGENT_HZ), abs=0.4
    )
    assert seconds_of(tape, CALLER_HZ) > ended.seconds - 1  # the whole call


def test_a_caller_who_hangs_up_ends_the_agents_leg_and_rates_nothing(
    worker: Bench, tmp_path: Path
) -> None:
    desk = desk_phone().ring().answer().until_hung_up()
    put = put_through(worker, Phone().wait(NOTICE_S + PATIENCE_S).hang_up(), desk, tmp_path)
    worker.report(AgentJoined, put.call_id)
    assert worker.report(CallEnded, put.call_id).reason == "caller_hung_up"
    assert how(worker.report(AgentGone, put.call_id)) == ("caller_gone", True)
    put.finish()
    assert not any(isinstance(each, CallRated) for each in list(worker.told.queue))


def test_a_caller_who_hangs_up_while_it_rings_stops_the_ringing(
    worker: Bench, tmp_path: Path
) -> None:
    desk = desk_phone().ring().until_cancelled()
    put = put_through(worker, Phone().wait(NOTICE_S + PATIENCE_S).hang_up(), desk, tmp_path)
    assert how(worker.report(AgentGone, put.call_id)) == ("caller_gone", False)
    put.finish()


def test_who_does_not_take_the_call_is_told_as_what_it_is_and_the_next_one_gets_it(
    worker: Bench, tmp_path: Path
) -> None:
    refusing = [
        (desk_phone().refuse("486 Busy Here"), "busy"),
        (desk_phone().refuse("603 Decline"), "rejected"),
        (desk_phone().refuse("480 Temporarily Unavailable"), "unreachable"),
        (desk_phone().ring().until_cancelled(), "no_answer"),
        (desk_phone().ring().until_cancelled(too_late=True).until_hung_up(), "no_answer"),
    ]
    caller = Phone().wait(8).hang_up().dial(worker.sip_port, tmp_path)
    call_id = worker.next(CallArrived).call_id
    for desk, outcome in refusing:
        running = desk.listen(tmp_path)
        offer(worker, call_id, desk, ring_s=0.7)
        assert how(worker.report(AgentGone, call_id)) == (outcome, False)
        finish(running)
    taking = desk_phone().ring().answer().until_hung_up()
    running = taking.listen(tmp_path)
    offer(worker, call_id, taking)
    assert how(worker.report(AgentGone, call_id)) == ("caller_gone", True)
    for each in (caller, running):
        finish(each)


def test_a_caller_for_whom_nobody_comes_leaves_a_message(worker: Bench, tmp_path: Path) -> None:
    caller = Phone().wait(NOTICE_S + 2).press("#").until_hung_up()
    put = put_through(worker, caller, desk_phone().refuse("486 Busy Here"), tmp_path)
    assert how(worker.report(AgentGone, put.call_id)) == ("busy", False)
    worker.send(TakeMessage(put.call_id))
    assert worker.report(CallEnded, put.call_id).reason == "nothing_heard"
    put.finish()
    late = desk_phone()
    offer(worker, put.call_id, late)
    assert how(worker.report(AgentGone, put.call_id)) == ("caller_gone", False)


def test_a_caller_who_leaves_a_message_is_put_through_to_nobody(
    worker: Bench, tmp_path: Path
) -> None:
    # They stay far longer than the offer takes to be judged, on a busy machine too.
    caller = Phone().wait(0.5).press("9").wait(NOTICE_S + 8).hang_up()
    running = caller.dial(worker.sip_port, tmp_path)
    call_id = worker.next(CallArrived).call_id
    worker.report(CallerPressed, call_id)  # they hear us: from now on there is a message to take
    worker.send(TakeMessage(call_id))
    offer(worker, call_id, desk_phone())
    assert how(worker.report(AgentGone, call_id)) == ("too_late", False)
    finish(running)


@pytest.fixture(scope="module", autouse=True)
def deaf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bench, Put]]:
    """A call whose desk phone sends no sound, begun before all others: it takes its time."""
    made = start_worker()
    phone = desk_phone().ring().answer(media="inactive").until_hung_up()
    caller = Phone().wait(22.5).hang_up()
    yield made, put_through(made, caller, phone, tmp_path_factory.mktemp("deaf"))
    made.process.kill()
    made.process.wait(60)
    made.close()


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    """Somebody's telephone, which must never ring."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        yield listening
        with pytest.raises(BlockingIOError):
            listening.recv(100)


def test_a_desk_phone_can_send_the_caller_to_nobody_by_itself(
    worker: Bench, tmp_path: Path, stranger: socket.socket
) -> None:
    target = f"sip:16812345@127.0.0.1:{stranger.getsockname()[1]}"
    desk = desk_phone().ring().answer().wait(NOTICE_S).refer(target, status=603).wait(0.5).hang_up()
    put = put_through(worker, Phone().wait(5).hang_up(), desk, tmp_path)
    assert how(worker.report(AgentGone, put.call_id)) == ("hung_up", True)
    put.finish()
    assert worker.report(CallEnded, put.call_id).reason == "agent_hung_up"


def test_a_desk_phone_that_holds_the_call_takes_it_up_again(worker: Bench, tmp_path: Path) -> None:
    with voice(CALLER_HZ) as callers, voice(AGENT_HZ) as agents:
        desk = desk_phone()
        desk.sound_port = agents.port
        desk.ring().answer().wait(NOTICE_S + 0.5)
        desk.offer("inactive").wait(1).offer("sendrecv").wait(1).hang_up()
        put = put_through(
            worker, Phone(sound_port=callers.port).wait(NOTICE_S + 4.5).hang_up(), desk, tmp_path
        )
        assert how(worker.report(AgentGone, put.call_id)) == ("hung_up", True)
        put.finish()
        assert 0.8 < seconds_of(callers.heard(), AGENT_HZ) < 2.5


def test_two_callers_and_two_desk_phones_use_all_legs(worker: Bench, tmp_path: Path) -> None:
    talking = [
        put_through(
            worker,
            Phone(number=f"1398900000{place}").wait(NOTICE_S + 1).hang_up(),
            desk_phone().ring().answer().until_hung_up(),
            tmp_path,
        )
        for place in (1, 2)
    ]
    third = worker.dial("sip:13989001234@127.0.0.1:9")
    assert worker.report(CallEnded, third.call_id).reason == "no_free_leg"
    for each in talking:
        each.finish()
        assert worker.report(CallEnded, each.call_id).reason == "caller_hung_up"
        assert how(worker.report(AgentGone, each.call_id)) == ("caller_gone", True)


def test_a_desk_phone_without_sound_is_let_go(deaf: tuple[Bench, Put]) -> None:
    bench, put = deaf
    assert how(bench.report(AgentGone, put.call_id, within_s=40)) == ("no_media", True)
    put.finish()
