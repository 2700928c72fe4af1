"""Schemes, comparisons and exclusions, as the writes on them find them."""

import itertools
from datetime import timedelta

from sqlmodel import Session

from dispatch.comparing import exclusions, place_appeals, publishing, runs, schemes
from dispatch.comparing.exclusions import Plea
from dispatch.comparing.models_comparing import Comparison, ComparisonScheme
from dispatch.comparing.states import Reason
from dispatch.handling import orders
from dispatch.indicators.models_indicators import IndicatorWatch
from dispatch.indicators.reading import Period
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day, now
from tests.api.repeating import scenes
from tests.api.repeating.scenes import COUNTY, Known
from tests.dispatch.comparing.scene import ADOPTER, JUDGE, WRITER, in_time, measured, scheme

_FRESH = itertools.count(1)
_DESK = Actor(f"{COUNTY}#0", Role.SYSTEM, COUNTY)


def a_name(_: Session) -> Known:
    return {"body": {"name": f"考核 {next(_FRESH)}"}}


def draft(session: Session) -> Known:
    return {"scheme_id": _draft(session).id}


def simulated(session: Session) -> Known:
    return {"scheme_id": _simulated(session).id}


def to_run(session: Session) -> Known:
    return {"body": {"scheme": _adopted(session).id, **_period(session)}}


def ran(session: Session) -> Known:
    return {"run_id": _ran(session).id}


def published(session: Session) -> Known:
    return {"run_id": _published(session).id}


def contested(session: Session) -> Known:
    run = _published(session)
    place_appeals.appeal(session, run, "分类不当", actor=_DESK, now=now())
    return {"run_id": run.id, "body": {"department": COUNTY}}


def asked(session: Session) -> Known:
    return {"exclusion_id": _asked(session)}


def refused(session: Session) -> Known:
    return {"exclusion_id": _asked(session, refused=True)}


def appealed(session: Session) -> Known:
    return {"exclusion_id": _asked(session, refused=True, appealed=True)}


def _asked(session: Session, *, refused: bool = False, appealed: bool = False) -> int | None:
    known, at = scenes.accepted(session), now()
    order = orders.find(session, known["order"])
    row = exclusions.ask(session, order, Plea(Reason.LOST, "三次未联系上"), actor=_DESK, now=at)
    if refused:
        exclusions.decide(session, row, False, "不足三次", actor=JUDGE, now=at)
    if appealed:
        exclusions.appeal(session, row, "有记录", actor=_DESK, now=at)
    session.flush()
    return row.id


def _period(session: Session) -> dict[str, str]:
    """Return yesterday, measured."""
    days = _yesterday(session)
    return {"since": days.first.isoformat(), "until": days.last.isoformat()}


def _yesterday(session: Session) -> Period:
    if session.get(IndicatorWatch, True) is None:
        measured(session, now())
    day = beijing_day(now()) - timedelta(days=1)
    return Period(day, day)


def _draft(session: Session) -> ComparisonScheme:
    name = f"考核 {next(_FRESH)}"
    return schemes.draft(session, name, scheme(), actor=WRITER, now=now())


def _simulated(session: Session) -> ComparisonScheme:
    made = _draft(session)
    runs.simulate(session, made, _yesterday(session), actor=WRITER, now=now())
    return made


def _adopted(session: Session) -> ComparisonScheme:
    return schemes.adopt(session, _simulated(session), actor=ADOPTER, now=now())


def _ran(session: Session) -> Comparison:
    in_time(session, now() - timedelta(days=1), {COUNTY: (5, 6)})
    days = _yesterday(session)
    return runs.run(session, _adopted(session), days, actor=WRITER, now=now())


def _published(session: Session) -> Comparison:
    return publishing.publish(session, _ran(session), actor=JUDGE, now=now())
