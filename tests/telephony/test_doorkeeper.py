"""Who is kept from the SIP library: by the text of their packets alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.doorkeeper import KEPT_S, MOST_OPENED, Budget, method_of, opens, verdict

HEAD = "INVITE sip:12345@x SIP/2.0\r\nTo: <sip:12345@x>\r\nContent-Type: application/sdp\r\n\r\n"
SOUND, FILM = "m=audio 4000 RTP/AVP 8\r\n", "m=video 4000 RTP/AVP 96\r\n"
INFO = "INFO sip:12345@x SIP/2.0\r\nc: application/dtmf-relay\r\n\r\n"


@pytest.mark.parametrize(
    ("media", "status"),
    [
        ("", 0),
        (SOUND, 0),
        (SOUND + FILM, 0),
        (2 * SOUND + 2 * FILM, 0),
        (3 * SOUND, 488),
        (SOUND + 4 * FILM, 488),
        (60 * SOUND.upper(), 488),
    ],
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_who_offers_more_media_than_a_telephone_has_is_refused(
    media: str, status: int, end: str
) -> None:
    assert verdict(f"{HEAD}v=0\r\n{media}".replace("\r\n", end).encode()) == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("Signal=5\r\nDuration=160", 0),
        ("Signal=5\nDuration=160", 0),
        ("Signal=5\r\n", 0),
        ("", 0),
        ("Signal=5", 400),
        ("Signal=5\r", 400),
        ("Signal=5\n", 400),
        ("\r\nSignal=5", 400),
        ("Signal=5\0\r\nDuration=160", 400),
    ],
)
def test_a_key_is_passed_on_only_with_something_behind_its_line(body: str, status: int) -> None:
    assert verdict((INFO + body).encode()) == status
    other = INFO.replace("dtmf-relay", "media_control+xml") + body
    assert verdict(other.encode()) == 0


@pytest.mark.parametrize(
    ("begin", "method"),
    [
        ("INVITE ", "INVITE"),
        ("invite ", "INVITE"),
        ("INV ", "INVITE"),
        ("\r\n \tInvite ", "INVITE"),
        ("INVITE<", "INVITE"),
        (" ack ", "ACK"),
        ("info ", "INFO"),
        ("INVITED ", "INVITED"),
        ("SIP/2.0 200 OK", "SIP"),
        ("", ""),
    ],
)
def test_a_method_is_what_the_library_takes_it_for(begin: str, method: str) -> None:
    assert method_of(begin.encode()) == method.encode()
    packet = HEAD.replace("INVITE ", begin) + 3 * SOUND
    assert (verdict(packet.encode()) == 488) == (method in ("INVITE", "ACK"))


@given(st.binary(max_size=200))
def test_whatever_comes_there_is_a_verdict(packet: bytes) -> None:
    assert verdict(packet) in (0, 400, 488)
    assert opens(packet) >= 0


@pytest.mark.parametrize(
    ("packet", "sockets"),
    [
        (HEAD, 2),
        (HEAD + SOUND, 2),
        (HEAD + 2 * SOUND + FILM, 4),
        (HEAD.replace("x>", "x>;tag=1") + SOUND, 0),
        (HEAD.replace("To: <sip:12345@x>", "t:<sip:a@x> ; TAG=1") + 2 * SOUND, 2),
        (HEAD.replace("INVITE", "OPTIONS") + SOUND, 0),
        (HEAD.replace("INVITE", "invite") + SOUND, 2),
        (HEAD.replace("To: <", 'To: ";tag=1" <') + SOUND, 2),
        (HEAD.replace("To: <", 'To: "x>;tag=1" <') + SOUND, 2),
        (HEAD.replace("x>", "x;tag=1>") + SOUND, 2),
        (HEAD.replace("To: <sip:12345@x>", "To: sip:12345@x;tag=1") + SOUND, 0),
        (HEAD.replace("To:", "To: <sip:a@x>;tag=1\r\nTo:") + SOUND, 2),
    ],
)
def test_a_call_opens_two_sockets_for_each_sound_it_does_not_have_yet(
    packet: str, sockets: int
) -> None:
    assert opens(packet.encode()) == sockets


@given(st.lists(st.tuples(st.floats(0, 0.2), st.integers(0, 4)), max_size=60))
def test_never_are_more_opened_than_there_is_room_for(asked: list[tuple[float, int]]) -> None:
    moment, opened = 0.0, []
    budget = Budget(clock=lambda: moment)
    for later, sockets in asked:
        moment += later
        if budget.takes(sockets):
            opened.append((moment, sockets))
        recent = sum(count for at, count in opened if moment - at <= KEPT_S)
        assert recent <= MOST_OPENED


def test_who_waits_for_half_a_second_is_let_in() -> None:
    moment = 0.0
    budget = Budget(most=2, clock=lambda: moment)
    assert budget.takes(2)
    assert not budget.takes(2)
    moment = KEPT_S + 0.01
    assert budget.takes(2)
