"""The audio door: a browser and a call's worker at one seat hear each other, and nobody else."""

import asyncio
import json
import time
from contextlib import ExitStack

import pytest
from structlog.testing import capture_logs

from hotline.core.errors import CannotStart
from hotline.core.settings import Settings
from hotline.switch import seat_browsers, seat_places, seats
from hotline.web import audio_door
from telephony.seat_audio import SeatAudio
from tests.switch.seat_door import SEAT, WITHIN_S, close_code, enter, frame, note, running, soon

LATE_S = 1.0  # no gap that a busy machine makes by itself is taken for one


def test_browser_and_worker_hear_each_other(door: Settings) -> None:
    audio = SeatAudio(door.seats_socket, "call-1", SEAT)
    with enter(door) as browser:
        soon(lambda: audio.connected)
        while note(browser)["call"] != "call-1":
            pass
        for number in range(1, 4):
            browser.send(frame(number))
        assert soon(audio.pull) == frame(1)
        assert [audio.pull(), audio.pull()] == [frame(2), frame(3)]
        audio.push([frame(4)])
        assert browser.recv(WITHIN_S) == frame(4)
    soon(lambda: not audio.connected)
    audio.close()


def test_of_each_call_the_log_tells_how_it_went(
    door: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seat_places, "LATE_S", LATE_S)
    monkeypatch.setattr(seat_places, "PAUSE_S", WITHIN_S)
    with capture_logs() as said, enter(door) as browser:
        audio = SeatAudio(door.seats_socket, "call-9", SEAT)
        soon(lambda: audio.connected)
        for _ in range(3):
            browser.send(frame(1))
            browser.send(json.dumps({"page": {"gaps": 2, "depth_ms": 40, "who": "x"}, "ping": 1}))
        while "pong" not in note(browser):
            pass
        time.sleep(1.5 * LATE_S)
        browser.send(frame(1))
        audio.push([frame(2)])
        while browser.recv(WITHIN_S) != frame(2):
            pass
        audio.close()
        (line,) = soon(lambda: [each for each in said if each["event"] == "seats.call_over"])
    assert (line["seat"], line["call"], line["browsers"]) == (SEAT, "call-9", 1)
    spoken, heard = line["spoken"], line["heard"]
    assert (spoken["frames"], spoken["gaps"], spoken["dropped"]) == (4, 1, 0)
    assert 1000 * LATE_S < spoken["longest_gap_ms"] < 1000 * WITHIN_S
    assert heard == {"frames": 1, "dropped": 0, "gaps": 0, "longest_gap_ms": 0}
    assert line["page"] == {"gaps": 2, "depth_ms": 40}


def test_whoever_comes_first_waits_for_the_other(door: Settings) -> None:
    with enter(door) as browser:
        assert note(browser) == {"call": None}
        browser.send(frame(1))  # for nobody
        audio = SeatAudio(door.seats_socket, "call-2", SEAT)
        assert note(browser) == {"call": "call-2"}
        soon(lambda: audio.connected)
        audio.close()
        assert note(browser) == {"call": None}
        browser.send(json.dumps({"ping": 17.5, "page": {"gaps": 1, "<b>": 2}}))
        assert note(browser) == {"pong": 17.5}


def test_a_newer_page_has_the_seat_and_the_older_one_is_told_why(door: Settings) -> None:
    audio = SeatAudio(door.seats_socket, "call-3", SEAT)
    with enter(door) as older:
        soon(lambda: audio.connected)
        with enter(door) as newer:
            assert close_code(older) == seat_browsers.TAKEN_OVER
            assert audio.connected
            audio.push([frame(9)])
            while newer.recv(WITHIN_S) != frame(9):
                pass
    audio.close()


def test_a_newer_call_has_the_seat_and_the_older_one_leaves_it(door: Settings) -> None:
    older = SeatAudio(door.seats_socket, "older", SEAT)
    with enter(door) as browser:
        soon(lambda: older.connected)
        newer = SeatAudio(door.seats_socket, "newer", SEAT)
        soon(lambda: newer.connected and not older.connected)
        older.push([frame(1)])
        newer.push([frame(2)])
        heard = browser.recv(WITHIN_S)
        while isinstance(heard, str):
            heard = browser.recv(WITHIN_S)
        assert heard == frame(2)
    older.close()
    newer.close()


def test_seats_do_not_hear_each_other(door: Settings) -> None:
    mine, other = (SeatAudio(door.seats_socket, f"call-{each}", each) for each in (SEAT, SEAT + 1))
    with enter(door) as browser:
        soon(lambda: mine.connected)
        assert not other.connected
        browser.send(frame(1))
        browser.send(frame(2))
        assert soon(mine.pull) == frame(1)
        assert other.pull() is None
    mine.close()
    other.close()


def test_started_again_it_has_the_same_port_and_both_ends_come_back(site: Settings) -> None:
    with ExitStack() as after:
        with running(site):
            port = audio_door.port(site)
            audio = SeatAudio(site.seats_socket, "call-6", SEAT)
            browser = after.enter_context(enter(site))
            soon(lambda: audio.connected)
        assert close_code(browser) == 1001
    with running(site):
        assert audio_door.port(site) == port
        with enter(site):
            soon(lambda: audio.connected)
    audio.close()


def test_a_second_door_does_not_start(door: Settings) -> None:
    with pytest.raises(CannotStart, match="Another audio door"):
        asyncio.run(seats.serve(door, asyncio.Event()))


def test_a_port_that_the_site_names_is_the_only_one(site: Settings) -> None:
    with seats.bind(site) as taken:
        named = site.model_copy(update={"seats_port": taken.getsockname()[1]})
        with pytest.raises(CannotStart, match="finds no port"):
            seats.bind(named)
        with seats.bind(site) as other:
            assert other.getsockname()[1] != taken.getsockname()[1]
