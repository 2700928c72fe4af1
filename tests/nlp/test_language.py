import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.language import Language, language_of, syllables


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("城关区的路灯坏了", "zh"),
        ("WiFi坏了三天，装的是ADSL", "zh"),
        ("ང་ཚོའི་གྲོང་གསེབ་ལ་འཐུང་ཆུ་མི་འདུག", "bo"),
        ("ང་ཚོའི་གྲོང་གསེབ་ལ་འཐུང་ཆུ་མི་འདུག 12345 OK", "bo"),
        ("我们村 འཐུང་ཆུ་མི་འདུག 已经三天没有水了", "mixed"),
        ("请问 привет как дела 在哪里办", "mixed"),
        ("路灯坏了 привет мир как дела", "mixed"),
        ("路灯坏了 the street lamp in front of my house", "mixed"),
        ("The street lamp in front of my house is broken", "other"),
        ("मेरो घरमा पानी छैन", "other"),
        ("👍👍 123 ！", "none"),
        ("", "none"),
    ],
)
def test_letters_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_tibetan_is_cut_at_its_tsheg_and_shad() -> None:
    assert syllables("ལྷ་སའི་ལམ། 路 ཆུ༌") == ["ལྷ", "སའི", "ལམ", "ཆུ"]


@given(st.text())
def test_any_text_has_a_language(text: str) -> None:
    assert language_of(text) in Language
