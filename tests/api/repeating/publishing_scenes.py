"""Releases and receivers, as the writes on them find them; each month is made once."""

import itertools
from datetime import date, timedelta

from sqlmodel import Session

from dispatch.publishing import making, months, receivers, releasing
from dispatch.publishing.models_publishing import StatisticsRelease
from dispatch.publishing.months import Month
from hotline.core.clock import beijing_day, now
from tests.api.repeating.scenes import Known
from tests.dispatch.publishing.scene import CHECKER, MAKER, PUBLISHER, measured

_PAST = itertools.count(1)


def a_month(session: Session) -> Known:
    measured(session, now())
    return {"body": {"month": str(_another())}}


def made(session: Session) -> Known:
    return {"release_id": _made(session).id}


def checked(session: Session) -> Known:
    return {"release_id": _checked(session).id}


def published(session: Session) -> Known:
    release = _checked(session)
    releasing.publish(session, release, actor=PUBLISHER, now=now())
    return {"release_id": release.id}


def to_register(_: Session) -> Known:
    until = beijing_day(now()) + timedelta(days=30)
    return {"body": {"name": "某大学", "purpose": "研究", "until": until.isoformat()}}


def receiver(session: Session) -> Known:
    until = beijing_day(now()) + timedelta(days=30)
    row, _ = receivers.register(session, "某大学", "研究", until, actor=MAKER, now=now())
    return {"receiver_id": row.id}


def _another() -> Month:
    """Return a month of long ago that no scene has had."""
    return months.before(date(2020, 1, 1) - timedelta(days=31 * next(_PAST)))


def _made(session: Session) -> StatisticsRelease:
    measured(session, now())
    return making.make(session, _another(), actor=MAKER, now=now())


def _checked(session: Session) -> StatisticsRelease:
    return releasing.check(session, _made(session), actor=CHECKER, now=now())
