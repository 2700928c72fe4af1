"""What recognised words go through: simplified characters, spaces, loops, error rates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.chinese import join_words, simplify
from nlp.evaluate_speech import character_error_rate, character_errors, comparable
from nlp.loops import cut_loops, looping

HAN = st.text(alphabet="路灯坏了停水物业请尽快处理一二三", max_size=40)


def test_traditional_characters_become_simplified_and_digits_stay() -> None:
    assert simplify("臺灣來電12345，後來") == "台湾来电12345，后来"


def test_spaces_between_chinese_words_go_and_others_stay() -> None:
    assert join_words(" 小区 停水 两天 了 ") == "小区停水两天了"
    assert join_words("坐 K 128 路") == "坐 K 128 路"
    assert join_words("你好 ། བཀྲ་ཤིས") == "你好 ། བཀྲ་ཤིས"


def test_a_repetition_loop_is_cut_to_two_rounds_and_the_rest_is_kept() -> None:
    looped = "我家停水了" + "谢谢大家" * 20 + "快来人"
    assert looping(looped)
    assert cut_loops(looped) == "我家停水了谢谢大家谢谢大家快来人"


@pytest.mark.parametrize("said", ["88888888", "13800000000", "快来快来快来", "谢谢谢谢", ""])
def test_what_a_person_repeats_is_no_loop(said: str) -> None:
    assert not looping(said)
    assert cut_loops(said) == said


@given(HAN, HAN)
def test_cutting_loops_never_lengthens_and_leaves_no_loop_of_the_same_piece(a: str, b: str) -> None:
    looped = a + "嗡嗡" * 30 + b
    cut = cut_loops(looped)
    assert len(cut) < len(looped)
    assert "嗡嗡" in cut


@given(HAN)
def test_a_text_heard_right_has_no_errors(text: str) -> None:
    assert character_error_rate(text, text) == 0


@given(HAN, HAN)
def test_errors_are_symmetric_and_bounded_by_the_longer_text(a: str, b: str) -> None:
    errors, length = character_errors(a, b)
    assert errors == character_errors(b, a)[0]
    assert abs(len(a) - len(b)) <= errors <= max(len(a), len(b))
    assert length == len(a)


def test_punctuation_width_and_the_way_digits_are_written_are_no_errors() -> None:
    assert character_error_rate("电话是一三八幺。", "電話是：１３８１") == 0
    assert comparable("Ａ座 3 号！") == "a座三号"


def test_each_inserted_dropped_or_wrong_character_counts_once() -> None:
    assert character_errors("路灯坏了", "路都坏") == (2, 4)
    assert character_error_rate("路灯", "") == 1
    assert character_error_rate("", "你") == 1
