"""One request: where it may go is judged at the connection, and nothing makes it wait for ever."""

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address, ip_network
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from dispatch.webhooks import sending, signing
from dispatch.webhooks.pace import LONGEST_ASKED, Pace
from dispatch.webhooks.sending import Answer, Fault, Sender
from hotline.core.clock import now
from tests.dispatch.webhooks.listening import Listener
from tests.dispatch.webhooks.scene import LOOPBACK

BODY = '{"type":"order.accepted","data":{"order":"261125000017-1","sequence":2}}'


@pytest.fixture
def sender() -> Iterator[Sender]:
    made = Sender(LOOPBACK)
    yield made
    made.close()


def post(sender: Sender, url: str) -> Answer:
    headers = signing.headers("7-1", BODY, (signing.new_secret(),), now=now())
    return sender.post(url, headers, BODY.encode())


def test_what_is_answered_with_2xx_is_taken(sender: Sender, listener: Listener) -> None:
    listener.answers = [200, 202, 204]
    assert [post(sender, listener.url) for _ in range(3)] == [
        Answer(status, None) for status in (200, 202, 204)
    ]
    assert listener.bodies == [BODY] * 3


@pytest.mark.parametrize(
    ("status", "fault"),
    [(400, Fault.STATUS), (500, Fault.STATUS), (410, Fault.GONE), (302, Fault.REDIRECT)],
)
def test_nothing_else_is_taken_and_no_redirect_followed(
    sender: Sender, listener: Listener, status: int, fault: Fault
) -> None:
    listener.answers, listener.headers = [status], {"Location": listener.url}
    assert post(sender, listener.url) == Answer(status, fault)
    assert len(listener.got) == 1


def test_a_busy_receiver_may_ask_for_time_but_not_for_days(
    sender: Sender, listener: Listener
) -> None:
    listener.answers, listener.headers = [503], {"Retry-After": "900"}
    answer = post(sender, listener.url)
    assert answer.retry_after_s == 900
    assert Pace().wait(1, asked=timedelta(seconds=900)) == timedelta(seconds=900)
    assert Pace().wait(1, asked=timedelta(days=9)) == LONGEST_ASKED


def test_a_name_is_judged_by_what_it_stands_for_when_it_is_connected_to(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(Sender(()), "https://localhost/hook") == Answer(None, Fault.ADDRESS)
    # The name was public when it was set up.
    monkeypatch.setattr(sending, "resolve", lambda *_: [ip_address("127.0.0.1")])
    url = f"https://hook.example:{listener.server_port}/hook"
    assert post(Sender(()), url) == Answer(None, Fault.ADDRESS)
    assert listener.got == []


def test_plain_http_goes_to_the_sites_own_networks_only(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Sender((ip_network("10.0.0.0/8"),))
    assert post(elsewhere, listener.url) == Answer(None, Fault.ADDRESS)
    monkeypatch.setattr(sending, "resolve", lambda *_: [ip_address("1.2.4.8")])
    assert post(elsewhere, "http://oa.example/hook") == Answer(None, Fault.ADDRESS)
    assert listener.got == []


def test_nobody_there_and_no_such_name_are_told_apart_from_time_that_is_over(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/hook"
        assert post(sender, nobody) == Answer(None, Fault.UNREACHABLE)
    assert post(sender, "http://name.invalid/hook") == Answer(None, Fault.UNREACHABLE)
    monkeypatch.setattr(sending, "WHOLE_S", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/hook"
        assert post(sender, url) == Answer(None, Fault.TIMEOUT)


def test_an_answer_that_drips_ends_with_its_time(
    sender: Sender, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WHOLE_S", 0.5)
    listener.answers = [_drip]
    began = time.monotonic()
    assert post(sender, listener.url) == Answer(None, Fault.TIMEOUT)
    assert time.monotonic() - began < 9  # it drips for eleven seconds


def _drip(door: BaseHTTPRequestHandler) -> None:
    door.close_connection = True
    for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 200:
        door.wfile.write(bytes([letter]))
        time.sleep(0.05)


def test_no_more_is_read_of_an_answer_than_a_little(sender: Sender, listener: Listener) -> None:
    written: list[int] = []
    listener.answers = [lambda door: _flood(door, written)]
    assert post(sender, listener.url) == Answer(200, None)
    listener.shutdown()
    assert sum(written) < 50_000_000


def _flood(door: BaseHTTPRequestHandler, written: list[int]) -> None:
    door.close_connection = True
    door.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
    for _ in range(1000):
        written.append(door.wfile.write(b"x" * 100_000))


def test_a_certificate_that_nobody_vouches_for_is_refused(
    sender: Sender, listener: Listener, tmp_path: Path
) -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(_self_signed(tmp_path / "own.pem"))
    listener.socket = own.wrap_socket(listener.socket, server_side=True)
    url = f"https://127.0.0.1:{listener.server_port}/hook"
    assert post(sender, url) == Answer(None, Fault.TLS)
    assert listener.got == []


def _self_signed(file: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return file


def test_while_two_secrets_hold_either_one_verifies(listener: Listener, sender: Sender) -> None:
    old, new = signing.new_secret(), signing.new_secret()
    headers = signing.headers("7-1", BODY, (new, old), now=now())
    sender.post(listener.url, headers, BODY.encode())
    (head,) = listener.heads
    for secret in (old, new):
        assert Webhook(secret).verify(listener.bodies[0], head)
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.new_secret()).verify(listener.bodies[0], head)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(listener.bodies[0].replace("2}", "3}"), head)


def test_the_waits_double_and_more_for_a_day() -> None:
    pace = Pace()
    waits = [pace.wait(tries) for tries in range(1, pace.most_tries)]
    assert len(waits) == 8
    assert all(after > before for before, after in pairwise(waits))
    assert timedelta(hours=18) < sum(waits, timedelta()) < timedelta(hours=30)
    assert len({pace.wait(3) for _ in range(20)}) > 1
