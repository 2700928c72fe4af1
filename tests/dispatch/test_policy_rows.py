"""Limits that a site takes in: a profile's newest version, seeded from the package."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from dispatch.rules import policy_imports, policy_rows
from dispatch.rules.bounds import Scope, Wait
from dispatch.rules.models_rules import PolicyVersion
from dispatch.rules.policies import (
    DEFAULT_PROFILE,
    POLICIES,
    Policy,
    default_policies,
    in_force,
    load_policies,
    parse_policies,
)
from dispatch.rules.sheet import BadSheet
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.core import events
from hotline.core.accounts import MACHINE
from tests.factories import create_ticket

HEADER = POLICIES.read_text(encoding="utf-8").splitlines()[0] + "\n"


def rows(*lines: str) -> tuple[Policy, ...]:
    return parse_policies("limits.csv", HEADER + "".join(f"{line}\n" for line in lines))


def whole(*lines: str) -> tuple[Policy, ...]:
    """Return the packaged rows with these in place of its reply limits."""
    return (*(row for row in default_policies() if row.kind != ClockKind.REPLY_BY), *rows(*lines))


def reply_in(limit: str, *, profile: str = DEFAULT_PROFILE, since: str = "") -> str:
    return f"{profile},reply_by,*,*,*,{limit},dispatched,no,none,,unit,75,{since},,市级规程"


def take_in(session: Session, policies: tuple[Policy, ...], now: datetime) -> list[int | None]:
    done = policy_imports.take_in(session, "limits.csv", policies, actor=MACHINE, now=now)
    return [each.version for each in done]


def dispatched(session: Session, now: datetime) -> Ticket:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    return ticket


def limits(session: Session, ticket: Ticket) -> dict[str, str]:
    return {clock.kind: clock.limit for clock in clocks.of_ticket(session, ticket)}


def test_a_site_without_rows_goes_by_the_package(session: Session) -> None:
    assert policy_rows.current(session) == default_policies()


def test_the_package_is_taken_in_once_and_says_the_same(session: Session, now: datetime) -> None:
    (first,) = policy_imports.seed(session, now=now)
    (again,) = policy_imports.seed(session, now=now)

    assert (first.profile, first.rows) == (DEFAULT_PROFILE, len(default_policies()))
    assert first.in_force
    assert again.version is None
    assert policy_rows.current(session) == default_policies()


def test_a_newer_package_renews_its_own_rows_but_not_a_sites(
    session: Session, now: datetime
) -> None:
    older = tuple(replace(row, warning_percent=60) for row in default_policies())
    policy_imports.take_in(session, "old.csv", older, actor=MACHINE, now=now, packaged=True)

    (renewed,) = policy_imports.seed(session, now=now)
    assert renewed.version
    assert policy_rows.current(session) == default_policies()

    take_in(session, whole(reply_in("5wd")), now)
    assert policy_imports.seed(session, now=now) == []
    assert policy_rows.current(session) == whole(reply_in("5wd"))


def test_new_limits_replace_the_profile_whole_and_start_the_next_clocks(
    session: Session, now: datetime
) -> None:
    before = dispatched(session, now)
    take_in(session, whole(reply_in("7wd"), reply_in("5wd", since="2026-11-01")), now)

    after = dispatched(session, now)

    assert limits(session, before)["reply_by"] == "7wd"
    assert limits(session, after)["reply_by"] == "5wd"


def test_effective_dates_are_kept(session: Session, now: datetime) -> None:
    given = whole(reply_in("7wd"), reply_in("5wd", since="2027-01-01"))
    take_in(session, given, now)

    kept = policy_rows.current(session)

    assert kept == given
    for day, limit in ((date(2026, 12, 31), "7wd"), (date(2027, 1, 1), "5wd")):
        found = [row for row in in_force(kept, day) if row.kind == ClockKind.REPLY_BY]
        assert [str(row.limit) for row in found] == [limit]


def test_each_profile_of_a_file_is_its_own_version_and_the_same_again_is_none(
    session: Session, now: datetime
) -> None:
    given = whole(reply_in("7wd"), reply_in("6wd", profile="other"))

    first = take_in(session, given, now)
    again = take_in(session, given[::-1], now)

    assert all(first)
    assert again == [None, None]
    assert policy_rows.current(session) == given[:-1]
    told = events.history(session, policy_imports.CHAIN)
    assert [(each.refs["profile"], each.refs["rows"]) for each in told] == [
        (DEFAULT_PROFILE, len(given) - 1),
        ("other", 1),
    ]
    assert len(session.exec(select(PolicyVersion)).all()) == 2


def test_a_file_with_bad_lines_is_refused_whole_and_names_each() -> None:
    with pytest.raises(BadSheet) as refused:
        rows(
            reply_in("7wd"),
            reply_in("7weeks"),
            reply_in("5wd", since="2027-02-30"),
            reply_in("7wd"),
            ",reply_by,*,*,*,7wd,dispatched,no,none,,unit,75,,,x",
            f"{DEFAULT_PROFILE},answer_by,*,*,*,7wd,dispatched,no,none,,unit,175,,,x",
        )
    named = [(line.line, line.column) for line in refused.value.lines]
    assert named == [(3, "limit"), (4, "since"), (5, "profile"), (6, "profile"), (7, "clock")]
    assert all(line.remedy for line in refused.value.lines)


def test_a_copy_of_the_packaged_file_reads_as_the_package(tmp_path: Path) -> None:
    copy = tmp_path / "mine.csv"
    copy.write_text("\ufeff" + POLICIES.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_policies(copy, DEFAULT_PROFILE) == default_policies()


def test_two_limits_for_one_case_are_said_to_contradict_each_other() -> None:
    with pytest.raises(BadSheet, match="line 3, column profile: An earlier line contradicts"):
        rows(reply_in("7wd"), reply_in("5wd"))


def test_a_limit_of_its_own_kind_survives_the_table(session: Session, now: datetime) -> None:
    line = f"{DEFAULT_PROFILE},reply_by,*,*,*,9wd,dispatched,no,none,17:30,national,60,,,市级规程"
    take_in(session, whole(line), now)
    (kept,) = [row for row in policy_rows.current(session) if row.kind == ClockKind.REPLY_BY]
    assert (kept.pauses, kept.ends_at, kept.calendar) == (Wait.NONE, "17:30", Scope.NATIONAL)


@pytest.mark.parametrize("kind", ClockKind)
def test_every_row_survives_the_table(session: Session, now: datetime, kind: ClockKind) -> None:
    policy_imports.seed(session, now=now)
    kept = [row for row in policy_rows.current(session) if row.kind == kind]
    assert kept == [row for row in default_policies() if row.kind == kind]
