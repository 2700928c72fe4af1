"""Text is cleaned without losing words, and cut the same way everywhere."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlp import names, text


@given(st.text())
@example(raw="e\u200b\u0301")
def test_clean_text_stays_as_it_is(raw: str) -> None:
    clean = text.normalise(raw)
    assert text.normalise(clean) == clean


@given(st.text())
@example(raw="停水 \x00 了")
def test_no_control_character_and_no_double_blank_is_left(raw: str) -> None:
    clean = text.normalise(raw)
    assert not [c for c in clean if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"}]
    assert "  " not in clean
    assert clean == clean.strip()


def test_full_width_letters_become_plain_and_hidden_signs_go() -> None:
    raw = "\ufeffＡＢＣ１２３　路\u200b灯\x00坏了\r\n\t请修"
    assert text.normalise(raw) == "ABC123 路灯坏了 请修"


def test_tibetan_keeps_every_sign() -> None:
    greeting = "བཀྲ་ཤིས་བདེ་ལེགས།"
    assert text.normalise(greeting) == greeting
    assert text.tokens(f"你好{greeting}") == ["你好", "བཀྲ", "ཤིས", "བདེ", "ལེགས"]


def test_words_are_cut_and_punctuation_left_out() -> None:
    words = ["小区", "停水", "了", "WiFi", "也", "不行"]
    assert text.tokens("小区，停水了！WiFi 也不行。") == words


@pytest.mark.parametrize("silence", ["", "  \n", "。。。……？！", "\u200b"])
def test_silence_has_no_words(silence: str) -> None:
    assert text.tokens(silence) == []


def test_loading_the_dictionary_warns_of_nothing_and_leaves_no_shared_file() -> None:
    script = (
        "import os, pathlib, tempfile; from nlp import text\n"
        "with tempfile.TemporaryDirectory() as shared:\n"
        "    tempfile.tempdir = shared; text.warm(); assert text.tokens('路灯坏了')\n"
        "    assert not os.listdir(shared)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["张三", "王伟", "李某", "欧阳娜娜", "胡书记", "刘厅长", "雷锋"])
def test_names_and_titled_surnames_are_seen(name: str) -> None:
    assert names.names_a_person(name)


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("张小明的低保怎么没发", "某某某的低保怎么没发"),
        ("王科长收受贿赂", "某科长收受贿赂"),
        ("扎西顿珠家的草场补助", "某某某某家的草场补助"),
        ("欧阳文静的户口", "某某某某的户口"),
        ("我叫央金，要办边防证", "我叫某某，要办边防证"),
        ("养狗扰民怎么办", "养狗扰民怎么办"),
        ("高新区停电", "高新区停电"),
        ("去阿里要办证吗", "去阿里要办证吗"),
    ],
)
def test_names_in_what_was_said_are_hidden_sign_by_sign(said: str, hidden: str) -> None:
    assert names.hide(said) == hidden


@pytest.mark.parametrize("word", ["路灯", "幼儿园", "养老金", "红绿灯", "文明", "水费", "公交车"])
def test_everyday_words_are_no_names(word: str) -> None:
    assert not names.names_a_person(word)
