"""What is read out of SIP addresses and session descriptions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.addresses import LONGEST, clean, own_contact, user_part
from telephony.sdp import offer_keys_as


def test_the_user_part_is_who_was_dialled() -> None:
    assert user_part('"A" <sip:12345@127.0.0.1:5060>;tag=1') == "12345"
    assert user_part("sip:13989001234;phone-context=+86@host") == "13989001234"
    assert user_part("sip:127.0.0.1") == ""


@pytest.mark.parametrize(
    ("contact", "source", "believed"),
    [
        ("<sip:a@127.0.0.1:5070;ob>", "127.0.0.1:5070", "sip:a@127.0.0.1:5070;ob"),
        ("<sip:a@127.0.0.1:5070>;expires=3", "127.0.0.1:41000", "sip:a@127.0.0.1:5070"),
        ("sip:a@127.0.0.1", "127.0.0.1:5060", "sip:a@127.0.0.1"),
        ("<sip:[::1]:5070>", "[::1]:5070", "sip:[::1]:5070"),
        ("<sip:a@127.0.0.1:5070>", "192.0.2.1:5060", ""),
        ("<sip:a@192.0.2.9>", "192.0.2.1:5060", ""),
        ("", "127.0.0.1:5060", ""),
        ("<sip:a@127.0.0.1>", "", ""),
    ],
)
def test_a_contact_is_believed_if_the_call_came_from_there(
    contact: str, source: str, believed: str
) -> None:
    assert own_contact(contact, source) == believed


OFFER = (
    "v=0\r\nm=audio 12000 RTP/AVP 8 0 120\r\nc=IN IP4 127.0.0.1\r\na=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:120 telephone-event/8000\r\na=fmtp:120 0-16\r\na=ssrc:120 cname:1\r\n"
)


def test_keys_are_offered_as_101() -> None:
    assert offer_keys_as(OFFER, "101") == (
        "v=0\r\nm=audio 12000 RTP/AVP 8 0 101\r\nc=IN IP4 127.0.0.1\r\na=rtpmap:8 PCMA/8000\r\n"
        "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ssrc:120 cname:1\r\n"
    )


def test_a_description_without_keys_or_with_101_taken_is_left_alone() -> None:
    silent = "v=0\r\nm=audio 12000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
    assert offer_keys_as(silent, "101") == silent
    taken = OFFER + "a=rtpmap:101 iLBC/8000\r\n"
    assert offer_keys_as(taken, "101") == taken


def test_a_port_that_equals_the_payload_type_stays() -> None:
    port = OFFER.replace("12000", "120")
    assert "m=audio 120 RTP/AVP 8 0 101" in offer_keys_as(port, "101")


@given(st.binary())
def test_whatever_a_packet_holds_becomes_text_that_can_be_kept(sent: bytes) -> None:
    text = clean(sent.decode("utf-8", "surrogateescape"))
    assert text.encode().decode() == text
    assert "\0" not in text
    assert text.isprintable() or text == ""
    assert len(text) <= LONGEST


@given(st.from_regex(r"[0-9A-Za-z@.+-]{0,200}", fullmatch=True))
def test_ordinary_text_is_kept_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_a_contact_that_is_not_whole_is_not_called_back() -> None:
    assert own_contact("<sip:a\udcff@127.0.0.1>", "127.0.0.1:5060") == ""
    assert own_contact(f"<sip:{'a' * LONGEST}@127.0.0.1>", "127.0.0.1:5060") == ""
