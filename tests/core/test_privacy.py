"""What the vault keeps, and what leaves it."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from hotline.core import privacy, vault
from hotline.core.errors import Invalid
from hotline.core.masking import mask_digits
from hotline.core.phone import PhoneNumber, parse_phone
from hotline.core.privacy import AccessLog, Person, mask_text
from tests.factories import CALLER

# 179 is no mobile's: what is dialled after it goes by another carrier.
mobiles = st.from_regex(r"1(?:[3-689][0-9]|7[0-8])[0-9]{8}", fullmatch=True)


@given(st.text(), st.binary(min_size=32, max_size=32))
def test_what_is_sealed_opens_with_its_key_alone(text: str, key: bytes) -> None:
    sealed = vault.encrypt(key, text.encode(), "test")
    assert vault.decrypt(key, sealed, "test").decode() == text
    with pytest.raises(vault.Unreadable):
        vault.decrypt(bytes(32) if key != bytes(32) else bytes([1]) * 32, sealed, "test")
    with pytest.raises(vault.Unreadable):
        vault.decrypt(key, sealed, "another purpose")


@given(mobiles, st.sampled_from(["我的电话是{}，请联系", "{}", "打{}或者来人"]))
def test_no_mobile_number_survives_the_mask(mobile: str, sentence: str) -> None:
    masked = mask_text(sentence.format(mobile))
    assert mobile not in masked
    assert mobile[-4:] in masked


@pytest.mark.parametrize(
    "secret",
    [
        "540102199001011234",
        "54010219900101123X",
        "540102 1990 0101 1234",
        "6222021234567890123",
        "6222 0212 3456 7890 123",
        "0891-6812345",
        "6812345",
        "139-8900-1234",
        "139、8900、1234",
        "1 3 9 8 9 0 0 1 2 3 4",
        "１３９８９００１２３４",
        "一三九八九零零一二三四",
        "幺三九\n八九零零\n幺二三四",
        "藏A12345",
    ],
)
def test_other_personal_numbers_are_hidden(secret: str) -> None:
    assert secret not in mask_text(f"资料：{secret}。")


def test_ordinary_numbers_and_tibetan_stay_as_they_are() -> None:
    text = "欠了28000元，三个月，12345，ལྷ་ས་གྲོང་ཁྱེར།"
    assert mask_text(text) == text


@given(mobiles)
def test_a_phone_number_never_prints_itself(mobile: str) -> None:
    number = parse_phone(mobile)
    assert number is not None
    assert mobile not in f"{number} {number!r}"


@pytest.mark.parametrize("caller", ["", "anonymous", "sipp", "caller", "abc123"])
def test_a_caller_without_a_number_has_none(caller: str) -> None:
    assert parse_phone(caller) is None


@given(st.text("0123456789", max_size=20))
def test_at_least_half_of_a_number_is_hidden(digits: str) -> None:
    masked = mask_digits(digits)
    assert len(masked) == len(digits)
    assert masked.count("*") >= (len(digits) + 1) // 2 or len(digits) in (11, 12, 13)
    assert len(digits) >= 7 or set(masked) <= {"*"}


def test_one_number_is_one_person(session: Session, now: datetime) -> None:
    first = privacy.know_person(session, CALLER, now=now)
    second = privacy.know_person(session, CALLER, now=now)
    other = privacy.know_person(session, PhoneNumber("+8613989005678"), now=now)
    nobody = privacy.know_person(session, None, now=now)
    assert first.id == second.id
    assert len({first.id, other.id, nobody.id}) == 3


def test_the_tables_hold_no_readable_number(session: Session, now: datetime) -> None:
    person = privacy.know_person(session, CALLER, now=now)
    row = session.get_one(Person, person.id)
    for value in row.model_dump().values():
        assert "13989001234" not in str(value)


def test_a_look_needs_a_reason_and_leaves_a_row(session: Session, now: datetime) -> None:
    person = privacy.know_person(session, CALLER, now=now)
    look = {"subject": "T1", "actor": "agent-7", "now": now}
    with pytest.raises(Invalid):
        privacy.reveal(session, person, reason=" ", **look)  # type: ignore[arg-type]
    seen = privacy.reveal(session, person, reason="回电核实地址", **look)  # type: ignore[arg-type]
    assert seen.phone == CALLER
    logged = session.exec(select(AccessLog).where(AccessLog.subject == "T1")).one()
    assert (logged.actor, logged.reason, privacy.why(person, logged)) == (
        "agent-7",
        "",
        "回电核实地址",
    )
