"""A worker's end of a browser seat, with a door that talks, hangs, dies or talks nonsense."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.seat_audio import WAITING, SeatAudio
from telephony.seat_protocol import (
    FRAME_BYTES,
    MAX_CHUNK,
    Chunks,
    Malformed,
    decode_line,
    encode_chunk,
    encode_line,
    encode_note,
)

WITHIN_S = 60
CALL, SEAT = "call-1", 7


def frame(number: int) -> bytes:
    return number.to_bytes(2, "little") * (FRAME_BYTES // 2)


def soon(ask: Callable[[], Any]) -> Any:
    end = time.monotonic() + WITHIN_S
    while not (answer := ask()):
        assert time.monotonic() < end
        time.sleep(0.005)
    return answer


class Door:
    """The other end of one connection."""

    def __init__(self, server: socket.socket) -> None:
        self.line, _ = server.accept()
        self.line.settimeout(WITHIN_S)
        self.first = decode_line(self.line.makefile("rb", buffering=0).readline())
        self._chunks = Chunks()
        self._came: list[bytes | dict[str, Any]] = []

    def send(self, data: bytes) -> None:
        self.line.sendall(data)

    def next(self) -> bytes | dict[str, Any]:
        while not self._came:
            data = self.line.recv(4096)
            assert data
            self._came = self._chunks.feed(data)
        return self._came.pop(0)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
        made.bind(str(tmp_path / "s"))
        made.listen()
        made.settimeout(WITHIN_S)
        yield made


@pytest.fixture
def audio(server: socket.socket) -> Iterator[SeatAudio]:
    made = SeatAudio(Path(server.getsockname()), CALL, SEAT)
    assert made.counts == {"gaps": 0, "dropped": 0, "repeated": 0}
    yield made
    made.close()


@pytest.fixture
def door(server: socket.socket, audio: SeatAudio) -> Iterator[Door]:
    assert not audio.connected
    made = Door(server)
    yield made
    made.line.close()


def test_it_says_which_call_and_seat_it_is_for(door: Door) -> None:
    assert door.first == (CALL, SEAT)


def test_the_agent_is_heard_frame_by_frame_and_in_order(door: Door, audio: SeatAudio) -> None:
    assert audio.pull() is None
    door.send(b"".join(encode_chunk(frame(each)) for each in range(5)))
    first = soon(audio.pull)
    assert [first, *(audio.pull() for _ in range(4))] == [frame(each) for each in range(5)]
    assert audio.pull() is None


def test_the_agent_hears_what_is_pushed_once_a_browser_is_there(
    door: Door, audio: SeatAudio
) -> None:
    audio.push([frame(1)])  # for nobody
    door.send(encode_note(browser=True))
    soon(lambda: audio.connected)
    audio.push([frame(2), frame(3)])
    assert [door.next(), door.next()] == [frame(2), frame(3)]
    door.send(encode_note(browser=False))
    soon(lambda: not audio.connected)


def test_a_door_that_hangs_holds_nobody_up_and_hears_what_is_newest(
    door: Door, audio: SeatAudio
) -> None:
    door.send(encode_note(browser=True))
    soon(lambda: audio.connected)
    began = time.monotonic()
    for number in range(2000):
        audio.push([frame(number)])
    assert time.monotonic() - began < WITHIN_S
    audio.push([frame(5000)])
    heard: list[bytes | dict[str, Any]] = []
    while not heard or heard[-1] != frame(5000):
        heard.append(door.next())
    assert len(heard) < 2000
    assert len(set(map(bytes, heard[-WAITING:]))) == WAITING  # type: ignore[arg-type]  # frames


def test_a_door_that_dies_is_met_again(server: socket.socket, audio: SeatAudio) -> None:
    first = Door(server)
    first.send(encode_note(browser=True))
    soon(lambda: audio.connected)
    first.line.close()
    again = Door(server)
    assert again.first == (CALL, SEAT)
    assert not audio.connected
    again.send(encode_note(browser=True))
    soon(lambda: audio.connected)
    again.line.close()


@pytest.mark.parametrize("nonsense", [b"\xff" * 8, encode_chunk(b"[1]"), encode_chunk(b"\x80")])
def test_a_door_that_talks_nonsense_is_left_and_met_again(
    server: socket.socket, audio: SeatAudio, nonsense: bytes
) -> None:
    first = Door(server)
    first.send(nonsense)
    again = Door(server)
    assert again.first == (CALL, SEAT)
    assert audio.pull() is None
    for each in (first, again):
        each.line.close()


def test_who_is_told_that_another_has_the_seat_does_not_come_back(
    server: socket.socket, audio: SeatAudio
) -> None:
    door = Door(server)
    door.send(encode_note(browser=True) + encode_note(over="Another call has this seat."))
    assert door.line.recv(1) == b""
    door.line.close()
    server.settimeout(0.6)
    with pytest.raises(TimeoutError):
        server.accept()
    assert not audio.connected


def test_closed_it_takes_nothing_and_breaks_nothing(door: Door, audio: SeatAudio) -> None:
    door.send(encode_note(browser=True))
    soon(lambda: audio.connected)
    audio.close()
    audio.push([frame(1)])
    audio.close()
    assert not audio.connected


def test_without_a_door_it_waits(tmp_path: Path) -> None:
    audio = SeatAudio(tmp_path / "none", CALL, SEAT)
    audio.push([frame(1)])
    assert audio.pull() is None
    assert not audio.connected
    audio.close()


notes = st.dictionaries(st.text(max_size=5), st.booleans() | st.integers(0, 9), max_size=4)


@given(st.lists(st.binary(min_size=320, max_size=320) | notes, max_size=8), st.data())
def test_chunks_arrive_whole_however_they_are_cut(
    sent: list[bytes | dict[str, Any]], data: st.DataObject
) -> None:
    stream = b"".join(
        encode_chunk(each) if isinstance(each, bytes) else encode_note(**each) for each in sent
    )
    chunks, came = Chunks(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        came += chunks.feed(stream[:cut])
        stream = stream[cut:]
    assert came == sent


@given(st.binary(max_size=400))
def test_whatever_comes_is_understood_or_malformed(data: bytes) -> None:
    try:
        Chunks().feed(data)
    except Malformed:
        return
    assert len(data) < 4 or int.from_bytes(data[:4], "big") <= MAX_CHUNK


@given(st.binary(max_size=60))
def test_a_first_line_names_call_and_seat_or_is_malformed(line: bytes) -> None:
    with pytest.raises(Malformed):
        decode_line(line)
    assert decode_line(encode_line("c", 3)) == ("c", 3)
