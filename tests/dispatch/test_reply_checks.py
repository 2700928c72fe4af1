"""答复自查: what says nothing is named; what says something is left alone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dispatch.handling.replies import Answer
from dispatch.handling.reply_checks import STOPS, Before, Lack, look, stopped

GOOD = "您反映的路灯已于11月24日上午修好，共更换灯泡3只，感谢监督。"
REACHED = Before(reached=True)


def lacks(told: str, *, solved: bool = True, before: Before = REACHED, **more: str) -> list[Lack]:
    given_: dict[str, Any] = {"result": "更换灯泡3只", "unsolved_reason": "待材料到货", **more}
    answer = Answer(is_true=True, is_solved=solved, public_reply=told, **given_)
    return [each.lack for each in look(answer, before)]


@pytest.mark.parametrize(
    "told",
    [
        GOOD,
        "我局已于昨日派员到现场核查，责令该店停业整改，并处罚款两千元。",
        "经核实，该路段属《城市道路管理条例》规定的限行路段，标志牌已经补设。",
        "高度重视您的来电，已于本周三安排清运车2台，建筑垃圾清理完毕。",
    ],
)
def test_a_reply_that_says_what_was_done_is_left_alone(told: str) -> None:
    assert lacks(told) == []


@pytest.mark.parametrize(
    ("told", "lack"),
    [
        ("好的", Lack.TOO_SHORT),
        ("。。。。。。。。", Lack.TOO_SHORT),
        ("我单位高度重视，正在处理，请您耐心等待。", Lack.STOCK),
        ("您的诉求我们已转相关部门，将尽快处理，感谢您的理解。", Lack.STOCK),
        ("路灯已经修好了。", Lack.THIN),
        ("您反映的问题经过我们的工作，已经得到了妥善的处置和解决。", Lack.NO_FACT),
        ("我局计划12月3日前更换该处灯杆，届时将恢复照明，请您留意。", Lack.ONLY_PROMISED),
        ("此事不属于我局职责，建议您11月30日前向供电部门咨询反映。", Lack.PASSED_ON),
        ("联系人电话13989001234，路灯已于11月24日上午修好，请放心。", Lack.PERSONAL),
    ],
)
def test_what_says_nothing_is_named(told: str, lack: Lack) -> None:
    assert lack in lacks(told)


def test_what_is_missing_beside_the_words_is_named_too() -> None:
    assert lacks(GOOD, result=" 。") == [Lack.NO_RESULT]
    assert lacks(GOOD, solved=False, unsolved_reason=" ") == [Lack.NO_REASON]
    assert lacks(GOOD, before=Before()) == [Lack.NOT_CONTACTED]
    assert lacks(GOOD, before=Before(asked=GOOD, reached=True)) == [Lack.ECHO]
    assert lacks(f" {GOOD}\n", before=Before(rejected=[GOOD], reached=True)) == [
        Lack.REJECTED_BEFORE
    ]
    at = datetime(2026, 11, 24, 4, tzinfo=UTC)
    said = Answer("更换灯泡3只", True, True, GOOD, contacted_at=at)
    assert look(said, Before()) == []


@given(told=some.text(max_size=80), solved=some.booleans())
def test_what_stops_a_reply_is_told_first_and_nothing_else_stops_it(
    told: str, solved: bool
) -> None:
    found = look(Answer("做了", True, solved, told), Before())
    stops = [each.stops for each in found]
    assert stops == sorted(stops, reverse=True)
    assert stopped(found) == any(each.lack in STOPS for each in found)
