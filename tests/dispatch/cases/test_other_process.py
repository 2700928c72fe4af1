"""What one process publishes or withdraws of cases, another knows by its next question."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from dispatch.cases import life, reading
from dispatch.cases.states import Action
from dispatch.models import Confidentiality, Ticket
from tests.dispatch.cases.scene import PUBLISHER, published
from tests.knowledge.articles.test_other_process import Ask, ask_elsewhere, nothing_remembered

__all__ = ["ask_elsewhere", "nothing_remembered"]


def test_another_process_finds_what_was_published_and_no_more_what_was_withdrawn(
    emptied: Engine, ask_elsewhere: Ask, now: datetime
) -> None:
    with Session(emptied) as session:
        number = published(session, now)[0].id or 0
        assert ask_elsewhere("路灯不亮") == []
        session.commit()
    assert ask_elsewhere("路灯不亮") == [f"case:{number}"]
    with Session(emptied) as session:
        case = reading.find(session, number, reader=PUBLISHER)
        life.act(session, case, 1, Action.WITHDRAW, "依据已废止", actor=PUBLISHER, now=now)
        session.commit()
    assert ask_elsewhere("路灯不亮") == []


def test_another_process_tells_no_case_whose_ticket_was_sealed_a_moment_ago(
    emptied: Engine, ask_elsewhere: Ask, now: datetime
) -> None:
    with Session(emptied) as session:
        case, ticket = published(session, now)
        number, source = case.id, ticket.id
        session.commit()
    assert ask_elsewhere("路灯不亮") == [f"case:{number}"]
    with Session(emptied) as session:
        session.get_one(Ticket, source).confidentiality = Confidentiality.SEALED
        session.commit()
    assert ask_elsewhere("路灯不亮") == []
