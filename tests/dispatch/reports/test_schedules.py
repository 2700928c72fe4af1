"""A schedule makes what is due once, whoever sweeps and whenever a process dies."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dispatch.indicators import freezing, long_freezing
from dispatch.indicators.long_freezing import FreezingState
from dispatch.indicators.models_freezing import IndicatorFreezing
from dispatch.indicators.reading import Period
from dispatch.reports import attempts, drafting, jobs, scheduling, templating
from dispatch.reports.models_reports import Report
from dispatch.reports.periods import When
from dispatch.reports.scheduling import Wanted
from dispatch.reports.terms import ReportKind
from hotline.core import accounts
from hotline.core.clock import beijing_day
from hotline.core.db import transaction
from hotline.core.errors import Conflict, Invalid, NotFound
from tests.dispatch.indicators.scene import DAY, filled
from tests.dispatch.reports.scene import TO, person, told, week

WEEKLY = Wanted("weekly", When(ReportKind.WEEKLY, 9, weekday=1), TO)
HOURS = timedelta(hours=1)


def reports(session: Session) -> list[Report]:
    return list(session.exec(select(Report).order_by(col(Report.id))))


def test_it_is_due_once_after_its_days_at_its_hour(session: Session, now: datetime) -> None:
    told(session, now)
    row = scheduling.add(session, WEEKLY, actor=person(session, "author", now), now=now)
    monday, after = week(now)
    noon = after.replace(hour=4)  # Monday at noon in Beijing
    assert scheduling.make_due(session, row.id or 0, now=noon) is None
    made = scheduling.make_due(session, row.id or 0, now=noon + DAY)
    assert made
    assert (made.since, made.drafted_by, made.author) == (monday, "hotline", "author")
    assert made.recipients == [
        {"kind": "department", "code": "540102-urban"},
        {"kind": "role", "code": "auditor"},
    ]
    assert scheduling.make_due(session, row.id or 0, now=noon + 2 * DAY) is None
    later = scheduling.make_due(session, row.id or 0, now=noon + 8 * DAY)
    assert later
    assert later.since == monday + 7 * DAY


def test_what_was_missed_is_made_after_and_nothing_from_before_the_schedule(
    session: Session, now: datetime
) -> None:
    told(session, now)
    row = scheduling.add(session, WEEKLY, actor=person(session, "author", now), now=now)
    monday, after = week(now)
    late = after + 8 * DAY
    made = [scheduling.make_due(session, row.id or 0, now=late) for _ in range(3)]
    assert [each.since for each in made if each] == [monday, monday + 7 * DAY]


def test_an_ended_one_and_one_of_somebody_who_left_make_nothing(
    session: Session, now: datetime
) -> None:
    told(session, now)
    author = person(session, "author", now)
    _, after = week(now)
    ended, left = (scheduling.add(session, WEEKLY, actor=author, now=now) for _ in "ab")
    scheduling.end(session, ended, actor=author, now=now)
    with pytest.raises(Conflict):
        scheduling.end(session, ended, actor=author, now=now)
    account = accounts.find(session, "author")
    assert account
    account.disabled_at = now
    session.add(account)
    session.flush()
    for row in (ended, left):
        assert scheduling.make_due(session, row.id or 0, now=after + 2 * DAY) is None


def test_a_schedule_is_of_its_template_s_kind(session: Session, now: datetime) -> None:
    templating.ensure_packaged(session, now=now)
    author = person(session, "author", now)
    for bad in (
        Wanted("weekly", When(ReportKind.DAILY, 9)),
        Wanted("weekly", When(ReportKind.SPECIAL, 9)),
        Wanted("weekly", When(ReportKind.WEEKLY, 9), ({"kind": "department", "code": "x"},)),
    ):
        with pytest.raises(Invalid):
            scheduling.add(session, bad, actor=author, now=now)


def test_the_process_prepares_what_waits_and_says_what_it_waits_for(
    emptied: Engine, now: datetime
) -> None:
    def begin() -> AbstractContextManager[Session]:
        return transaction(emptied)

    with begin() as session:
        told(session, now)
        author = person(session, "author", now)
        scheduling.add(session, WEEKLY, actor=author, now=now)
    _, after = week(now)
    late = after + 8 * DAY
    assert [jobs.begin_due(begin, now=late) for _ in range(3)] == [1, 1, 0]
    assert jobs.go_on(begin, now=late) == 1
    with begin() as session:
        first, second = reports(session)
        assert (first.state, first.trouble) == ("drafted", "")
        assert second.state == "preparing"
        assert "are not measured yet" in second.trouble
        assert not jobs.waits(session, now=late)
        assert jobs.waits(session, now=late + HOURS)
        filled(session, late + DAY)
    assert jobs.go_on(begin, now=late + HOURS) == 1
    with begin() as session:
        assert [each.state for each in reports(session)] == ["drafted", "drafted"]
        assert not jobs.waits(session, now=late + HOURS)
    assert jobs.go_on(begin, now=late + HOURS) == 0


def test_what_fails_is_said_and_holds_up_nothing_that_waits_behind_it(
    emptied: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin() -> AbstractContextManager[Session]:
        return transaction(emptied)

    with begin() as session:
        after = told(session, now)
        author = person(session, "author", now)
        wanted = drafting.Wanted(ReportKind.WEEKLY, "weekly", week(now)[0])
        broken, whole = (drafting.ask(session, wanted, actor=author, now=after) for _ in "ab")
        broken.kind = "no kind"
        session.add(broken)
    assert jobs.go_on(begin, now=after) == 1
    with begin() as session:
        assert session.get_one(Report, whole.id).state == "drafted"
        stays = session.get_one(Report, broken.id)
        assert (stays.state, stays.trouble) == ("preparing", attempts.FAILED)
        stays.state = "withdrawn"
        session.add(stays)
        yesterday = beijing_day(after) - DAY
        period = Period(yesterday - 40 * DAY, yesterday)
        row = long_freezing.ask(session, "季报", period, actor=author, now=after)
    monkeypatch.setattr(freezing, "freeze", lambda *_, **__: 1 // 0)
    assert jobs.go_on(begin, now=after) == 1
    with begin() as session:
        ended = long_freezing.find(session, row.id or 0, actor=author)
        assert (ended.state, ended.trouble) == (FreezingState.REFUSED, long_freezing.FAILED)


def test_a_template_stays_of_its_kind(session: Session, now: datetime) -> None:
    templating.ensure_packaged(session, now=now)
    author = person(session, "author", now)
    text = templating.newest(session, "weekly").text
    other = templating.Wanted("weekly", ReportKind.MONTHLY, "月报", text)
    with pytest.raises(Conflict, match="another kind"):
        templating.save(session, other, actor=author, now=now)
    assert templating.newest(session, "weekly").kind == "weekly"


def test_two_processes_prepare_a_report_once(emptied: Engine, now: datetime) -> None:
    with transaction(emptied) as session:
        after = told(session, now)
        author = person(session, "author", now)
        monday, _ = week(now)
        wanted = drafting.Wanted(ReportKind.WEEKLY, "weekly", monday)
        report_id = drafting.ask(session, wanted, actor=author, now=after).id or 0
    with transaction(emptied) as one, transaction(emptied) as other:
        assert drafting.claim(one, report_id)
        assert drafting.claim(other, report_id) is None
    assert [jobs.go_on(lambda: transaction(emptied), now=after) for _ in "ab"] == [1, 0]


def test_a_long_period_is_frozen_by_the_process_and_shows_how_far_it_is(
    emptied: Engine, now: datetime
) -> None:
    def begin() -> AbstractContextManager[Session]:
        return transaction(emptied)

    last = beijing_day(now)
    period, over = Period(last - 40 * DAY, last), now + 2 * DAY
    assert long_freezing.is_long(period)
    assert not long_freezing.is_long(Period(last - 30 * DAY, last))
    with begin() as session:
        told(session, now)
        boss, other = (person(session, name, now) for name in ("boss", "other"))
        row = long_freezing.ask(session, " 季报 ", period, actor=boss, now=over)
        with pytest.raises(Invalid, match="not over"):
            long_freezing.ask(session, "季报", period, actor=boss, now=now)
        gone = long_freezing.ask(session, "季报", period, actor=other, now=over)
        account = accounts.find(session, "other")
        assert account
        account.disabled_at = now
        session.add(account)
        assert (row.state, row.name) == (FreezingState.WAITING, "季报")
    assert jobs.go_on(begin, now=over) == 2
    with begin() as session:
        done = long_freezing.find(session, row.id or 0, actor=boss)
        assert done.state == FreezingState.DONE
        assert done.snapshot_id
        assert session.get_one(IndicatorFreezing, gone.id).state == FreezingState.REFUSED
        with pytest.raises(NotFound):
            long_freezing.find(session, gone.id or 0, actor=boss)
        assert [each.id for each in long_freezing.of(session, boss)] == [row.id]
    assert jobs.go_on(begin, now=over) == 0
