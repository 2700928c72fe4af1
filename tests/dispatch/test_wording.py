"""Why a clock is due when it is, in words."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.models import Clock
from dispatch.rules.calendar import due
from dispatch.rules.holiday_notices import calendar_with, load_calendar
from dispatch.rules.layers import Day, DayKind, Source
from dispatch.rules.limits import Limit, parse_limit
from dispatch.timing.reckoning import Terms, read_parts, reckon, written
from dispatch.timing.wording import changes_of, explain
from hotline.core.clock import BEIJING
from hotline.core.events import Event, EventType


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def clock(
    start: datetime,
    limit: str,
    district: str = "540100",
    *,
    moves_off_days: bool = False,
    ceiling_at: datetime | None = None,
    imported: tuple[Day, ...] = (),
) -> Clock:
    parts = read_parts(limit, moves_off_days=moves_off_days)
    calendar = calendar_with(district, imported)
    found = reckon(start, Terms(parts, 75, ceiling_at), calendar)
    return Clock(
        ticket_id=1,
        subject="order:1",
        kind="reply_by",
        limit=written(parts),
        started_at=start,
        warning_at=found.warning_at,
        due_at=found.due_at,
        escalates_at=found.due_at,
        provisional=found.provisional,
        moves_off_days=moves_off_days,
        ceiling_at=ceiling_at,
        trace=found.trace,
    )


def test_days_are_folded_and_each_holiday_names_its_notice() -> None:
    assert explain(clock(at("2026-02-12T10:00"), "3wd", "000000")) == [
        "答复时限3个工作日，从2026年2月12日10:00起算，当天不计，放假的日子不计。",
        "2月13日 工作日，计1天。",
        "2月14日 春节调休上班（国务院办公厅通知），计1天，累计2天。",
        "2月15日至23日 春节放假（国务院办公厅通知），不计。",
        "2月24日 工作日，计1天，累计3天。",
        "因此2026年2月24日18:00到期。",
    ]


def test_a_regions_own_days_are_told_apart_from_the_nations() -> None:
    said = explain(clock(at("2026-02-12T10:00"), "3wd"))
    assert "2月15日至26日 春节、藏历新年放假（拉萨市2026年春节、藏历新年放假安排），不计。" in said
    assert said[-1] == "因此2026年2月27日18:00到期。"


def test_weekends_are_folded() -> None:
    said = explain(clock(at("2026-11-20T10:00"), "7wd"))
    assert said[1:-1] == [
        "11月21日至22日 周末，不计。",
        "11月23日至27日 工作日，计5天。",
        "11月28日至29日 周末，不计。",
        "11月30日至12月1日 工作日，计2天，累计7天。",
    ]


def test_hours_say_how_many_each_day_held() -> None:
    assert explain(clock(at("2026-11-25T16:30"), "4wh")) == [
        "答复时限4个工作小时，从2026年11月25日16:30起算，只计办公时间。",
        "11月25日 工作日，计1.5小时。",
        "11月26日 工作日，计2.5小时，累计4小时。",
        "因此2026年11月26日12:00到期。",
    ]
    assert "11月25日至26日，计24小时。" in explain(clock(at("2026-11-25T16:30"), "24h"))


def test_an_unannounced_year_is_said_to_be_provisional() -> None:
    said = explain(clock(at("2026-12-30T10:00"), "3wd"))
    assert "1月1日 工作日（通知未发布，暂按周一至周五上班计），计1天，累计2天。" in said
    assert "暂定" in said[-1]


def test_an_extension_is_told_as_a_part_of_its_own() -> None:
    said = explain(clock(at("2026-11-25T10:00"), "1wd+2wd"))
    assert said[1:] == [
        "11月26日 工作日，计1天。",
        "延期2个工作日，从原到期时间接着计算。",
        "11月27日 工作日，计1天。",
        "11月28日至29日 周末，不计。",
        "11月30日 工作日，计1天，累计2天。",
        "因此2026年11月30日18:00到期。",
    ]


def test_a_waiting_clock_and_one_below_another_say_so() -> None:
    waiting = clock(at("2026-11-25T10:00"), "1wd")
    waiting.waits_for = "suspension:1"
    below = clock(at("2026-11-25T10:00"), "7wd", ceiling_at=at("2026-11-27T18:00"))

    assert "暂停计时" in explain(waiting)[-1]
    assert explain(below)[-2:] == [
        "下级承办须早于上级的到期时间，所以止于2026年11月27日17:59。",
        "因此2026年11月27日17:59到期。",
    ]


def test_the_public_reason_is_said_and_not_the_name_of_the_wait() -> None:
    waiting = clock(at("2026-11-25T10:00"), "1wd")
    waiting.waits_for = "suspension:1"
    said = explain(waiting, waits="冻土期不能开挖")
    assert said[-1] == "现在因冻土期不能开挖暂停计时，恢复后接着计算剩余的时间。"
    assert not any("suspension" in sentence for sentence in said)


def test_what_a_limit_says_of_its_own_is_told() -> None:
    own = clock(at("2026-11-25T10:00"), "1wd")
    own.ends_at, own.calendar = "17:30", "national"
    assert explain(own)[1:3] == ["只按全国的放假安排计算。", "最后一天到17:30为止。"]


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("雪顿节调休", DayKind.WORK, "雪顿节调休上班"),
        ("雪顿节调休上班", DayKind.WORK, "雪顿节调休上班"),
        ("雪顿节", DayKind.WORK, "雪顿节调休上班"),
        ("雪顿节放假", DayKind.OFF, "雪顿节放假"),
    ],
)
def test_a_word_that_the_notice_says_already_is_not_said_again(
    name: str, kind: DayKind, told: str
) -> None:
    saturday = at("2026-11-28T00:00").date()
    day = Day("540100", saturday, kind, name, Source("拉萨市某通知"))
    said = explain(clock(at("2026-11-27T10:00"), "1wd", imported=(day,)))
    assert any(sentence.startswith(f"11月28日 {told}（") for sentence in said)


def test_a_notice_that_moved_it_is_told_with_both_due_times() -> None:
    notice = Source("拉萨市某通知")
    day = Day("540100", at("2026-11-26T00:00").date(), DayKind.OFF, "纪念日", notice)
    moved = clock(at("2026-11-25T10:00"), "1wd", imported=(day,))
    refs = {
        "subject": "order:1",
        "clock": "reply_by",
        "before": "2026-11-26T10:00:00+00:00",
        "due": "2026-11-27T18:00:00+08:00",
        "why": "拉萨市某通知",
    }
    told = event(EventType.CLOCK_RECKONED, refs)
    others = [event(EventType.CLOCK_DUE, refs), event(told.type, {**refs, "subject": "order:2"})]

    said = explain(moved, changes_of(moved, [told, *others]))

    assert "11月26日 纪念日放假（拉萨市某通知），不计。" in said
    assert said[-1] == (
        "2026年11月25日12:00因拉萨市某通知，到期时间由2026年11月26日18:00改为2026年11月27日18:00。"
    )
    assert len([sentence for sentence in said if "改为" in sentence]) == 1


def event(type: str, refs: dict[str, str]) -> Event:
    return Event(
        at=at("2026-11-25T12:00"),
        type=type,
        chain="ticket:1",
        seq=1,
        actor="hotline",
        audience="department",
        refs=refs,
        prev_hash="",
        hash="",
    )


@given(
    st.integers(0, 366 * 24).map(lambda n: at("2026-01-01T00:30") + timedelta(hours=n)),
    st.lists(st.sampled_from(["1h", "30h", "1wh", "9wh", "1d", "4d", "1wd", "8wd"]), min_size=1)
    .map(lambda parts: parts[:3])
    .map("+".join),
    st.booleans(),
)
def test_every_count_can_be_told_and_ends_with_what_was_counted(
    start: datetime, limit: str, moves_off_days: bool
) -> None:
    told = clock(start, limit, moves_off_days=moves_off_days)
    parts = limit.split("+")

    said = explain(told)

    assert sum(sentence.startswith("延期") for sentence in said) == len(parts) - 1
    assert sum("到期。" in sentence for sentence in said) == 1
    assert all(sentence.endswith("。") for sentence in said)


@pytest.mark.parametrize("text", ["1d", "3d"])
def test_natural_days_that_move_over_days_off_say_why(text: str) -> None:
    limit: Limit = replace(parse_limit(text), moves_off_days=True)
    start = at("2026-09-30T10:00")
    said = explain(clock(start, text, moves_off_days=True))
    assert any(sentence.endswith("国庆节放假（国务院办公厅通知），不计。") for sentence in said)
    assert due(start, limit, load_calendar("540100")).due == at("2026-10-08T18:00")
