"""剔除, two at once: who waited for the ticket's lock reads what the other left, or nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from dispatch.comparing import asked_exclusions, exclusions
from dispatch.comparing.exclusions import Plea
from dispatch.comparing.states import Reason
from dispatch.models import Ticket
from dispatch.sealing import sealing
from hotline.core.accounts import Actor, Role
from hotline.core.db import transaction
from hotline.core.errors import NotFound
from tests.console.portal_own.scene import SYSTEM, answered
from tests.dispatch.at_once import Step, at_once, until_one_waits
from tests.dispatch.comparing.scene import ADOPTER, JUDGE
from tests.dispatch.sealing_scene import WHY, somebody

PLEA = Plea(Reason.NOT_OURS, "职责在水务部门")


@pytest.fixture
def asked(emptied: Engine, now: datetime) -> int:
    """A request that was committed."""
    with transaction(emptied) as session:
        order = answered(session, now)
        return exclusions.ask(session, order, PLEA, actor=SYSTEM, now=now).id or 0


def test_who_waited_while_the_ticket_was_sealed_does_not_find_it_any_more(
    emptied: Engine, asked: int, now: datetime
) -> None:
    def decide() -> None:
        with transaction(emptied) as session:
            row = asked_exclusions.find(session, asked, reader=JUDGE, lock=True)
            exclusions.decide(session, row, True, "属实", actor=JUDGE, now=now)

    with ThreadPoolExecutor(1) as thread:
        with transaction(emptied) as session:
            lead = somebody(session, "lead-7", Role.TEAM_LEAD, now)
            row = asked_exclusions.find(session, asked, reader=lead, lock=True)
            ticket = session.get_one(Ticket, row.ticket_id)
            waiting = thread.submit(decide)
            until_one_waits(emptied)
            sealing.seal(session, ticket, WHY, actor=lead, now=now)
        with pytest.raises(NotFound):
            waiting.result()
    with transaction(emptied) as session:
        assert asked_exclusions.find(session, asked, reader=lead).state == "asked"


def test_of_two_who_decide_at_once_the_second_is_refused(
    emptied: Engine, asked: int, now: datetime
) -> None:
    def deciding(judge: Actor, granted: bool) -> Step:
        def step(session: Session) -> None:
            row = asked_exclusions.find(session, asked, reader=judge, lock=True)
            exclusions.decide(session, row, granted, "属实", actor=judge, now=now)

        return step

    ended = at_once(emptied, [deciding(JUDGE, True), deciding(ADOPTER, False)])
    assert sorted(ended) == ["Conflict", "done"]
