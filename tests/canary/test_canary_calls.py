"""0 bytes of a caller's number are in the rows of calls, however their telephone names a call."""

import uuid
from dataclasses import replace

from sqlalchemy import text
from sqlmodel import Session

from hotline.core import clock
from telephony import records
from telephony.commands import CallRefused
from tests.canary.needles import PHONE, found_in
from tests.factories import arrival

NAMED_BY = f"{PHONE}-17@10.0.0.1"


def test_a_call_that_is_named_by_its_callers_number_leaves_no_byte(session: Session) -> None:
    at = clock.now()
    rang = replace(arrival(at, caller=PHONE), sip_call_id=NAMED_BY)
    busy = CallRefused(
        call_id=str(uuid.uuid4()),
        worker="media-0.1",
        caller=PHONE,
        called="12345",
        sip_call_id=NAMED_BY,
        reason="busy",
        at=at.isoformat(),
    )
    records.open_call(session, rang)
    records.refuse_call(session, busy)
    rows = session.execute(text("SELECT to_jsonb(c)::text FROM call AS c")).all()
    assert len(rows) == 2
    assert [found_in(row[0].encode()) for row in rows] == [[], []]
