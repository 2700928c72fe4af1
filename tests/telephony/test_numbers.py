"""Who calls: every way in which trunks and telephones write a number, and what strangers write."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.phone import parse_phone
from hotline.core.settings import Settings
from telephony.addresses import LONGEST, clean
from telephony.numbers import (
    Caller,
    caller_of,
    dialled,
    headers_of,
    is_within,
    source_of,
    user_of,
)

MOBILE, LHASA = "13989001234", "08916333333"


def invite(*headers: str) -> str:
    lines = ("INVITE sip:12345@192.0.2.10 SIP/2.0", *headers, "Content-Length: 0")
    return "\r\n".join(lines) + "\r\n\r\nv=0"


@pytest.mark.parametrize(
    ("address", "e164"),
    [
        ("<sip:13989001234@192.0.2.1>;tag=1", "+8613989001234"),
        ("<sip:+8613989001234@192.0.2.1;user=phone>", "+8613989001234"),
        ("<sip:008613989001234@192.0.2.1>", "+8613989001234"),
        ("<sip:8613989001234@192.0.2.1>", "+8613989001234"),
        ("<sip:013989001234@192.0.2.1>", "+8613989001234"),
        ("<sip:%2B86139-8900-1234@192.0.2.1>", "+8613989001234"),
        ("<sip:13989001234:secret@192.0.2.1>", "+8613989001234"),
        ("<sip:13989001234;npdi@192.0.2.1>", "+8613989001234"),
        ("<tel:+86-139-8900-1234>;tag=1", "+8613989001234"),
        ("tel:13989001234", "+8613989001234"),
        ("<tel:6333333;phone-context=+86891>", "+868916333333"),
        ('"a <sip:110@x>" <sip:13989001234@192.0.2.1>', "+8613989001234"),
        ("<sip:08916333333@192.0.2.1>", "+868916333333"),
        ("<sip:+8608916333333@192.0.2.1>", "+868916333333"),
        ("<sip:6333333@192.0.2.1>", "+868916333333"),
        ("<sips:0891-6333333@192.0.2.1>", "+868916333333"),
        ("<sip:+97714123456@192.0.2.1>", "+97714123456"),
    ],
)
def test_one_number_is_one_number_however_it_is_written(address: str, e164: str) -> None:
    found = parse_phone(caller_of(invite(), address, trusted=False, area="0891").number)
    assert found
    assert found.e164 == e164


def test_a_trunk_vouches_for_a_number_and_nobody_else_does() -> None:
    packet = invite(f'P-Asserted-Identity: "a, b" <sip:+86{MOBILE}@trunk>')
    sender = "<sip:10086@trunk>;tag=1"
    assert caller_of(packet, sender, trusted=True) == Caller(f"+86{MOBILE}")
    assert caller_of(packet, sender, trusted=False) == Caller("10086")


def test_of_several_vouched_for_the_first_that_is_a_number_counts() -> None:
    packet = invite(f"P-Asserted-Identity: <sip:desk@trunk>,\r\n <tel:{MOBILE}>")
    assert caller_of(packet, "<sip:x@y>", trusted=True).number == MOBILE


def test_the_body_vouches_for_nothing() -> None:
    packet = invite() + f"\r\nP-Asserted-Identity: <sip:{MOBILE}@trunk>\r\n"
    assert caller_of(packet, "<sip:10086@trunk>", trusted=True).number == "10086"


@pytest.mark.parametrize(
    ("privacy", "sender"),
    [
        ("Privacy: id", f"<sip:{MOBILE}@trunk>"),
        ("privacy: header;critical", f"<sip:{MOBILE}@trunk>"),
        ("Privacy: none", '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1'),
        ("Privacy:", "<sip:Restricted@trunk>"),
        ("X: y", f"<sip:{MOBILE}@anonymous.invalid>"),
    ],
)
def test_who_hides_their_number_shows_none_though_the_network_knows_it(
    privacy: str, sender: str
) -> None:
    packet = invite(f"P-Asserted-Identity: <sip:{MOBILE}@trunk>", privacy)
    assert caller_of(packet, sender, trusted=True) == Caller(anonymous=True)


def test_privacy_of_none_hides_nobody() -> None:
    assert caller_of(invite("Privacy: none"), f"<sip:{MOBILE}@x>", trusted=False).number == MOBILE


def test_an_area_stands_before_local_numbers_alone() -> None:
    assert dialled("6333333", "0891") == LHASA
    for kept in (MOBILE, LHASA, "12345", "1001", "+8689112", "sipp"):
        assert dialled(kept, "0891") == kept
    assert dialled("6333333") == "6333333"
    assert dialled("6333333", "not an area") == "6333333"


def test_behind_kamailio_the_last_source_header_counts_and_otherwise_none() -> None:
    packet = invite("X-Hotline-Source: 198.51.100.1:9", "x-hotline-source: 203.0.113.5:5060")
    assert source_of(packet, "127.0.0.1:5060", proxied=True) == "203.0.113.5:5060"
    assert source_of(packet, "192.0.2.7:5060", proxied=False) == "192.0.2.7:5060"


def test_trunks_are_networks() -> None:
    networks = Settings(trunks="192.0.2.0/24 2001:db8::/32").trunk_networks
    assert is_within("192.0.2.9:5060", networks)
    assert is_within("[2001:db8::1]:5060", networks)
    assert not is_within("192.0.3.9:5060", networks)
    assert not is_within("trunk.example:5060", networks)
    assert not is_within("", networks)


@given(st.text(), st.text(), st.booleans())
def test_no_text_breaks_it_and_what_it_says_can_be_written(
    packet: str, remote: str, trusted: bool
) -> None:
    found = caller_of(packet, remote, trusted=trusted, area="0891")
    assert clean(found.number) == found.number
    assert len(found.number) <= LONGEST + 4
    assert not (found.anonymous and found.number)


@given(
    st.lists(st.sampled_from(["P-Asserted-Identity", "Privacy", "From", " ", "\t", "x"])),
    st.lists(st.text(alphabet=string.printable, max_size=40)),
)
def test_header_lines_in_any_disorder_are_read(names: list[str], values: list[str]) -> None:
    lines = [f"{name}: {value}" for name, value in zip(names, values, strict=False)]
    for name, found in headers_of(invite(*lines)).items():
        assert name == name.strip().lower()
        assert found


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_is_the_same_person_at_home_and_abroad(number: str) -> None:
    forms = (number, f"+86{number}", f"0086{number}", f"tel-{number}"[4:], f"0{number}")
    found = {parse_phone(dialled(form, "0891")) for form in forms}
    assert len(found) == 1
    assert None not in found


@given(st.text(max_size=300))
def test_a_user_part_never_holds_what_stands_after_it(text: str) -> None:
    assert "@" not in user_of(f"<sip:{text.replace('@', '')}@host>;tag=1")
