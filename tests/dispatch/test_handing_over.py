"""移交: every order is recalled, and a ticket is over only when the receiver took it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch import history
from dispatch.beside.models_beside import HandOver
from dispatch.ending import archives, endings, handovers
from dispatch.ending.endings import RedoReason
from dispatch.ending.handovers import Transfer
from dispatch.handling import orders
from dispatch.models import Notice
from hotline.core.errors import Conflict, Invalid, NotFound
from tests.dispatch.deciding_scene import AGENT, FIRE, YEAR, dispatched, owed, running, types
from tests.factories import create_ticket


def test_a_hand_over_recalls_every_order_and_only_its_own_clock_runs(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    row = handovers.hand_over(session, ticket, FIRE, actor=AGENT, now=now)
    assert (ticket.status, ticket.closed_at) == ("handed_over", None)
    assert [each.status for each in orders.of_ticket(session, ticket)] == ["recalled", "recalled"]
    assert running(session, ticket) == ["acknowledge_by"]
    told = types(session, ticket)[-3:]
    assert told == ["order.recalled", "order.recalled", "ticket.handed_over"]
    with pytest.raises(Conflict, match="acknowledged first"):
        archives.archive(session, ticket, after=YEAR, actor=AGENT, now=now + 2 * YEAR)
    later = now + timedelta(minutes=3)
    handovers.acknowledge(session, row, "JJ-2026-0031", actor=AGENT, now=later)
    assert (ticket.closing, ticket.closed_at) == ("handed_over", later)
    assert running(session, ticket) == []
    assert {"消防119", "JJ-2026-0031"} <= set(
        session.exec(select(Notice).where(Notice.template == "acknowledged")).one().words.values()
    )
    assert "JJ-2026-0031" in owed(session, ticket)["acknowledged"]
    assert "N" in owed(session, ticket)["acknowledged"]
    with pytest.raises(Conflict, match="waits for nobody"):
        handovers.acknowledge(session, row, "JJ-2026-0032", actor=AGENT, now=later)


def test_another_regions_hotline_is_named_by_its_district(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    for wrong in (
        Transfer("hotline", "事发地在成都"),
        Transfer("hotline", "就在拉萨", region="540102"),
        Transfer("police", "打架", region="510100"),
        Transfer("hotline", " ", region="510100"),
        Transfer("sea", "海上"),
    ):
        with pytest.raises(Invalid):
            handovers.hand_over(session, ticket, wrong, actor=AGENT, now=now)
    chengdu = Transfer("hotline", "事发地在成都", region="510100")
    handovers.hand_over(session, ticket, chengdu, actor=AGENT, now=now)
    (row,) = handovers.of_ticket(session, ticket)
    assert (row.receiver, row.region, row.line_kept) == ("hotline", "510100", False)
    refs = history.story(session, ticket)[-1].refs
    assert refs["region"] == "510100"


def test_a_hand_over_that_nobody_took_comes_back_and_can_go_elsewhere(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    with pytest.raises(NotFound):
        handovers.latest(session, ticket)
    first = handovers.hand_over(session, ticket, FIRE, actor=AGENT, now=now)
    endings.reopen(session, ticket, reason=RedoReason.NOT_TAKEN, actor=AGENT, now=now)
    assert (ticket.status, running(session, ticket)) == ("registered", ["dispatch_by"])
    with pytest.raises(Conflict):
        handovers.acknowledge(session, first, "1", actor=AGENT, now=now)
    police = Transfer("police", "有人斗殴")
    second = handovers.hand_over(session, ticket, police, actor=AGENT, now=now)
    assert handovers.latest(session, ticket) == second
    handovers.acknowledge(session, second, "2", actor=AGENT, now=now)
    acknowledged = session.exec(select(HandOver.their_number).order_by("id")).all()
    assert acknowledged == ["", "2"]
