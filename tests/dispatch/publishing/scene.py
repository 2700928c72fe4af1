"""A month in which much was brought to its end, of which open data are made."""

import itertools
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta

from sqlmodel import Session, select

from dispatch.indicators import following
from dispatch.indicators.models_indicators import IndicatorWatch
from dispatch.models import Rating, Source, Ticket
from dispatch.publishing import asking, making, months, reading, receivers, releasing
from dispatch.publishing.models_publishing import StatisticsRelease
from dispatch.publishing.months import Month
from dispatch.states import TicketStatus
from hotline.core import privacy
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person

MAKER = Actor("maker", Role.SUPERVISOR)
CHECKER = Actor("checker", Role.SUPERVISOR)
PUBLISHER = Actor("publisher", Role.ADMINISTRATOR)
LAMP = ("城乡建设", "市政设施", "路灯")
WORDS = "城关区张某的路灯坏了"
_NUMBERS = itertools.count(1)
_CLOSINGS = ("resolved", "explained", "partly_resolved")


def last_month(now: datetime) -> Month:
    return months.before(beijing_day(now))


def person(session: Session, now: datetime, number: int = 0) -> Person:
    return privacy.know_person(session, PhoneNumber(f"+86139890{number:05d}"), now=now)


def ended(session: Session, now: datetime, who: Person, **changes: object) -> Ticket:
    """Return a ticket that was brought to its end in the last month."""
    number = next(_NUMBERS)
    month = last_month(now)
    end = month.since + timedelta(days=number % 27, hours=9)
    values: dict[str, object] = {
        **{"number": f"26{number:010d}", "status": TicketStatus.CLOSED, "urgency": "normal"},
        **{"source": Source.PHONE_AGENT, "request_type": "assistance", "category": [*LAMP]},
        **{"district": "540102", "time_class": "normal", "confidentiality": "internal"},
        **{"title": WORDS, "text": WORDS, "sealed_text": b"", "person_id": who.id},
        **{"closing": _CLOSINGS[number % 3], "created_at": end - timedelta(days=number % 4)},
        **{"closed_at": end, "updated_at": end},
    }
    ticket = Ticket.model_validate({**values, **changes})
    session.add(ticket)
    return ticket


def rated(session: Session, tickets: Iterable[Ticket], *grades: int | None) -> None:
    """Rate the tickets one after the other, in a round; None says nothing."""
    session.flush()
    for ticket, grade in zip(tickets, itertools.cycle(grades), strict=False):
        if grade is not None:
            at = ticket.updated_at
            session.add(Rating(ticket_id=ticket.id, at=at, satisfaction=grade, via="link"))
    session.flush()


def a_month(session: Session, now: datetime) -> list[Ticket]:
    """Return some hundred tickets of as many people; few of them stand alone."""
    heat = ("城乡建设", "供热", "")

    def who() -> Person:
        return person(session, now, 50_000 + next(_NUMBERS))

    found = [ended(session, now, who()) for _ in range(60)]
    found += [ended(session, now, who(), district="540103") for _ in range(30)]
    found += [ended(session, now, who(), district="540221", category=[*heat]) for _ in range(24)]
    found += [ended(session, now, who(), district="540222", request_type="complaint")]
    found += [ended(session, now, who(), source="web", category=["教育", "", ""]) for _ in range(3)]
    rated(session, found, 5, 3, 1, None)
    return found


def measured(session: Session, now: datetime) -> IndicatorWatch:
    """Let every day's facts be there as far as the watch says; a test fills those it reads."""
    session.flush()
    watch = following.claim(session, now=now)
    assert watch
    watch.next_day = beijing_day(now) + timedelta(days=1)
    session.add(watch)
    session.flush()
    return watch


def a_release(session: Session, now: datetime, by: Actor = MAKER) -> StatisticsRelease:
    """Return last month's release as it was just made."""
    if session.exec(select(Ticket.id)).first() is None:
        a_month(session, now)
    measured(session, now)
    return making.make(session, last_month(now), actor=by, now=now)


def made_by_job(session: Session, now: datetime) -> int:
    """Do what the process does, in the test's own transaction; return how many came to an end."""
    return asking.go_on(lambda: nullcontext(session), now=now)


def published(session: Session, at: datetime) -> dict[str, str]:
    """Return what a published month and a receiver are named by."""
    a_month(session, at)
    release = a_release(session, at)
    releasing.check(session, release, actor=CHECKER, now=at)
    releasing.publish(session, release, actor=PUBLISHER, now=at)
    until = beijing_day(at) + timedelta(days=200)
    row, _ = receivers.register(session, "某大学", "热线诉求研究", until, actor=MAKER, now=at)
    full = reading.file(session, release, "ticket-records-full.csv")
    receivers.take(session, row, release, full, now=at)
    return {"release": str(release.id), "receiver": str(row.id)}
