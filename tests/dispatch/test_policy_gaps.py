"""A profile in force leaves no ticket without a limit, today or on any later day."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.rules import policy_gaps, policy_imports, policy_rows
from dispatch.rules.models_rules import PolicyVersion
from dispatch.rules.policies import DEFAULT_PROFILE, Policy, StartEvent, default_policies
from dispatch.rules.policy_cells import CASES, edges, folded, on_day
from dispatch.rules.policy_gaps import MissingLimits
from dispatch.rules.policy_preview import changes
from dispatch.terms import ClockKind, RequestType, TimeClass
from dispatch.timing import clocks
from hotline.core.accounts import MACHINE
from hotline.core.errors import Conflict
from tests.factories import create_ticket

TODAY = date(2026, 11, 25)


def without(kind: ClockKind) -> tuple[Policy, ...]:
    return tuple(row for row in default_policies() if row.kind is not kind)


def of_kind(kind: ClockKind) -> Policy:
    return next(row for row in default_policies() if row.kind is kind and not row.time_class)


def test_the_packaged_profile_has_no_gap() -> None:
    assert policy_gaps.gaps(default_policies(), TODAY) == []


def test_one_row_alone_is_refused_and_every_missing_clock_is_named(
    session: Session, now: datetime
) -> None:
    one = [of_kind(ClockKind.ACCEPT_BY)]
    with pytest.raises(MissingLimits) as refused:
        policy_imports.take_in(session, "one.csv", one, actor=MACHINE, now=now)
    for kind in policy_gaps.NEEDED:
        assert (f"no {kind} " in refused.value.detail) is (kind is not ClockKind.ACCEPT_BY)
    assert policy_rows.current(session) == default_policies()


def test_a_profile_that_is_not_in_force_may_be_half_written(
    session: Session, now: datetime
) -> None:
    draft = [replace(of_kind(ClockKind.REPLY_BY), profile="draft")]
    (done,) = policy_imports.take_in(session, "d.csv", draft, actor=MACHINE, now=now)
    assert (done.in_force, done.rows) == (False, 1)


def test_a_row_that_ends_leaves_a_gap_from_the_day_after() -> None:
    last = date(2026, 12, 31)
    given = (
        *without(ClockKind.RETURN_BY),
        replace(of_kind(ClockKind.RETURN_BY), until=last),
        replace(of_kind(ClockKind.RETURN_BY), since=date(2027, 2, 1)),
    )
    (gap,) = policy_gaps.gaps(given, TODAY)
    assert (gap.day, str(gap.cells)) == (date(2027, 1, 1), "return_by (*, *, *)")


def test_a_class_without_a_limit_is_named_alone() -> None:
    given = tuple(row for row in default_policies() if row.request_type is not RequestType.OTHER)
    (gap,) = policy_gaps.gaps(given, TODAY)
    assert str(gap.cells) == "reply_by (other, *, normal)"


def test_a_clock_that_no_step_would_start_is_a_gap() -> None:
    never = replace(of_kind(ClockKind.CONTACT_BY), starts_at=StartEvent.ACCEPTED, time_class=None)
    (gap,) = policy_gaps.gaps((*without(ClockKind.CONTACT_BY), never), TODAY)
    assert (gap.cells.kind, gap.starts_at) == (ClockKind.CONTACT_BY, StartEvent.DISPATCHED)


def test_an_order_never_goes_out_without_a_reply_clock(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    made = PolicyVersion(profile=DEFAULT_PROFILE, file="x", digest="x", at=now, by="x")
    session.add(made)
    session.flush()
    session.add_all(policy_rows.rows_of(made.id or 0, without(ClockKind.REPLY_BY)))
    session.flush()
    session.info.clear()

    with pytest.raises(Conflict, match="set no reply_by") as refused:
        dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)

    assert refused.value.remedy
    assert not [each for each in clocks.of_ticket(session, ticket) if each.kind == "reply_by"]


def test_preview_tells_each_change_once_from_the_day_it_holds() -> None:
    later = date(2027, 1, 1)
    short = replace(of_kind(ClockKind.CALLBACK_BY), warning_percent=50, since=later)
    (change,) = changes(default_policies(), (*default_policies(), short), TODAY)
    assert (change.day, str(change.cells)) == (later, "callback_by (*, *, *)")
    assert change.after == short


def test_preview_of_the_same_says_nothing() -> None:
    assert list(changes(default_policies(), default_policies()[::-1], TODAY)) == []


@given(st.sets(st.sampled_from(CASES)))
@settings(deadline=None)
def test_folding_names_exactly_the_cases_it_was_given(cases: set[object]) -> None:
    told = list(folded(ClockKind.REPLY_BY, [case for case in CASES if case in cases]))
    named = [
        case
        for cells in told
        for case in CASES
        if cells.request_type in (None, case[0])
        and cells.urgency in (None, case[1])
        and cells.time_class in (None, case[2])
    ]
    assert set(named) == cases
    assert len(named) == len(cases)


@given(
    st.lists(st.tuples(st.integers(-30, 60), st.integers(0, 40)), max_size=4),
    st.sampled_from(TimeClass),
)
@settings(deadline=None, max_examples=25)
def test_between_two_edges_nothing_comes_into_force(
    spans: list[tuple[int, int]], time_class: TimeClass
) -> None:
    row = replace(of_kind(ClockKind.RETURN_BY), time_class=time_class)
    dated = [
        replace(row, since=TODAY + timedelta(begins), until=TODAY + timedelta(begins + length))
        for begins, length in spans
    ]
    days = edges(dated, TODAY)
    for offset in range(0, 110, 7):
        day = TODAY + timedelta(offset)
        edge = max(each for each in days if each <= day)
        kinds = [ClockKind.RETURN_BY]
        assert on_day(dated, kinds, day) == on_day(dated, kinds, edge)
