"""Masks keep the length of a text, hide every number of a person, and are laid only once."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.masking import mask_addresses, mask_leaving, mask_text

ASCII = "0123456789"
FULL, TIBETAN = "０１２３４５６７８９", "༠༡༢༣༤༥༦༧༨༩"
SPOKEN = "零一二三四五六七八九"
scripts = st.sampled_from([ASCII, FULL, TIBETAN, SPOKEN])
pieces = st.sampled_from(
    [*ASCII, *FULL, *TIBETAN, *SPOKEN, *"号栋单元室楼村组路街-－#*、， 藏AＡXx第社队米层院区ལ་"]
)
anything = st.lists(st.one_of(pieces, st.characters()), max_size=60).map("".join)
numbers = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
few = st.integers(1, 999).map(str)


def written(digits: str, script: str) -> str:
    """Return ASCII digits in another script."""
    return digits.translate(str.maketrans(ASCII, script))


@given(anything)
def test_a_mask_keeps_the_length_and_is_laid_only_once(text: str) -> None:
    for mask in (mask_text, mask_addresses, mask_leaving):
        once = mask(text)
        assert len(once) == len(text)
        assert mask(once) == once


@given(anything)
def test_a_mask_only_ever_puts_stars(text: str) -> None:
    pairs = zip(text, mask_leaving(text), strict=True)
    assert all(after in (before, "*") for before, after in pairs)


@given(numbers, scripts)
def test_a_mobile_number_is_hidden_in_every_script(number: str, script: str) -> None:
    said = written(number, script)
    assert said not in mask_text(f"电话{said}。")


@given(few, few, st.integers(1, 30).map(str), st.integers(1, 3505).map(str), scripts)
def test_no_number_of_a_dwelling_is_left(
    door: str, building: str, unit: str, room: str, script: str
) -> None:
    parts = [written(each, script) for each in (door, building, unit, room)]
    text = "我住江苏路{}号{}栋{}单元{}室".format(*parts)
    assert mask_leaving(text) == re.sub(f"[{script}]", "*", text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("北京中路12号院3号楼2单元501室", "北京中路**号院*号楼*单元***室"),
        ("色拉北路十二号", "色拉北路**号"),
        ("三栋二单元三零一", "*栋*单元***"),
        ("夺底路１２－３号", "夺底路**－*号"),
        ("纳金乡嘎巴村3组", "纳金乡嘎巴村*组"),
        ("第二村民小组", "第*村民小组"),
        ("住3-2-501", "住*-*-***"),
        ("8栋4楼漏水", "*栋*楼漏水"),
        ("བོད་ལམ路༡༢号", "བོད་ལམ路**号"),
        ("车牌藏ＡＤ12345", "车牌藏Ａ******"),
        ("卡号6222 0212 3456 7890 123", "卡号622* **** **** ***0 123"),
    ],
)
def test_where_somebody_lives_is_hidden_as_it_is_said(text: str, masked: str) -> None:
    assert mask_leaving(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "坐地铁3号线到5号口",
        "11月5号停水三天",
        "8号公交车不来",
        "一楼大厅的3号窗口",
        "二环路2号线路灯",
        "北京路12号灯杆不亮",
        "国道23号桩塌方",
        "欠了28000元，三个月",
        "5个办公室，302教室",
        "三室一厅",
        "城关区的路灯坏了一个星期",
        "施工队3人",
        "ལྷ་ས་གྲོང་ཁྱེར།",
    ],
)
def test_what_is_no_dwelling_stays_as_it_is(text: str) -> None:
    assert mask_leaving(text) == text
