"""The worker's end of the socket, with a switch that is away, hangs, or talks nonsense."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from telephony import outbox
from telephony.commands import (
    CallEnded,
    CallRefused,
    Heartbeat,
    Hello,
    Message,
    PartyGone,
    decode,
    encode,
    invite_name,
)
from telephony.link import Link
from telephony.orders import (
    Ack,
    Drain,
    Invite,
)
from telephony.outbox import Outbox

WITHIN_S = 60


def ended(number: int) -> CallEnded:
    return CallEnded(str(number), "message_left", 1.0, 0, "x" * 1000)


def refused(number: int) -> CallRefused:
    return CallRefused(str(number), "w", "13989001234", "12345", "", "busy", "")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
        made.bind(str(tmp_path / "s"))
        made.listen()
        made.settimeout(WITHIN_S)
        yield made


@pytest.fixture
def link(tmp_path: Path, server: socket.socket) -> Link:
    assert server
    made = Link(tmp_path / "s", Hello("w", 1, 5060, 4))
    made.start()
    return made


def meet(server: socket.socket) -> tuple[socket.socket, IO[bytes]]:
    line, _ = server.accept()
    line.settimeout(WITHIN_S)
    lines = line.makefile("rb")
    assert isinstance(decode(lines.readline())[0], Hello)
    return line, lines


def hang_up(line: socket.socket, lines: IO[bytes]) -> None:
    line.shutdown(socket.SHUT_RDWR)
    lines.close()
    line.close()


def hello_of(server: socket.socket) -> tuple[Hello, socket.socket, IO[bytes]]:
    """Return what the worker says of itself on its next connection."""
    line, _ = server.accept()
    line.settimeout(WITHIN_S)
    lines = line.makefile("rb")
    hello, _ = decode(lines.readline())
    assert isinstance(hello, Hello)
    return hello, line, lines


def next_report(lines: IO[bytes]) -> tuple[Message, int]:
    while True:
        message, seq = decode(lines.readline())
        if seq:
            return message, seq


def wait_until_settled(link: Link) -> None:
    end = time.monotonic() + WITHIN_S
    while not link.settled():
        assert time.monotonic() < end, "the acknowledgement was not heard"
        time.sleep(0.01)


def test_a_report_is_repeated_to_the_next_switch_until_one_acknowledges_it(
    server: socket.socket, link: Link
) -> None:
    link.report(ended(1))
    first, lines = meet(server)
    assert next_report(lines) == (ended(1), 1)
    hang_up(first, lines)
    link.report(ended(2))
    second, lines = meet(server)
    assert [next_report(lines), next_report(lines)] == [(ended(1), 1), (ended(2), 2)]
    second.sendall(encode(Ack(2)))
    wait_until_settled(link)
    hang_up(second, lines)


def test_a_switch_that_hangs_keeps_nobody_waiting_and_loses_nothing(
    server: socket.socket, link: Link
) -> None:
    line, lines = meet(server)
    began = time.monotonic()
    for number in range(1, 1001):  # a megabyte: far more than a socket holds
        link.report(ended(number))
        link.tell(Heartbeat("w", 0, number))
    assert time.monotonic() - began < WITHIN_S
    assert [next_report(lines)[1] for _ in range(1000)] == list(range(1, 1001))
    line.sendall(encode(Ack(1000)))
    wait_until_settled(link)
    hang_up(line, lines)


def test_a_line_that_is_no_message_costs_a_connection_and_no_more(
    server: socket.socket, link: Link
) -> None:
    link.report(ended(1))
    line, lines = meet(server)
    line.sendall(b"nonsense\n")
    again, more = meet(server)
    assert next_report(more) == (ended(1), 1)
    again.sendall(encode(Drain()))
    assert link.inbox.get(timeout=WITHIN_S) == Drain()
    for each in ((line, lines), (again, more)):
        hang_up(*each)


def test_a_flood_of_callers_turned_away_does_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "MOST_KEPT", 10)
    full = Outbox()
    for number in range(20):
        full.report(refused(number))
    full.report(ended(1))
    assert full.unacknowledged() == [*(refused(number) for number in range(10)), ended(1)]
    assert full.dropped == 10


def test_what_is_taken_is_whole_and_in_order_however_it_is_acknowledged() -> None:
    box, over = Outbox(), threading.Event()
    for number in range(1, 201):
        box.report(ended(number))
    sent, got = 0, []
    while sent < 200:
        data, sent = box.take(sent, over)
        got += [decode(line)[1] for line in data.splitlines()]
        box.acknowledge(sent - 10)
    assert got == list(range(1, 201))
    assert [message.call_id for message in box.acknowledge(200) if isinstance(message, CallEnded)]
    over.set()
    assert box.take(200, over) == (b"", 200)


def test_an_invitation_is_named_to_the_next_switch_until_its_end_is_acknowledged(
    server: socket.socket, link: Link
) -> None:
    first, lines = meet(server)
    first.sendall(encode(Invite("c", "emergency-1", "expert", "sip:110@127.0.0.1", 40.0)))
    assert isinstance(link.inbox.get(timeout=WITHIN_S), Invite)
    hang_up(first, lines)
    hello, second, lines = hello_of(server)
    assert hello.invites == (invite_name("c", "emergency-1"),)
    link.report(PartyGone("c", "emergency-1", "no_answer", False, ""))
    _, seq = next_report(lines)
    second.sendall(encode(Ack(seq)))
    wait_until_settled(link)
    hang_up(second, lines)
    hello, third, lines = hello_of(server)
    assert hello.invites == ()
    hang_up(third, lines)
