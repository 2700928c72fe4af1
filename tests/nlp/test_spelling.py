"""Homophones of known words are spelled as those; everything else stays as it was heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.phrases import Phrases
from nlp.spelling import as_known

KNOWN = Phrases.of(["加班", "斑马线", "红绿灯", "路灯", "拖欠工资"])


@pytest.mark.parametrize(
    ("heard", "known"),
    [
        ("增加班马县和红绿灯", "增加斑马线和红绿灯"),
        ("老板托欠公资", "老板拖欠工资"),
        ("增加班马县", "增加斑马线"),  # though 加班 stands there
        ("陆等坏了", "陆等坏了"),  # two syllables coincide by chance
        ("洪立东", "洪立东"),  # not a homophone, only near
        ("", ""),
    ],
)
def test_only_whole_homophones_of_three_syllables_are_respelled(heard: str, known: str) -> None:
    assert as_known(heard, KNOWN) == known


@given(st.text(alphabet="班斑马县线红绿灯路拖托欠公工资，好", max_size=30))
def test_a_text_keeps_its_length_and_what_is_spelled_right_stays(text: str) -> None:
    spelled = as_known(text, KNOWN)
    assert len(spelled) == len(text)
    assert as_known(spelled, KNOWN) == spelled
