"""What Kamailio does by itself, before workers made of sockets: no database, no hotline."""

import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotline.core.ports import free_port
from hotline.switch.kamailio_rpc import folder_of
from hotline.switch.telephones import TAKEN, fill
from tests.e2e import strangers
from tests.e2e.fronts import FakeWorker, Front, fronting
from tests.e2e.strangers import ask
from tests.e2e.torture.message import SDP, Message
from tests.e2e.torture.stranger import Answer, Stranger

pytestmark = pytest.mark.e2e

TRUNK, SCANNER, FLOODER, STRANGER = "127.0.0.4", "127.0.0.5", "127.0.0.3", "127.0.0.2"
TAKEN_FOR = ("12333", "+8612333", "089112333", "08916333333", "12345")


@pytest.fixture
def workers() -> Iterator[tuple[FakeWorker, FakeWorker]]:
    made = FakeWorker(), FakeWorker()
    yield made
    for each in made:
        each.close()


@pytest.fixture
def front(tmp_path: Path, workers: tuple[FakeWorker, FakeWorker]) -> Iterator[Front]:
    with fronting(tmp_path, workers, trunks=f"127.0.0.1/32 {TRUNK}/32", trunk_calls_s=5) as made:
        yield made


def told(stranger: Stranger, message: Message) -> list[int]:
    """Return every final status that is answered, acknowledged."""
    stranger.send(message)
    heard = [each for each in stranger.heard(2.0) if each.status >= 200]
    for answer in heard:
        stranger.send(stranger.within(answer, "ACK"))
    return list({each.status for each in heard})


@pytest.mark.parametrize("status", [486, 408, 500, 503, None])
def test_the_next_worker_takes_whom_the_first_can_not(
    tmp_path: Path, workers: tuple[FakeWorker, FakeWorker], status: int | None
) -> None:
    first, second = workers
    first.status = status
    with fronting(tmp_path, workers) as front, Stranger(front.port) as caller:
        assert told(caller, caller.invite()) == [200]
    assert "INVITE" in first.methods()
    assert second.methods() == ["INVITE"]


@pytest.mark.parametrize("status", [404, 488, 603])
def test_what_is_the_caller_s_own_fault_is_asked_of_nobody_else(
    front: Front, workers: tuple[FakeWorker, FakeWorker], status: int
) -> None:
    first, second = workers
    first.status = second.status = status
    with Stranger(front.port) as caller:
        assert told(caller, caller.invite()) == [status]
    assert first.methods() + second.methods() == ["INVITE"]


def test_more_media_than_a_worker_bears_are_refused_before_it(
    front: Front, workers: tuple[FakeWorker, FakeWorker]
) -> None:
    head, _, medium = SDP.partition("m=")
    with Stranger(front.port) as caller:
        for end in ("\r\n", "\n"):
            many = (head + f"m={medium}" * 5).replace("\r\n", end)
            assert told(caller, caller.invite().saying(many)) == [488]
            update = caller.request("UPDATE").having("To", "<sip:12345@x>;tag=1").saying(many)
            caller.send(update)
            assert caller.final("UPDATE").status == 488
            caller.send(caller.request("ACK").having("To", "<sip:1@x>;tag=1").saying(many))
        assert told(caller, caller.invite().saying(head + f"m={medium}" * 4)) == [200]
    assert workers[0].methods() + workers[1].methods() == ["INVITE"]


def test_a_key_at_which_a_worker_would_abort_is_refused_before_it(front: Front) -> None:
    with Stranger(front.port) as caller:
        taken = caller.talk()
        for seq, body in enumerate(("Signal=5", "Signal=5\n", "\r\nSignal=5\r"), 2):
            key = caller.within(taken, "INFO", seq).saying(body, "application/dtmf-relay")
            caller.send(key)
            assert caller.final("INFO").status == 400


def test_a_trunk_that_calls_too_often_is_told_to_come_later(front: Front) -> None:
    with Stranger(front.port) as caller:
        for _ in range(60):
            caller.send(caller.invite())
        heard = [each for each in caller.heard(2.0) if each.status >= 200]
        later = [each for each in heard if each.status == 503]
        for answer in heard:
            caller.send(caller.within(answer, "ACK"))
    assert later
    assert {each.headers["retry-after"] for each in later} == {"2"}
    assert any(each.status == 200 for each in heard)


def test_a_flood_and_a_scanner_are_banned_and_a_trunk_is_not(front: Front) -> None:
    own = f"sip:12345@127.0.0.1:{front.port}"
    strangers.flood(front.port, own, source=FLOODER, packets=400)
    agent = ("User-Agent: sipvicious",)
    assert ask(front.port, "OPTIONS", own, source=SCANNER, more=agent) is None
    assert ask(front.port, "INVITE", own, source=FLOODER) is None
    assert ask(front.port, "INVITE", own, source=SCANNER) is None
    assert ask(front.port, "OPTIONS", own, source=TRUNK) == 200
    assert FLOODER in str(front.banned())


def test_a_worker_registers_elsewhere_and_never_here(
    front: Front, workers: tuple[FakeWorker, FakeWorker]
) -> None:
    carrier = FakeWorker(401)
    route = (f"Route: <sip:127.0.0.1:{front.port};lr>",)
    here = (f"sip:127.0.0.1:{front.port}", "sip:hotline.local")
    for target in (f"sip:127.0.0.1:{carrier.port}", *here):
        packet = strangers.packet(
            "REGISTER", target, "127.0.0.1", port=workers[0].port, more=route, caller="0891"
        )
        workers[0].send(packet, front.port)
    wait_until(lambda: len(answers_of(workers[0])) == 3)
    assert sorted(answers_of(workers[0])) == [401, 403, 403]
    assert carrier.methods() == ["REGISTER"]
    # Whoever is no worker registers by a telephone's password, here alone.
    assert ask(front.port, "REGISTER", f"sip:127.0.0.1:{carrier.port}", more=route) == 401
    assert carrier.methods() == ["REGISTER"]
    carrier.close()


def test_a_merged_line_s_number_is_taken_while_kamailio_is_told_so(
    tmp_path: Path, workers: tuple[FakeWorker, FakeWorker]
) -> None:
    with fronting(tmp_path, workers, trunks=f"127.0.0.1/32 {TRUNK}/32") as front:
        folder, host = folder_of(front.own), f"127.0.0.1:{front.port}"

        def called(number: str, source: str = TRUNK) -> int | None:
            return ask(front.port, "INVITE", f"sip:{number}@{host}", source=source)

        assert called("12333") == 404
        numbers = {"12333": "1", "08916333333": "1"}
        assert (fill(folder, TAKEN, numbers), fill(folder, TAKEN, numbers)) == (True, False)
        for number in TAKEN_FOR:
            assert called(number) == 200
        for number in ("2333", "123330", "6333333", "x12333", "12334"):
            assert called(number) == 404
        assert called("12333", STRANGER) == 407
        assert called("12334", STRANGER) == 403
        fill(folder, TAKEN, {})
        assert called("12333") == 404
    heard = {text.split()[1] for each in workers for text in each.heard if "INVITE" in text[:6]}
    assert heard == {f"sip:{number}@{host}" for number in TAKEN_FOR}


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1:DeprecationWarning")
def test_over_tls_a_telephone_is_answered_and_an_old_protocol_is_not(
    tmp_path: Path, workers: tuple[FakeWorker, FakeWorker]
) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost")
    subprocess.run((*made, "-keyout", str(key), "-out", str(cert)), check=True, capture_output=True)
    port = free_port("127.0.0.1", 17560)
    with fronting(tmp_path, workers, sip_tls_port=port, tls_cert=cert, tls_key=key):
        trusting = ssl.create_default_context(cafile=str(cert))
        trusting.check_hostname = False
        assert over_tls(port, trusting).startswith("SIP/2.0 200")
        trusting.set_ciphers("ALL:@SECLEVEL=0")  # for our side would do it
        trusting.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        trusting.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(ssl.SSLError, match="alert"):
            over_tls(port, trusting)


def over_tls(port: int, trusting: ssl.SSLContext) -> str:
    """Return what an OPTIONS over TLS is answered."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=30)
    with plain, trusting.wrap_socket(plain, server_hostname="localhost") as line:
        asked = strangers.packet("OPTIONS", f"sip:127.0.0.1:{port}", "127.0.0.1", port=9)
        line.sendall(asked.replace("SIP/2.0/UDP", "SIP/2.0/TLS").encode())
        return line.recv(4096).decode()


def answers_of(worker: FakeWorker) -> list[int]:
    read = (Answer.read(text.encode()) for text in worker.heard)
    return [each.status for each in read if each]


def wait_until(happened: Callable[[], bool], within_s: float = 60) -> None:
    end = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)
