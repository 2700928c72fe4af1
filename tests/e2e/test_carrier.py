"""A carrier that asks who calls: a real media worker, and sipp that challenges by 401 and 407."""

import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.core.ciphers import KEY_BYTES, Unreadable
from hotline.core.keyring import Keyring, keyring_of
from telephony import tapes
from telephony.commands import CallEnded, SurveyDone
from telephony.orders import SealBy, UseTrunk
from telephony.tape_keys import public_half
from tests.e2e import bench
from tests.e2e.bench import Bench
from tests.e2e.carriers import REALM, Carrier
from tests.e2e.phone import Callee, finish, free_udp_port
from tests.e2e.test_callbacks_telephone import SPOKEN, silence

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def worker() -> Iterator[Bench]:
    folder = Path(tempfile.mkdtemp(prefix="hotline-carrier-"))
    made = bench.start(folder, {name: silence(0.3) for name in SPOKEN})
    yield made
    made.process.terminate()
    assert made.process.wait(60) == 0
    made.close()


def carrier(*, status: int = 407, realm: str = REALM) -> Carrier:
    port = free_udp_port()
    return Carrier(number="13900000091", port=port, status=status, realm=realm)


def placed(worker: Bench, through: Carrier, folder: Path) -> "subprocess.Popen[str]":
    """Place a call through the carrier, and wait until it is over."""
    running = through.listen(folder)
    order = worker.dial(f"sip:{through.number}@127.0.0.1:{through.port}")
    worker.report(SurveyDone, order.call_id)
    return running


@pytest.mark.parametrize("status", [401, 407])
def test_a_call_is_placed_by_the_account(worker: Bench, tmp_path: Path, status: int) -> None:
    trunk = carrier(status=status)
    worker.send(trunk.account())
    finish(placed(worker, trunk.ring().answer().wait(0.5).hang_up(), tmp_path))


def test_who_asks_in_another_name_is_shown_nothing(worker: Bench, tmp_path: Path) -> None:
    worker.send(carrier().account())
    trunk = carrier(realm="somebody.else.example").ring().answer()
    running = placed(worker, trunk, tmp_path)
    assert running.poll() is None  # it still waits to be shown an account


def test_without_an_account_none_is_shown(worker: Bench, tmp_path: Path) -> None:
    worker.send(UseTrunk())
    running = placed(worker, carrier().ring().answer(), tmp_path)
    assert running.poll() is None


def test_the_worker_registers_and_says_where_calls_are_to_be_sent(
    worker: Bench, tmp_path: Path
) -> None:
    trunk = carrier().registers("<sip:12345@192.0.2.9:5060>")
    running = trunk.listen(tmp_path)
    worker.send(trunk.account(registrar=True, contact="sip:12345@192.0.2.9:5060"))
    finish(running)


def test_after_a_rotation_a_worker_that_runs_seals_by_the_new_key(
    worker: Bench, tmp_path: Path
) -> None:
    ring = Keyring((secrets.token_bytes(KEY_BYTES),))
    worker.send(UseTrunk())
    worker.send(SealBy(public_half(ring)))
    somebody = Callee(number="13900000092", port=free_udp_port()).ring().answer()
    running = somebody.wait(0.5).hang_up().listen(tmp_path)
    order = worker.dial(f"sip:{somebody.number}@127.0.0.1:{somebody.port}")
    worker.report(CallEnded, order.call_id)
    finish(running)
    tape = worker.recording(order)
    assert b"".join(tapes.blocks(tape, ring))
    with pytest.raises(Unreadable):
        list(tapes.blocks(tape, keyring_of(worker.own)))
