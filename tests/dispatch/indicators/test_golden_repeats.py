"""重复来电 by hand: the same caller, or another one of the same cluster."""

from datetime import datetime

from sqlmodel import Session, select

from dispatch.clustering import clusters
from dispatch.indicators import following, refreshing
from dispatch.indicators.terms import Unit
from dispatch.models import Ticket
from hotline.core.events import Event
from tests.console.portal_own.scene import AGENT
from tests.dispatch import cluster_scene
from tests.dispatch.indicators.call_scene import answered
from tests.dispatch.indicators.scene import DAY, agree, facts, measured, refresh_all

CODES = ("repeat_7", "recur_7", "repeat_30", "recur_30")


def three_calls(session: Session, now: datetime) -> list[Ticket]:
    """Return tickets of three callers' calls: at once, after six days, and after twenty."""
    tickets = cluster_scene.three(session, now)
    for place, (ticket, days) in enumerate(zip(tickets, (0, 6, 20), strict=True)):
        call = answered(session, now + days * DAY, 3, caller=f"1398900000{place}")
        ticket.call_id = call.id
    session.flush()
    return tickets


def test_another_caller_of_the_same_cluster_rings_again(session: Session, now: datetime) -> None:
    main, second, third = three_calls(session, now)
    later = now + 21 * DAY
    before = measured(session, later, *CODES)
    assert before == dict.fromkeys(CODES, (0, 3, 0))
    clusters.merge(session, main, [second, third], "同一路段", actor=AGENT, now=later)
    merged = measured(session, later, *CODES)
    assert merged == {
        "repeat_7": (0, 3, 0),
        "recur_7": (1, 3, 0),
        "repeat_30": (0, 3, 0),
        "recur_30": (2, 3, 0),
    }
    clusters.unmerge(session, second, "另一盏灯", actor=AGENT, now=later)
    parted = measured(session, later, "recur_7", "recur_30")
    assert parted == {"recur_7": (0, 3, 0), "recur_30": (1, 3, 0)}


def test_the_same_caller_is_one_whatever_they_told(session: Session, now: datetime) -> None:
    for days in (0, 7, 37, 67.01):
        answered(session, now + days * DAY, 3)
    found = measured(session, now + 90 * DAY, *CODES)
    assert found == {
        "repeat_7": (1, 4, 0),
        "recur_7": (1, 4, 0),
        "repeat_30": (2, 4, 0),
        "recur_30": (2, 4, 0),
    }


def test_a_merge_measures_the_calls_of_the_whole_cluster_again(
    session: Session, now: datetime
) -> None:
    main, second, third = three_calls(session, now)
    later = now + 21 * DAY
    clusters.merge(session, main, [second, third], "同一路段", actor=AGENT, now=later)
    refresh_all(session, later)
    assert [each["recurred_30"] for each in facts(session, Unit.CALL)] == [0, 1, 1]
    clusters.unmerge(session, second, "另一盏灯", actor=AGENT, now=later + DAY)
    happened = session.exec(select(Event).where(Event.at == later + DAY)).all()
    tickets, calls = following.touched(session, happened)
    assert {third.call_id} <= calls  # of it no event tells
    refreshing.refresh_things(session, tickets, calls, now=later + DAY)
    agree(session, later + DAY)
    assert [each["recurred_30"] for each in facts(session, Unit.CALL)] == [0, 0, 1]
