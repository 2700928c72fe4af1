"""A report that can't be made is tried ever more seldom, then waits for a person, who is told."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dispatch.indicators import freezing, long_freezing, patience
from dispatch.indicators.long_freezing import FreezingState
from dispatch.indicators.reading import Period
from dispatch.notices.models_notices import StaffNotice
from dispatch.reports import attempts, drafting, jobs, life, templating
from dispatch.reports.models_reports import Report, ReportTemplate
from dispatch.reports.terms import ReportKind, ReportState
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.db import transaction
from hotline.core.errors import Conflict
from hotline.core.events import Event
from tests.dispatch.indicators.scene import DAY
from tests.dispatch.reports.scene import person, told, week

HOUR = timedelta(hours=1)


class Rig:
    """A week with facts, its author and a signer, and a report of it that was asked for."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        self._engine = engine
        with self.begin() as session:
            self.after = told(session, now)
            self.author = person(session, "author", now)
            person(session, "signer", now)
            person(session, "reader", now, role=Role.TEAM_LEAD)
            wanted = drafting.Wanted(ReportKind.WEEKLY, "weekly", week(now)[0])
            report = drafting.ask(session, wanted, actor=self.author, now=self.after)
            self.report_id = report.id or 0

    def begin(self) -> AbstractContextManager[Session]:
        return transaction(self._engine)

    def report(self) -> Report:
        with self.begin() as session:
            return session.get_one(Report, self.report_id)

    def spoil(self) -> None:
        """Let its template's version be one that can't be read any more."""
        with self.begin() as session:
            report = session.get_one(Report, self.report_id)
            template = session.get_one(ReportTemplate, report.template_id)
            template.text = "没有标题"
            session.add(template)

    def mend(self) -> None:
        with self.begin() as session:
            text = "标题：周报\n# 一\n表：requests\n"
            wanted = templating.Wanted("weekly", ReportKind.WEEKLY, "周报", text)
            templating.save(session, wanted, actor=self.author, now=self.after)

    def minutes_of_attempts(self, since: datetime, hours: int) -> list[int]:
        """Sweep each minute of so many hours; return the minutes on which it was tried."""
        tried, before = [], self.report().tries
        for minute in range(60 * hours):
            jobs.go_on(self.begin, now=since + timedelta(minutes=minute))
            if (tries := self.report().tries) != before:
                tried.append(minute)
                before = tries
        return tried

    def told(self) -> list[str]:
        """Return who was told that it failed."""
        with self.begin() as session:
            asked = select(StaffNotice.recipient).where(StaffNotice.says == "report_failed")
            return list(session.exec(asked.order_by(col(StaffNotice.id))))


@pytest.fixture
def rig(emptied: Engine, now: datetime) -> Rig:
    return Rig(emptied, now)


def killed(*_: object, **__: object) -> None:
    """End as a process does that the kernel kills: nothing of its transaction stays."""
    raise KeyboardInterrupt


def test_one_that_can_never_be_made_is_tried_ten_times_and_has_failed(rig: Rig) -> None:
    rig.spoil()
    tried = rig.minutes_of_attempts(rig.after, hours=6)
    assert tried == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]
    report = rig.report()
    assert (report.state, report.tries, report.retry_at) == ("failed", patience.MOST, None)
    assert "title" in report.trouble
    assert rig.told() == ["person:author", "person:signer"]
    with rig.begin() as session:
        assert not jobs.waits(session, now=rig.after + 30 * DAY)
        chain = drafting.chain(report)
        asked = select(Event.type).where(Event.chain == chain).order_by(col(Event.seq))
        assert list(session.exec(asked)) == ["report.asked", "report.failed"]


def test_an_attempt_whose_process_is_killed_counts(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "prepare", killed)
    for hour in range(patience.MOST):
        with pytest.raises(KeyboardInterrupt):
            jobs.go_on(rig.begin, now=rig.after + hour * HOUR)
        assert (rig.report().state, rig.report().tries) == ("preparing", hour + 1)
    assert jobs.go_on(rig.begin, now=rig.after + patience.MOST * HOUR) == 0
    assert (rig.report().state, rig.report().trouble) == ("failed", attempts.CUT_OFF)
    assert rig.told() == ["person:author", "person:signer"]


def test_a_failed_one_is_tried_again_by_its_mended_template(rig: Rig) -> None:
    rig.spoil()
    rig.minutes_of_attempts(rig.after, hours=5)
    later = rig.after + 6 * HOUR
    retry(rig, rig.author, later)
    assert (rig.report().state, rig.report().tries, rig.report().trouble) == ("preparing", 0, "")
    rig.minutes_of_attempts(later, hours=5)
    assert rig.report().state == "failed"
    assert rig.told() == ["person:author", "person:signer"] * 2  # each time
    rig.mend()
    retry(rig, rig.author, later + 6 * HOUR)
    assert jobs.go_on(rig.begin, now=later + 6 * HOUR) == 1
    made = rig.report()
    assert (made.state, made.title, made.retry_at) == ("drafted", "周报", None)
    with pytest.raises(Conflict):
        retry(rig, rig.author, later + 7 * HOUR)


def retry(rig: Rig, actor: Actor, now: datetime) -> None:
    with rig.begin() as session:
        life.retry(session, session.get_one(Report, rig.report_id), actor=actor, now=now)


def test_a_failed_one_is_withdrawn(rig: Rig) -> None:
    with rig.begin() as session:
        report = session.get_one(Report, rig.report_id)
        report.state = ReportState.FAILED
        life.withdraw(session, report, "不再需要", actor=rig.author, now=rig.after)
        assert report.state == "withdrawn"


def test_a_long_period_whose_process_is_killed_each_time_is_refused(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = long_period(rig)
    monkeypatch.setattr(freezing, "freeze", killed)
    for hour in range(patience.MOST):
        at = rig.after + hour * HOUR
        with pytest.raises(KeyboardInterrupt):
            long_freezing.go_on(rig.begin, now=at)
        assert long_freezing.go_on(rig.begin, now=at) == 0  # not within the same minute
    assert long_freezing.go_on(rig.begin, now=rig.after + patience.MOST * HOUR) == 1
    with rig.begin() as session:
        row = long_freezing.find(session, row_id, actor=rig.author)
        assert (row.state, row.trouble) == (FreezingState.REFUSED, long_freezing.CUT_OFF)
        assert (row.tries, row.retry_at) == (patience.MOST, None)


def test_a_long_period_whose_days_are_never_measured_is_refused_in_the_end(rig: Rig) -> None:
    late = rig.after + 60 * DAY
    row_id = long_period(rig, late)
    ended = [long_freezing.go_on(rig.begin, now=late + hour * HOUR) for hour in range(12)]
    assert ended == [*[0] * 9, 1, 0, 0]
    with rig.begin() as session:
        row = long_freezing.find(session, row_id, actor=rig.author)
        assert (row.state, "not measured yet" in row.trouble) == (FreezingState.REFUSED, True)


def long_period(rig: Rig, over: datetime | None = None) -> int:
    last = beijing_day(over or rig.after) - DAY
    with rig.begin() as session:
        period = Period(last - 40 * DAY, last)
        asked_at = over or rig.after
        row = long_freezing.ask(session, "季报", period, actor=rig.author, now=asked_at)
        return row.id or 0
