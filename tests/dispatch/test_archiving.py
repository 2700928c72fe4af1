"""归档: a year after its end a ticket is put away as it is, and never opened again."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.ending import answers, archives, endings, handovers
from hotline.core.errors import Conflict
from tests.dispatch.deciding_scene import AGENT, FIRE, TOLD, YEAR, types
from tests.factories import create_ticket


def test_what_ended_long_ago_is_archived_in_batches_and_stays_as_it_is(
    session: Session, now: datetime
) -> None:
    ended = [create_ticket(session, now=now) for _ in range(3)]
    for each in ended:
        answers.answer(session, each, TOLD, actor=AGENT, now=now)
    still_open = create_ticket(session, now=now)
    handed = create_ticket(session, now=now)
    handovers.hand_over(session, handed, FIRE, actor=AGENT, now=now)
    early = now + YEAR - timedelta(seconds=1)
    assert archives.archive_due(session, after=YEAR, now=early) == []
    with pytest.raises(Conflict, match="may still be reopened"):
        archives.archive(session, ended[0], after=YEAR, actor=AGENT, now=early)
    late, batches = now + YEAR, []
    while batch := archives.archive_due(session, after=YEAR, now=late, limit=2):
        batches.append(len(batch))
        session.flush()
    assert batches == [2, 1]
    assert {(each.status, each.archived_at) for each in ended} == {("closed", late)}
    assert still_open.archived_at is handed.archived_at is None
    assert types(session, ended[0])[-1] == "ticket.archived"
    with pytest.raises(Conflict, match="Register a new ticket"):
        endings.reopen(session, ended[0], actor=AGENT, now=late)
    with pytest.raises(Conflict, match="is archived"):
        archives.archive(session, ended[0], after=YEAR, actor=AGENT, now=late)
