"""Departments with so many orders of so many well done, and schemes that compare them."""

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch.comparing import exclusions, place_appeals, publishing, runs, schemes
from dispatch.comparing.exclusions import Plea
from dispatch.comparing.intervals import Confidence
from dispatch.comparing.models_comparing import Comparison, ComparisonScheme
from dispatch.comparing.scheme import Measured, Publication, Scheme
from dispatch.comparing.states import Reason
from dispatch.indicators import following
from dispatch.indicators.models_indicators import OrderFact
from dispatch.indicators.reading import Period
from dispatch.models import WorkOrder
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day

WRITER = Actor("writer", Role.SUPERVISOR)
ADOPTER = Actor("adopter", Role.SUPERVISOR)
JUDGE = Actor("judge", Role.SUPERVISOR)
OVER = timedelta(days=3)  # after which the period is over
WATER, HOUSING, URBAN_CITY = "540100-water", "540100-housing", "540100-urban"
URBAN = "540102-urban"
_IDS = itertools.count(5_000_000)
Rates = Mapping[str, tuple[int, int]]  # of each department: so many of so many in time


def scheme(minimum: int = 5, **changes: object) -> Scheme:
    """Return a scheme that compares by 按期办结率 alone, unless changed."""
    given: dict[str, object] = {
        "indicators": (Measured("close_on_time", 1, minimum, True),),
        "confidence": Confidence.NINETY_FIVE,
        "minimum_reason": "试点样本小",
        "basis": "藏政办发〔2018〕78号 七(四)",
        "publication": Publication.OWN,
    }
    return Scheme(**{**given, **changes})  # type: ignore[arg-type]


def period(now: datetime) -> Period:
    return Period(beijing_day(now), beijing_day(now + timedelta(days=1)))


def in_time(session: Session, now: datetime, rates: Rates, *, district: str = "540100") -> None:
    """Leave facts of orders: of each department so many answered in time, of so many."""
    for department, (some, of) in rates.items():
        for number in range(of):
            row = OrderFact(
                id=next(_IDS),
                ticket_id=next(_IDS),
                day=beijing_day(now),
                department=department,
                district=district,
                matter="",
                confidentiality="public",
                received=1,
                replied_on_time=int(number < some),
            )
            session.add(row)
    session.flush()


def measured(session: Session, now: datetime) -> None:
    """Let the facts of every day up to now be measured."""
    session.flush()
    watch = following.claim(session, now=now)
    assert watch
    while following.fill(session, watch, now=now):
        pass


def adopted(session: Session, now: datetime, said: Scheme | None = None) -> ComparisonScheme:
    """Return a scheme that one person wrote and simulated and another adopted."""
    made = simulated(session, now, said)[0]
    return schemes.adopt(session, made, actor=ADOPTER, now=now + OVER)


def simulated(
    session: Session, now: datetime, said: Scheme | None = None
) -> tuple[ComparisonScheme, Comparison]:
    """Return a draft with its simulation."""
    made = schemes.draft(session, "月度考核", said or scheme(), actor=WRITER, now=now)
    run = runs.simulate(session, made, period(now), actor=WRITER, now=now + OVER)
    return made, run


def pictured(session: Session, order: WorkOrder, leader: Actor, at: datetime) -> dict[str, str]:
    """Return what pages of this room are named by: a comparison of yesterday, a request."""
    yesterday = at - timedelta(days=1)
    measured(session, at)
    rates = {WATER: (95, 100), HOUSING: (50, 100), URBAN_CITY: (5, 6)}
    rates |= {order.department: (78, 90), URBAN: (41, 60), "540103-urban": (88, 90)}
    in_time(session, yesterday, rates)
    said = scheme(classes=dict.fromkeys(rates, "窗口单位"), publication=Publication.PUBLIC)
    days = Period(beijing_day(yesterday), beijing_day(yesterday))
    made = schemes.draft(session, "月度考核", said, actor=WRITER, now=at)
    runs.simulate(session, made, days, actor=WRITER, now=at)
    schemes.adopt(session, made, actor=ADOPTER, now=at)
    run = runs.run(session, made, days, actor=WRITER, now=at)
    publishing.publish(session, run, actor=JUDGE, now=at)
    place_appeals.appeal(session, run, "样本里有不属本单位的单子。", actor=leader, now=at)
    plea = Plea(Reason.NOT_OURS, "职责在水务部门，见权责清单。")
    row = exclusions.ask(session, order, plea, actor=leader, now=at)
    return {"comparison": str(run.id), "scheme": str(made.id), "exclusion": str(row.id)}
