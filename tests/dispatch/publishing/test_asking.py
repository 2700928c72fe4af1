"""生成的请求: a job makes what was asked for, whoever dies, asks twice or is at it at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from dispatch.indicators import patience
from dispatch.publishing import asking, building, months
from dispatch.publishing.making import EditionWaits
from dispatch.publishing.models_publishing import StatisticsMaking, StatisticsRelease
from dispatch.publishing.stages import Asked, Part
from dispatch.reports import jobs
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid
from tests.dispatch.publishing.scene import last_month, made_by_job, measured

BUILD: Callable[..., building.Built] = building.build


def asked(session: Session, now: datetime) -> StatisticsMaking:
    measured(session, now)
    return asking.ask(session, last_month(now), actor=MACHINE, now=now)


def releases(session: Session) -> list[StatisticsRelease]:
    return list(session.exec(select(StatisticsRelease).order_by(col(StatisticsRelease.id))).all())


def test_it_is_made_by_the_process_that_has_time(session: Session, now: datetime) -> None:
    assert not jobs.waits(session, now=now)
    row = asked(session, now)
    assert jobs.waits(session, now=now)
    with pytest.raises(Conflict, match="is being made already"):
        asking.ask(session, last_month(now), actor=Actor("other"), now=now)
    assert made_by_job(session, now) == 1
    [made] = releases(session)
    assert (row.state, row.part, row.release_id) == (Asked.DONE, "", made.id)
    assert (made.made_by, made.edition) == (row.asked_by, 1)
    with pytest.raises(EditionWaits):
        asking.ask(session, last_month(now), actor=MACHINE, now=now)
    assert not jobs.waits(session, now=now)


def test_what_can_t_be_made_is_refused_at_once(session: Session, now: datetime) -> None:
    present = months.read(f"{beijing_day(now):%Y-%m}")
    with pytest.raises(Invalid, match="not over"):
        asking.ask(session, present, actor=MACHINE, now=now)
    assert asking.listed(session) == []


def test_the_row_says_what_is_being_done(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(session, now)
    seen: list[str] = [row.part]

    def watched(*given: Any) -> building.Built:
        *rest, say = given
        seen.append(row.part)

        def told(part: Part) -> None:
            say(part)
            seen.append(row.part)

        return BUILD(*rest, told)

    monkeypatch.setattr(building, "build", watched)
    made_by_job(session, now)
    assert seen == ["", *Part]


def test_who_dies_half_way_leaves_it_to_be_made_anew(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(session, now)

    def dies(*_: Any) -> building.Built:
        raise SystemExit

    monkeypatch.setattr(building, "build", dies)
    with pytest.raises(SystemExit):
        made_by_job(session, now)
    assert (row.state, row.tries, releases(session)) == (Asked.WAITING, 1, [])
    assert made_by_job(session, now) == 0  # not before its next attempt
    monkeypatch.setattr(building, "build", BUILD)
    assert made_by_job(session, now + timedelta(minutes=1)) == 1
    assert [each.edition for each in releases(session)] == [1]


def test_of_two_at_once_one_makes_it(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(session, now)
    other: list[int] = []

    def overtaken(*given: Any) -> building.Built:
        monkeypatch.setattr(building, "build", BUILD)
        other.append(made_by_job(session, now + timedelta(minutes=1)))
        return BUILD(*given)

    monkeypatch.setattr(building, "build", overtaken)
    assert made_by_job(session, now) == 0
    assert (other, row.state) == ([1], Asked.DONE)
    assert [each.edition for each in releases(session)] == [1]


def test_what_fails_says_so_and_what_is_cut_off_too_often_is_given_up(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = asked(session, now)

    def breaks(*_: Any) -> building.Built:
        raise ZeroDivisionError

    monkeypatch.setattr(building, "build", breaks)
    assert made_by_job(session, now) == 1
    assert (row.state, row.trouble, row.ended_at) == (Asked.REFUSED, asking.FAILED, now)
    again = asked(session, now)
    again.tries = patience.MOST
    session.flush()
    assert made_by_job(session, now) == 1
    assert (again.state, again.trouble) == (Asked.REFUSED, asking.CUT_OFF)
    assert asking.was_asked(session, last_month(now), now=now)
    assert not asking.was_asked(session, last_month(now), now=now + timedelta(days=2))


def test_who_has_no_account_any_more_makes_nothing(session: Session, now: datetime) -> None:
    measured(session, now)
    row = asking.ask(session, last_month(now), actor=Actor("gone"), now=now)
    assert made_by_job(session, now) == 1
    assert row.state == Asked.REFUSED
    assert "no account" in row.trouble
