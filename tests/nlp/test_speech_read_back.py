"""Numbers that were heard are marked, so that nobody takes them for granted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.masking import mask_text
from nlp.read_back import stretches


def numbers(text: str) -> list[str]:
    return [each.text for each in stretches(text) if each.number]


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("我的电话是一三九八九零零一二三四", ["一三九八九零零一二三四"]),
        ("电话13989001234，谢谢", ["13989001234"]),
        ("138-2855-3316", ["138-2855-3316"]),
        ("身份证540102199001011234", ["540102199001011234"]),
        ("一共欠了两万八千元", ["两万八千元"]),
        ("车牌藏A12345", ["藏A12345"]),
        ("门牌三零二", ["三零二"]),
        ("三个月没发工资，路灯坏了", []),
        ("一九九路", ["一九九"]),
        ("", []),
    ],
)
def test_what_must_be_read_back_is_marked(said: str, marked: list[str]) -> None:
    assert numbers(said) == marked


def test_a_masked_number_is_still_a_number() -> None:
    (number,) = numbers(mask_text("打13989001234这个电话"))
    assert number == "139****1234"


@given(st.text(alphabet="一二三四五六七八九零幺0123456789元万藏A我的电话是，-* ", max_size=40))
def test_the_stretches_are_the_text_and_none_is_empty(text: str) -> None:
    cut = stretches(text)
    assert "".join(each.text for each in cut) == text
    assert all(each.text for each in cut)


@given(st.text(alphabet="0123456789", min_size=3, max_size=20))
def test_no_run_of_digits_goes_unmarked(digits: str) -> None:
    assert digits in "".join(numbers(f"号码{digits}。"))
