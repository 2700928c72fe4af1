"""直接答复: what is told on the line closes the ticket, and nobody calls back."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.callback import callback_record
from dispatch.ending import answers
from dispatch.ending.answers import Told
from dispatch.ending.endings import Closing
from hotline.core.errors import Invalid
from tests.dispatch.deciding_scene import AGENT, TOLD, owed, running, types
from tests.factories import create_ticket


def test_an_answer_on_the_line_closes_masked_and_plans_no_callback(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    said = Told("已记下您的电话13989001234，请到社保大厅办理。", closing=Closing.RESOLVED)
    answers.answer(session, ticket, said, actor=AGENT, now=now)
    assert (ticket.status, ticket.closing, ticket.closed_at) == ("closed", "resolved", now)
    (kept,) = answers.of_ticket(session, ticket)
    assert "13989001234" not in kept.text
    assert "社保大厅" in kept.text
    assert running(session, ticket) == []
    assert callback_record.of_ticket(session, ticket) == []
    assert types(session, ticket) == ["ticket.registered", "ticket.answered"]
    assert set(owed(session, ticket)) == {"registered", "closed"}


@pytest.mark.parametrize(
    "told", [Told("好的"), Told(TOLD.text, closing=Closing.UNREACHABLE), Told("  ")]
)
def test_an_answer_that_says_nothing_or_ends_otherwise_is_refused(
    session: Session, now: datetime, told: Told
) -> None:
    ticket = create_ticket(session, now=now)
    with pytest.raises(Invalid):
        answers.answer(session, ticket, told, actor=AGENT, now=now)
    assert (ticket.status, types(session, ticket)) == ("registered", ["ticket.registered"])
