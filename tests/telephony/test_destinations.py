"""Whom the hotline rings, and whom it never does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.phone import PhoneNumber, parse_phone
from hotline.core.settings import Settings
from telephony.destinations import NotAllowed, destination, is_pattern, is_trunk

TRUNK = "sip:{number}@trunk.example:5060"
ALLOWED: str = Settings.model_fields["outbound_allowed"].default
HOME = "sip:13989001234@127.0.0.1:5070"
MOBILE = PhoneNumber("+8613989001234")


def ring(number: str, contact: str = "", template: str = TRUNK) -> str | NotAllowed:
    return destination(parse_phone(number), contact, template, ALLOWED)


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("13989001234", "13989001234"),
        ("+86 139 8900 1234", "13989001234"),
        ("0891-6331234", "08916331234"),
        ("010 1234 5678", "01012345678"),
    ],
)
def test_a_number_at_home_is_dialled_through_the_trunk(number: str, dialled: str) -> None:
    assert ring(number) == f"sip:{dialled}@trunk.example:5060"


@pytest.mark.parametrize(
    "number",
    [
        *("+14155551234", "0014155551234", "+85291234567", "+447911123456", "+39 06 1234 5678"),
        *("16812345", "4001234567", "8001234567", "95588", "12345", "110", "+8600441234567"),
        *("+861012345", "sipp", ""),
    ],
)
def test_premium_foreign_and_short_numbers_are_never_rung(number: str) -> None:
    assert isinstance(ring(number), NotAllowed)
    if parse_phone(number):
        assert isinstance(ring(number, HOME, ""), NotAllowed)


def test_a_site_may_allow_abroad_by_its_own_pattern() -> None:
    hongkong = parse_phone("+85291234567")
    assert destination(hongkong, "", TRUNK, r"\+852\d{8}") == "sip:+85291234567@trunk.example:5060"


def test_without_a_trunk_only_this_machine_is_rung() -> None:
    assert ring("13989001234", HOME, "") == f"{HOME};transport=udp"
    assert ring("alice", "sip:alice@127.0.0.1:5070;transport=TCP;ob", "") == (
        "sip:alice@127.0.0.1:5070;transport=tcp"
    )
    assert ring("13989001234", "sip:[::1]:5070", "") == "sip:[::1]:5070;transport=udp"


@pytest.mark.parametrize(
    "contact",
    [
        *("", "sip:a@192.0.2.1", "sip:a@127.0.0.1.evil.example", "sip:a@localhost", "tel:110"),
        *("sip:a@127.0.0.1;maddr=192.0.2.1", "sip:a@127.0.0.1?Route=<sip:192.0.2.1>"),
        *("sip:a@127.0.0.1;transport=tls", "sip:a@127.0.0.1;lr", "sips:a@127.0.0.1"),
        *("sip:a@127.0.0.1\r\nX: y", "sip:a@127.0.0.1\n", "sip:a%40evil@127.0.0.1"),
        *("sip:a;x@127.0.0.1", "sip:a@evil@127.0.0.1", "sip:a:secret@127.0.0.1"),
        *("sip:a@127.0.0.1:99999", "sip:a@127.1", "<sip:a@127.0.0.1>", "sip:a@0.0.0.0"),
        *("sip:a@127.0.0.1 ", "sip:１@127.0.0.1", "sip:a@[::ffff:192.0.2.1]"),
    ],
)
def test_a_contact_that_could_lead_elsewhere_is_refused(contact: str) -> None:
    assert isinstance(destination(MOBILE, contact, "", ALLOWED), NotAllowed)


@pytest.mark.parametrize(
    ("template", "good"),
    [
        (TRUNK, True),
        ("sip:9{number}@192.0.2.7", True),
        ("sip:{number}@pbx.example:5080;transport=tcp", True),
        ("sip:{number}@host?x=y", False),
        ("sip:12345@host", False),
        ("sip:{number}@host\n", False),
        ("{number}", False),
        ("sip:{number}@{number}", False),
    ],
)
def test_a_template_leaves_only_the_number_open(template: str, good: bool) -> None:
    assert is_trunk(template) is good
    assert isinstance(destination(MOBILE, "", template, ALLOWED), str) is good


def test_a_broken_pattern_is_noticed() -> None:
    assert is_pattern(ALLOWED)
    assert not is_pattern("(")


@given(st.text(max_size=40), st.text(max_size=60))
def test_whatever_is_dialled_is_digits_to_the_trunk(number: str, contact: str) -> None:
    address = ring(number, contact)
    if isinstance(address, str):
        assert re.fullmatch(r"sip:(1[3-9]\d{9}|0[1-9]\d{8,10})@trunk\.example:5060", address)


@given(st.from_regex(r"\+86[0-9]{5,12}", fullmatch=True))
def test_no_number_at_home_leads_abroad(number: str) -> None:
    address = ring(number)
    assert isinstance(address, NotAllowed) or not address.startswith(("sip:00", "sip:+"))


@given(st.text(alphabet="sip:@;?=&<>[]a1270.\r\n %", max_size=40))
def test_a_contact_never_leaves_this_machine(contact: str) -> None:
    address = destination(None, contact, "", ALLOWED)
    if isinstance(address, str):
        shape = r"sip:([A-Za-z0-9._+-]+@)?(127\.[0-9.]+|\[::1\])(:[0-9]+)?;transport=(udp|tcp)"
        assert re.fullmatch(shape, address)
