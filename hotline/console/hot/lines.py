"""An alert as a line of the list and as its own page's facts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from dispatch.hot import told
from dispatch.hot.models_hot import HotAlert
from dispatch.notices.models_notices import StaffNotice
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.words import name_of, say
from knowledge import names


@dataclass(frozen=True)
class Line:
    """One alert in words."""

    id: int
    version: int
    state: str
    place: str
    matter: str
    kind: str
    count: int
    usual: str
    factor: str  # how many times as many as usual; empty for what is hardly ever asked
    alike: int
    since: str
    until: str
    raised: str
    owner: str
    owner_name: str
    outcome: str  # what was decided; empty until then
    false_alarm: bool
    reason: str
    decided: str
    decided_by: str
    departments: str


def lines(session: Session, found: Sequence[HotAlert]) -> list[Line]:
    """Return the alerts in words."""
    places = names.district_names(session, {each.place for each in found})
    people = called(
        session, {who for each in found for who in (each.owner, each.decided_by)} - {""}
    )
    codes = {code for each in found for code in each.departments}
    departments = names.department_names(session, codes)
    return [_line(each, places, people, departments) for each in found]


def headlines(session: Session, notices: Collection[StaffNotice]) -> dict[str, str]:
    """Return what a notice of an alert says of it, in words, by what the notice is about."""
    found = told.headlines(session, notices)
    places = names.district_names(session, {each.place for each in found.values()})
    return {
        about: say(
            "hot.headline",
            place=places.get(each.place, each.place),
            matter=_levels(each.matter),
            count=each.count,
            since=moments.short(each.since),
            until=moments.short(each.until),
        )
        for about, each in found.items()
    }


def _line(
    alert: HotAlert, places: dict[str, str], people: dict[str, str], departments: dict[str, str]
) -> Line:
    return Line(
        id=alert.id or 0,
        version=alert.version,
        state=alert.state,
        place=places.get(alert.place, alert.place),
        matter=_levels(alert.matter),
        kind=alert.kind,
        count=alert.count,
        usual=_usual(alert.expected),
        factor=_factor(alert),
        alike=alert.alike,
        since=moments.short(alert.since),
        until=moments.short(alert.until),
        raised=moments.short(alert.raised_at),
        owner=alert.owner,
        owner_name=people.get(alert.owner, alert.owner),
        outcome=name_of("hot_decision", alert.decision) if alert.decision else "",
        false_alarm=alert.false_alarm,
        reason=alert.reason,
        decided=moments.short(alert.decided_at) if alert.decided_at else "",
        decided_by=people.get(alert.decided_by, alert.decided_by),
        departments="、".join(departments.get(code, code) for code in alert.departments),
    )


def _levels(matter: str) -> str:
    return " / ".join(filter(None, matter.split("/")))


def _usual(expected: float) -> str:
    return say("hot.hardly") if expected < 0.1 else say("hot.about", count=f"{expected:.1f}")


def _factor(alert: HotAlert) -> str:
    return f"{alert.count / alert.expected:.0f}" if alert.expected >= 0.5 else ""
