"""What is swept here: what looks gamed, what runs late, and the draw of the week before."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from dispatch.models import Callback, Ticket
from dispatch.ratings import (
    alert_looking,
    alert_rules,
    alerts,
    blind,
    blind_draw,
    leases,
    reminding,
    terms,
)
from dispatch.ratings.alert_rules import Finding, Rule
from dispatch.ratings.blind_draw import Week
from dispatch.ratings.models_ratings import BlindCallback, BlindDraw
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from hotline.core.db import transaction

LOOKS_BACK = timedelta(days=7)

log = structlog.get_logger()


def sweep() -> None:
    """Look for what seems gamed; all is found before the first row is written."""
    moment = clock()
    with transaction() as session:
        found = list(look(session, now=moment))
    with transaction() as session:
        raised = alerts.raise_all(session, found, now=moment)
    if raised:
        log.info("rating_alerts.raised", alerts=raised)


def remind() -> None:
    """Remind of what comes due, tell what is late, and let lapse blind callbacks nobody made."""
    moment = clock()
    with transaction() as session:
        told = reminding.remind(session, now=moment)
        lapsed = leases.lapse(session, now=moment)
    if told or lapsed:
        log.info("ratings.reminded", notices=told, lapsed=lapsed)


def draw() -> None:
    """Draw last week's blind callbacks unless they are drawn."""
    with transaction() as session:
        draw_last_week(session, now=clock())


def look(session: Session, *, now: datetime) -> Iterator[Finding]:
    """Yield what the last seven days show, and the answers of this week by weeks.

    On Mondays the week before too: its last answers came after its last sweep.
    """
    since, of = now - LOOKS_BACK, terms.number
    weeks = _weeks(now)
    replied = alert_looking.replied(session, min(since, weeks[0].since), now)
    yield from alert_rules.downgraded(alert_looking.registered(session, since, now))
    yield from alert_rules.sham(replied, minutes=of("sham_minutes"))
    for week in weeks:
        mine = [each for each in replied if week.since <= each.at < week.until]
        copies, alike = int(of("copies")), of("alike")
        yield from alert_rules.copied(mine, week.name, least=copies, alike=alike)
        yield from alert_rules.before_due(mine, week.name, minutes=of("before_due_minutes"))
    yield from alert_rules.clustered(
        alert_looking.rated(session, since, now),
        least=int(of("cluster_ratings")),
        minutes=of("cluster_minutes"),
    )
    yield from alert_rules.by_themselves(alert_looking.asked(session, since, now))
    yield from _contradicted(session, since)


def draw_last_week(session: Session, *, now: datetime) -> BlindDraw | None:
    """Draw the week that is over, by the machine; None when it is drawn."""
    name = blind_draw.week_before(beijing_day(now))
    if session.exec(select(BlindDraw.id).where(BlindDraw.period == name)).first():
        return None
    return blind.draw_week(session, name, actor=MACHINE, now=now)


def _weeks(now: datetime) -> list[Week]:
    """Return yesterday's week and today's, which are one but on Mondays."""
    days = (beijing_day(now) - timedelta(days=1), beijing_day(now))
    names = dict.fromkeys(blind_draw.week_before(day + LOOKS_BACK) for day in days)
    return [blind_draw.week_of(name) for name in names]


def _contradicted(session: Session, since: datetime) -> Iterator[Finding]:
    rows = session.exec(
        select(BlindCallback.callback_id, Ticket.id, Ticket.number, Callback.by)
        .join(Callback, col(Callback.id) == BlindCallback.callback_id)
        .join(Ticket, col(Ticket.id) == BlindCallback.ticket_id)
        .where(col(BlindCallback.asked_at) >= since, col(BlindCallback.agrees).is_(False))
    ).all()
    for callback, ticket, number, by in rows:
        evidence = {"ticket": number, "by": by}
        about = f"callback:{callback}"
        yield Finding(Rule.BLIND_DISAGREES, about, ticket_id=ticket, evidence=evidence)
