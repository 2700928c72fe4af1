import itertools
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.entities import PERSONAL, EntityKind, extract, mask
from nlp.numerals import parse, spoken_digits


def found(text: str) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for entity in extract(text):
        kinds.setdefault(entity.kind.value, []).append(entity.text)
    return kinds


def values(text: str, kind: EntityKind) -> list[str]:
    return [entity.value for entity in extract(text) if entity.kind is kind]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("两万八千", 28000),
        ("一万二", 12000),
        ("三百五", 350),
        ("三千零五十", 3050),
        ("十五", 15),
        ("一百零五", 105),
        ("28,000", 28000),
        ("1.5万", 15000),
        ("一亿三千万", 130_000_000),
        ("幺三九", 139),
    ],
)
def test_number_words_have_their_value(words: str, number: int) -> None:
    assert parse(words) == Decimal(number)


def test_what_is_no_number_has_no_value() -> None:
    assert parse("路灯") is None
    assert parse("") is None


@given(st.text(alphabet="零一二三四五六七八九十百千万亿0123456789.,", max_size=12))
def test_any_run_of_number_signs_has_a_value_or_none(text: str) -> None:
    value = parse(text)
    assert value is None or (value.is_finite() and value >= 0)
    if text.isascii() and text.isdigit():
        assert value == int(text)


def test_amounts_are_yuan() -> None:
    text = "欠我两万八千元，押金1.2万元，另外三百五十块钱没退，还有2000多块"

    assert values(text, EntityKind.AMOUNT) == ["28000", "12000", "350", ""]


def test_spans_are_normalised_only_where_sure() -> None:
    spans = {e.text: e.value for e in extract("断了两天，拖了三个月，等了一个半小时，坏了半个月")}

    assert spans == {"两天": "P2D", "三个月": "P3M", "一个半小时": "", "半个月": ""}


def test_times_are_kept_as_said() -> None:
    text = "昨天晚上十点开始，上周三也有，2026年3月5号来过人"

    assert found(text)["time"] == ["昨天晚上十点", "上周三", "2026年3月5号"]


def test_addresses_lose_the_words_before_them() -> None:
    text = "我家住在格桑路15号吉祥小区3栋2单元，晚上走路看不见"

    assert found(text)["address"] == ["格桑路15号", "吉祥小区3栋2单元"]


def test_a_way_that_nobody_can_see_is_no_address() -> None:
    text = "城关区北京东路的路灯坏了，晚上看不见路，我也看不清路"

    assert found(text)["address"] == ["北京东路"]


def test_organisations_need_a_name() -> None:
    assert found("我要反映高原红建筑有限公司")["organisation"] == ["高原红建筑有限公司"]
    assert "organisation" not in found("我们小区物业不管，公司也不管")


def test_personal_values_are_shown_masked() -> None:
    text = "电话13912345678，身份证540102199001011234，车牌藏A12345，卡号6222021234567890123"

    shown = [entity.shown for entity in extract(text) if entity.kind in PERSONAL]

    assert shown == [
        "139****5678",
        "540***********1234",
        "藏A*****",
        "622************0123",
    ]
    assert "value" not in extract(text)[0].as_json()
    assert "13912345678" not in repr(extract(text))


def test_number_read_out_loud_is_a_phone_and_is_masked() -> None:
    text = "我的电话是一三九一二三四五六七八请回电"

    assert values(text, EntityKind.PHONE) == ["13912345678"]
    assert mask(text) == "我的电话是139****5678请回电"


@given(st.text(alphabet=string.digits + "一二三四五六七八九零，我的电话路元天", max_size=40))
def test_no_mobile_number_survives_the_mask(noise: str) -> None:
    assert "13912345678" not in mask(f"{noise}，13912345678，{noise}")


@given(st.text(max_size=60))
def test_entities_lie_in_the_text_and_never_overlap(text: str) -> None:
    entities = extract(text)

    assert all(text[one.start : one.end] == one.text for one in entities)
    assert all(a.end <= b.start for a, b in itertools.pairwise(entities))


@given(st.text(alphabet="零一二三四五六七八九幺十百abc", max_size=30))
def test_writing_spoken_digits_keeps_every_place(text: str) -> None:
    assert len(spoken_digits(text)) == len(text)
