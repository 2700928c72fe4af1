"""Who is not let in at the audio door, and what those who are may not do."""

import json
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hotline.core.clock import now
from hotline.core.settings import Settings
from hotline.switch import seat_browsers
from hotline.web import audio_door, certificates
from telephony.seat_audio import SeatAudio
from telephony.seat_protocol import FRAME_BYTES
from tests.switch.seat_door import (
    PAGE,
    SEAT,
    WITHIN_S,
    close_code,
    enter,
    frame,
    note,
    running,
    soon,
    token_for,
)


@pytest.mark.parametrize(
    ("token", "origin"),
    [
        ("", None),
        ("nonsense", None),
        ("e30.e30", None),
        (token_for, PAGE),  # given to a program, shown by a page
    ],
)
def test_who_has_no_token_of_ours_is_not_let_in(door: Settings, token: Any, origin: Any) -> None:
    shown = token() if callable(token) else token or "x"
    with pytest.raises(InvalidStatus) as refused, enter(door, shown, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_a_token_opens_once_soon_and_for_the_page_it_was_given_to(door: Settings) -> None:
    token = token_for(origin=PAGE)
    for shown, origin in (
        (token, None),
        (token, "https://other.example"),
        (token_for(ago=40), None),
    ):
        with pytest.raises(InvalidStatus), enter(door, shown, origin=origin):
            pass
    with enter(door, token, origin=PAGE) as browser:
        assert note(browser) == {"call": None}
    with pytest.raises(InvalidStatus), enter(door, token, origin=PAGE):
        pass


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", seat_browsers.NO_FRAME),
        (bytes(FRAME_BYTES + 2), seat_browsers.NO_FRAME),
        (bytes(2000), 1009),
        ("nonsense", seat_browsers.MALFORMED),
        ("[" * 1000, seat_browsers.MALFORMED),
        ("[1]", seat_browsers.MALFORMED),
        ('"' + "x" * 2000 + '"', 1009),
    ],
)
def test_what_is_no_frame_and_no_note_ends_the_line(
    door: Settings, sent: bytes | str, code: int
) -> None:
    with enter(door) as browser:
        browser.send(sent)
        assert close_code(browser) == code


def test_odd_notes_change_nothing(door: Settings) -> None:
    with enter(door) as browser:
        assert note(browser) == {"call": None}
        for strange in ({"ping": "x"}, {"page": 3}, {"page": {"gaps": "1"}}, {"ping": None}, {}):
            browser.send(json.dumps(strange))
        for odd in ("NaN", "-Infinity", "9" * 900):
            browser.send(f'{{"ping": {odd}}}')
        browser.send('{"ping": 1}')
        assert note(browser) == {"pong": 1}


def test_who_sends_far_too_fast_is_sent_away(door: Settings) -> None:
    with enter(door) as browser:
        with suppress(ConnectionClosed):
            for number in range(10_000):
                browser.send(frame(number % 1000))
        assert close_code(browser) == seat_browsers.TOO_FAST


def test_who_says_nothing_is_sent_away(door: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seat_browsers, "IDLE_S", 0.1)
    with enter(door) as browser:
        assert close_code(browser) == seat_browsers.IDLE


def test_a_page_that_does_not_read_gets_what_is_newest_and_holds_nobody_up(door: Settings) -> None:
    audio = SeatAudio(door.seats_socket, "call-4", SEAT)
    with enter(door) as browser:
        soon(lambda: audio.connected)
        browser.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        pause = threading.Event()
        for number in range(1, 1500):
            audio.push([frame(number)])
            pause.wait(0.0005)
        audio.push([frame(30_000)])
        heard: list[bytes] = []
        while not heard or heard[-1] != frame(30_000):
            message = browser.recv(WITHIN_S)
            if isinstance(message, bytes):
                heard.append(message)
        assert heard == sorted(heard, key=lambda each: int.from_bytes(each[:2], "little"))
    audio.close()


def test_strangers_do_not_disturb_the_seats(door: Settings) -> None:
    audio = SeatAudio(door.seats_socket, "call-5", SEAT)
    with enter(door):
        for sent in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00" * 40, b"x" * 9000, b""):
            with socket.create_connection(("127.0.0.1", audio_door.port(door)), 5) as stranger:
                stranger.sendall(sent)
        for line in (b"\n", b'{"seat": "x"}\n', b"x" * 5000, b'{"call":"c","seat":9}\n\xff\xff'):
            with socket.socket(socket.AF_UNIX) as worker:
                worker.connect(str(door.seats_socket))
                worker.sendall(line)
        soon(lambda: audio.connected)
    audio.close()


def test_over_tls_it_shows_the_sites_certificate(site: Settings) -> None:
    cert, key = certificates.ensure(site.data_dir, ("127.0.0.1",), now=now())
    safe = site.model_copy(update={"tls_cert": cert, "tls_key": key})
    with running(safe), enter(safe, tls=ssl.create_default_context(cafile=str(cert))) as browser:
        assert note(browser) == {"call": None}
        assert browser.socket.version() == "TLSv1.3"


def test_in_the_clear_only_this_machine_and_named_proxies_come_in(site: Settings) -> None:
    proxied = site.model_copy(update={"behind_proxy": "10.0.3.0/24"})
    assert seat_browsers.is_near("127.0.0.1", site)
    assert seat_browsers.is_near("10.0.3.9", proxied)
    assert not seat_browsers.is_near("10.0.3.9", site)
    assert not seat_browsers.is_near("10.0.4.9", proxied)
