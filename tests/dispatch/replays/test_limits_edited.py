"""改过的时限: a case is changed once, in all of its terms, whatever the order of the changes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.replays.changes import STARTS, Changes, LimitChange, check
from dispatch.replays.limits_edited import edited
from dispatch.rules.bounds import Scope, Wait
from dispatch.rules.policies import StartEvent, default_policies, row_for
from dispatch.rules.policy_text import text_of
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from hotline.core.errors import Invalid

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
TODAY = date(2026, 11, 25)
REPLY = (ClockKind.REPLY_BY, RequestType.ASSISTANCE, None, None)
SIGN = (ClockKind.ACCEPT_BY, None, None, None)

Case = tuple[ClockKind, RequestType, Urgency | None, TimeClass | None]
cases = st.tuples(
    st.just(ClockKind.REPLY_BY),
    st.sampled_from(RequestType),
    st.none() | st.sampled_from(Urgency),
    st.none() | st.sampled_from(TimeClass),
)
some = st.lists(cases, max_size=6, unique=True)


def test_a_case_that_no_row_names_gets_one_beside_the_row_that_holds_for_it() -> None:
    change = LimitChange(ClockKind.REPLY_BY, RequestType.COMPLAINT, Urgency.URGENT, None, "2wd")
    rows = edited(default_policies(), [change], date(2026, 11, 25))
    given = {"time_class": TimeClass.NORMAL, "policies": rows}
    kinds = ClockKind.REPLY_BY, RequestType.COMPLAINT
    urgent = row_for(*kinds, Urgency.URGENT, NOON, **given)  # type: ignore[arg-type]
    normal = row_for(*kinds, Urgency.NORMAL, NOON, **given)  # type: ignore[arg-type]
    assert urgent
    assert normal
    assert (str(urgent.limit), urgent.pauses) == ("2wd", "suspension")
    assert str(normal.limit) == "7wd"
    assert len(rows) == len(default_policies()) + 1


def test_the_row_that_names_the_case_is_taken_the_place_of() -> None:
    change = LimitChange(ClockKind.ACCEPT_BY, None, None, TimeClass.EMERGENCY, "2h")
    rows = edited(default_policies(), [change], date(2026, 11, 25))
    assert len(rows) == len(default_policies())
    assert [str(row.limit) for row in rows if row.kind is ClockKind.ACCEPT_BY] == ["4wh", "2h"]


@pytest.mark.parametrize("limit", ["2wd", "5wd"])
def test_a_case_that_is_given_twice_is_refused_and_not_the_last_one_taken(limit: str) -> None:
    twice = (LimitChange(*REPLY, "2wd"), LimitChange(*REPLY, limit))
    with pytest.raises(Invalid, match="given two limits"):
        check(Changes(limits=twice))
    check(Changes(limits=(LimitChange(*REPLY, "2wd"), LimitChange(*SIGN, "2wd"))))


@given(data=st.data(), chosen=some)
def test_the_order_in_which_changes_are_given_makes_no_difference(
    data: Any, chosen: list[Case]
) -> None:
    changes = [LimitChange(*case, limit=f"{place}d") for place, case in enumerate(chosen, 1)]
    changes.append(LimitChange(*SIGN, pauses=Wait.NONE))
    other = data.draw(st.permutations(changes))
    rows = [set(edited(default_policies(), each, TODAY)) for each in (changes, other)]
    assert rows[0] == rows[1]


def test_every_term_of_a_limit_can_be_another_and_the_rest_stays() -> None:
    (before,) = _of(REPLY, default_policies())
    other = LimitChange(
        *REPLY,
        limit="10d",
        starts_at=StartEvent.ACCEPTED,
        pauses=Wait.NONE,
        calendar=Scope.NATIONAL,
        ends_at="midnight",
        moves_off_days=True,
    )
    (after,) = _of(REPLY, edited(default_policies(), [other], TODAY))
    assert (str(after.limit), after.limit.moves_off_days) == ("10d", True)
    assert (after.starts_at, after.pauses, after.calendar, after.ends_at) == (
        *("accepted", "none", "national", "midnight"),
    )
    assert after.warning_percent == before.warning_percent
    (shorter,) = _of(REPLY, edited(default_policies(), [LimitChange(*REPLY, "2wd")], TODAY))
    assert (shorter.starts_at, shorter.pauses, shorter.calendar) == (
        *(before.starts_at, before.pauses, before.calendar),
    )
    assert text_of([after]).count("\n") == 2


def _of(case: Any, rows: Any) -> list[Any]:
    return [
        row for row in rows if (row.kind, row.request_type, row.urgency, row.time_class) == case
    ]


def test_a_narrower_case_takes_what_a_wider_one_was_given() -> None:
    wide = LimitChange(*REPLY, "3wd", StartEvent.REGISTERED)
    narrow = LimitChange(*REPLY[:2], Urgency.URGENT, None, pauses=Wait.NONE)
    (row,) = _of(narrow.case, edited(default_policies(), [narrow, wide], TODAY))
    assert (str(row.limit), row.starts_at, row.pauses) == ("3wd", "registered", "none")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (LimitChange(*REPLY), "Nothing of the limit"),
        (LimitChange(*SIGN, "4wh", StartEvent.ACCEPTED), "can be counted from accepted"),
        (LimitChange(*REPLY, "7d", StartEvent.RATED), "can be counted from rated"),
        (LimitChange(*REPLY, "7d", ends_at="soon"), "soon"),
    ],
)
def test_terms_that_no_clock_can_have_are_refused(change: LimitChange, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        check(Changes(limits=(change,)))


def test_hours_end_at_the_hour_they_come_to_whatever_is_asked() -> None:
    with pytest.raises(Invalid, match="ends at the hour"):
        edited(default_policies(), [LimitChange(*REPLY, "24h", ends_at="midnight")], TODAY)
    (row,) = _of(REPLY, edited(default_policies(), [LimitChange(*REPLY, "24h")], TODAY))
    assert row.ends_at == ""


def test_the_first_step_of_each_clock_is_where_the_hotline_begins_it_today() -> None:
    usual = {row.kind: row.starts_at for row in default_policies() if row.kind in STARTS}
    assert usual == {kind: begins[0] for kind, begins in STARTS.items()}
