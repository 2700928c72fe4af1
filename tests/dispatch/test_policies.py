"""The default limit profile, and reading a city's own."""

from datetime import datetime
from pathlib import Path

import pytest

from dispatch.rules.bounds import Scope, Wait
from dispatch.rules.limits import parse_limit
from dispatch.rules.policies import (
    POLICIES,
    NoProfile,
    Policy,
    StartEvent,
    default_policies,
    load_policies,
    policy_for,
    row_for,
)
from dispatch.rules.sheet import BadSheet
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from hotline.core.clock import BEIJING

NOW = datetime(2026, 11, 22, 10, tzinfo=BEIJING)
HEADER = POLICIES.read_text(encoding="utf-8").splitlines()[0] + "\n"


def city(tmp_path: Path, *lines: str) -> tuple[Policy, ...]:
    path = tmp_path / "policies.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return load_policies(path, "city")


@pytest.mark.parametrize(
    ("request_type", "limit"),
    [
        (RequestType.INQUIRY, "3wd"),
        (RequestType.ASSISTANCE, "7wd"),
        (RequestType.COMPLAINT, "7wd"),
        (RequestType.REPORT, "7wd"),
        (RequestType.SUGGESTION, "7wd"),
    ],
)
def test_an_ordinary_reply_has_the_limit_of_its_request_type(
    request_type: RequestType, limit: str
) -> None:
    found = policy_for(ClockKind.REPLY_BY, request_type, Urgency.NORMAL, NOW)
    assert found == parse_limit(limit)


@pytest.mark.parametrize("request_type", RequestType)
@pytest.mark.parametrize("urgency", Urgency)
def test_the_time_class_and_not_the_urgency_shortens_a_reply(
    request_type: RequestType, urgency: Urgency
) -> None:
    limits = {
        each: policy_for(ClockKind.REPLY_BY, request_type, urgency, NOW, time_class=each)
        for each in TimeClass
    }
    assert limits[TimeClass.EMERGENCY] == parse_limit("2h")
    assert limits[TimeClass.UTILITY] == parse_limit("24h")
    assert limits[TimeClass.COMPLEX] == parse_limit("15wd")
    assert limits[TimeClass.NORMAL] == policy_for(
        ClockKind.REPLY_BY, request_type, Urgency.NORMAL, NOW
    )


@pytest.mark.parametrize(
    ("kind", "limit", "starts_at"),
    [
        (ClockKind.DISPATCH_BY, "1h", StartEvent.REGISTERED),
        (ClockKind.ACCEPT_BY, "4wh", StartEvent.DISPATCHED),
        (ClockKind.CONTACT_BY, "5wh", StartEvent.DISPATCHED),
        (ClockKind.RETURN_BY, "1wd", StartEvent.DISPATCHED),
        (ClockKind.CALLBACK_BY, "2wd", StartEvent.REPLIED),
        (ClockKind.RECTIFY_BY, "5wd", StartEvent.RATED),
    ],
)
def test_the_other_clocks_have_one_limit_and_one_start(
    kind: ClockKind, limit: str, starts_at: StartEvent
) -> None:
    for request_type in RequestType:
        row = row_for(kind, request_type, Urgency.CRITICAL, NOW)
        assert row is not None
        assert (row.limit, row.starts_at) == (parse_limit(limit), starts_at)


def test_every_default_row_warns_at_three_quarters_and_names_its_source() -> None:
    assert {row.warning_percent for row in default_policies()} == {75}
    assert all(row.source for row in default_policies())


def test_a_row_comes_into_force_on_its_day_in_beijing(tmp_path: Path) -> None:
    policies = city(
        tmp_path,
        "city,reply_by,*,*,*,7wd,dispatched,no,none,,unit,75,,,old",
        "city,reply_by,*,*,*,5wd,dispatched,no,none,,unit,75,2026-07-01,,new",
    )

    def limit_at(moment: str) -> str:
        at = datetime.fromisoformat(moment)
        kind, urgency = ClockKind.REPLY_BY, Urgency.NORMAL
        return str(policy_for(kind, RequestType.OTHER, urgency, at, policies=policies))

    assert limit_at("2026-06-30T15:59:59+00:00") == "7wd"
    assert limit_at("2026-06-30T16:00:00+00:00") == "5wd"


def test_a_row_past_its_last_day_sets_no_limit(tmp_path: Path) -> None:
    policies = city(
        tmp_path, "city,reply_by,*,*,*,7d,dispatched,yes,none,,unit,75,,2026-11-21,trial"
    )
    before = NOW.replace(day=21)
    kind, other, normal = ClockKind.REPLY_BY, RequestType.OTHER, Urgency.NORMAL

    kept = policy_for(kind, other, normal, before, policies=policies)

    assert kept is not None
    assert kept.moves_off_days
    assert policy_for(kind, other, normal, NOW, policies=policies) is None
    assert policy_for(ClockKind.ACCEPT_BY, other, normal, before, policies=policies) is None


def test_the_row_that_names_the_case_most_closely_wins(tmp_path: Path) -> None:
    policies = city(
        tmp_path,
        "city,reply_by,*,*,*,9wd,dispatched,no,none,,unit,75,2026-01-01,,all",
        "city,reply_by,complaint,*,*,7wd,dispatched,no,none,,unit,75,,,type",
        "city,reply_by,*,critical,*,1wd,dispatched,no,none,,unit,75,,,urgency",
        "city,reply_by,*,*,utility,24h,dispatched,no,none,,unit,75,,,class",
    )

    def found(request_type: RequestType, urgency: Urgency, time_class: TimeClass) -> str:
        kind = ClockKind.REPLY_BY
        return str(
            policy_for(kind, request_type, urgency, NOW, time_class=time_class, policies=policies)
        )

    assert found(RequestType.INQUIRY, Urgency.NORMAL, TimeClass.NORMAL) == "9wd"
    assert found(RequestType.COMPLAINT, Urgency.NORMAL, TimeClass.NORMAL) == "7wd"
    assert found(RequestType.COMPLAINT, Urgency.CRITICAL, TimeClass.NORMAL) == "1wd"
    assert found(RequestType.COMPLAINT, Urgency.CRITICAL, TimeClass.UTILITY) == "24h"


def test_every_bad_row_is_named_by_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(BadSheet) as refused:
        city(
            tmp_path,
            "city,reply_by,*,*,*,7 days,dispatched,no,none,,unit,75,,,x",
            "city,answer_by,*,*,*,7wd,dispatched,no,none,,unit,75,,,x",
            "city,reply_by,*,*,*,7wd,dispatched,maybe,none,,unit,75,,,x",
            "city,reply_by,*,*,*,7wd,dispatched,no,none,,unit,100,,,x",
            "city,reply_by,*,*,*,7wd,dispatched,no,none,,unit,75,2026-02-01,2026-01-01,x",
            "city,reply_by,*,*,*,7wd,dispatched,no,none,,unit,75,,,",
            "city,reply_by,*,*,*,7wd,dispatched,no,holiday,,unit,75,,,x",
            "city,reply_by,*,*,*,7wd,dispatched,no,none,24:30,unit,75,,,x",
            "city,reply_by,*,*,*,24h,dispatched,no,none,close,unit,75,,,x",
            "city,reply_by,*,*,*,7wd,dispatched,no,none,,county,75,,,x",
        )
    assert [(bad.line, bad.column) for bad in refused.value.lines] == [
        (2, "limit"),
        (3, "clock"),
        (4, "moves_off_days"),
        (5, "warning_percent"),
        (6, "until"),
        (7, "source"),
        (8, "pauses"),
        (9, "ends_at"),
        (10, "ends_at"),
        (11, "calendar"),
    ]


def test_the_default_goes_by_the_units_calendar_and_waits_where_somebody_answers() -> None:
    rows = default_policies()
    assert {(row.ends_at, row.calendar) for row in rows} == {("", Scope.UNIT)}
    waiting = {row.kind for row in rows if row.pauses is Wait.SUSPENSION}
    assert waiting == {ClockKind.REPLY_BY, ClockKind.RECTIFY_BY}


def test_an_unknown_profile_names_those_the_file_has() -> None:
    with pytest.raises(NoProfile) as refused:
        load_policies(POLICIES, "elsewhere")
    assert "xizang-trial" in refused.value.remedy


@pytest.mark.parametrize("members", [RequestType, Urgency, TimeClass, ClockKind])
def test_every_term_has_its_own_chinese_name(
    members: type[RequestType] | type[Urgency] | type[TimeClass] | type[ClockKind],
) -> None:
    labels = [member.label for member in members]
    assert len(set(labels)) == len(labels)
