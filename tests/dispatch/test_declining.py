"""不予受理: for a reason of the list, with the lawful route told; never where there is danger."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from dispatch.ending import declines, endings, receivers
from dispatch.ending.endings import RedoReason
from dispatch.ending.withdrawals import Wish
from dispatch.rules.sheet import BadSheet
from dispatch.terms import TimeClass, Urgency
from hotline.console.words import table
from hotline.core.errors import Conflict, Invalid
from tests.dispatch.deciding_scene import AGENT, YEAR, owed, running, types
from tests.factories import create_ticket


def test_who_is_declined_is_told_the_lawful_route_and_it_is_counted(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    reason, note = "legal_proceedings", "案号电话13989001234"
    declines.decline(session, ticket, reason, note=note, actor=AGENT, now=now)
    assert (ticket.status, running(session, ticket)) == ("declined", [])
    (row,) = declines.of_ticket(session, ticket)
    assert (row.reason, row.by) == (reason, "dawa")
    assert "13989001234" not in row.note
    assert row.route == declines.grounds()[reason].route
    assert row.route in owed(session, ticket)["declined"]
    assert types(session, ticket)[-1] == "ticket.declined"
    counted = declines.count(session, since=now, until=now + timedelta(seconds=1))
    assert (counted[reason], counted["unclear"]) == (1, 0)
    assert declines.count(session, since=now - YEAR, until=now)[reason] == 0


@pytest.mark.parametrize(
    "danger", [{"urgency": Urgency.CRITICAL}, {"time_class": TimeClass.EMERGENCY}]
)
def test_danger_is_handed_over_never_declined(
    session: Session, now: datetime, danger: dict[str, Any]
) -> None:
    ticket = create_ticket(session, now=now, **danger)
    with pytest.raises(Conflict, match="110, 119 or 120"):
        declines.decline(session, ticket, "danger", actor=AGENT, now=now)
    assert ticket.status == "registered"


def test_other_needs_a_note_and_an_unknown_reason_is_none(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    for reason in ("other", "no_such"):
        with pytest.raises(Invalid):
            declines.decline(session, ticket, reason, actor=AGENT, now=now)


def test_every_reason_and_receiver_has_its_words_and_its_source() -> None:
    assert len(declines.grounds()) == 11
    assert all(each.script and each.route and each.source for each in declines.grounds().values())
    assert table("zh")["receiver"].keys() == receivers.receivers().keys()
    assert declines.title_of("gone") == "gone"
    assert {each.value for each in RedoReason} == table("zh")["redo"].keys()
    assert {each.value for each in Wish} == table("zh")["wish"].keys()


@pytest.mark.parametrize(
    ("read", "line"),
    [
        (declines.read_grounds, "code,title,script,route,source\nprivate,隐私,请您,,某通知\n"),
        (receivers.read_receivers, "code,title,number,needs_region,source\nsea,海警,,oui,某通知\n"),
    ],
)
def test_a_bad_line_is_named_and_refuses_the_file(
    tmp_path: Path, read: Callable[[Path], object], line: str
) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(line, encoding="utf-8")
    with pytest.raises(BadSheet, match="line 2"):
        read(sheet)


def test_a_declined_ticket_is_reviewed_by_reopening(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    declines.decline(session, ticket, "unclear", actor=AGENT, now=now)
    reason = RedoReason.SHOULD_ACCEPT
    endings.reopen(session, ticket, reason=reason, actor=AGENT, now=now)
    assert (ticket.status, ticket.closed_at) == ("registered", None)
    declines.decline(session, ticket, "petition", actor=AGENT, now=now)
    assert [row.reason for row in declines.of_ticket(session, ticket)] == ["unclear", "petition"]
