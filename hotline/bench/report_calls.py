"""The calls of a made-up year: who rang and waited, was held, written down, missed, called back."""

import uuid

from sqlmodel import Session

from hotline.bench.report_seats import SEATS
from hotline.bench.report_year import Year, copies
from hotline.core.events import Audience, Event, EventType
from hotline.core.privacy import Person
from telephony import owed
from telephony.acd.patience import MissedWhy
from telephony.models import Call
from telephony.models_queue import MissedCall, QueueEntry, WrapUp

NOBODY = uuid.UUID(int=0)
_CALL = "md5('call' || place)::uuid"
_ASKED = "place % 10 < 8"
_HEARD = "place % 20 > 0"
_WAIT = "interval '1 second' * (place % 45)"


def fill(session: Session, year: Year) -> None:
    """Add the year's callers and calls, and what hangs on them."""
    person = Person(id=NOBODY, wrapped_key=b"", created_at=year.began)
    copies(session, person, year.people, {"id": "md5('person' || (place - 1))::uuid"})
    queued = f"({year.at(year.calls)}) + interval '5 seconds'"
    _calls(session, year, queued)
    _waits(session, year, queued)
    _held(session, year, queued)
    _written_down(session, year, queued)
    _missed(session, year, queued)


def _calls(session: Session, year: Year, queued: str) -> None:
    row = Call(
        id=NOBODY,
        person_id=NOBODY,
        status="ended",
        caller_masked="",
        called="12345",
        sip_call_id="",
        worker="bench",
        started_at=year.began,
    )
    varying = {
        "id": _CALL,
        "person_id": f"md5('person' || ((place * 2 / 5) % {year.people}))::uuid",
        "started_at": year.at(year.calls),
        "queued_at": f"CASE WHEN {_ASKED} THEN {queued} END",
        "connected_at": f"CASE WHEN {_ASKED} AND {_HEARD} THEN {queued} + {_WAIT} END",
        "ended_at": f"{queued} + {_WAIT} + interval '3 minutes'",
    }
    copies(session, row, year.calls, varying)


def _waits(session: Session, year: Year, queued: str) -> None:
    left = {
        "call_id": _CALL,
        "entered_at": queued,
        "left_at": f"{queued} + {_WAIT}",
        "why_left": f"CASE WHEN {_HEARD} THEN 'connected' ELSE 'gone' END",
    }
    entry = QueueEntry(call_id=NOBODY, entered_at=year.began)
    copies(session, entry, year.calls, left, _ASKED)


def _held(session: Session, year: Year, queued: str) -> None:
    """One in 25 is held; one in five of these until the caller has hung up."""
    held = f"{_ASKED} AND {_HEARD} AND place % 25 = 3"
    steps = (
        (1, EventType.CALL_HELD, 30, held),
        (2, EventType.CALL_RESUMED, 50, f"{held} AND place % 5 = 3 AND place % 125 <> 3"),
    )
    for seq, type, seconds, where in steps:
        row = Event(
            at=year.began,
            type=type,
            chain="",
            seq=seq,
            actor="bench",
            audience=Audience.INTERNAL,
            refs={},
            prev_hash="",
            hash="",
        )
        at = f"{queued} + {_WAIT} + interval '1 second' * ({seconds} + place % {seconds})"
        copies(session, row, year.calls, {"chain": f"'call:' || {_CALL}", "at": at}, where)


def _written_down(session: Session, year: Year, queued: str) -> None:
    row = WrapUp(call_id=NOBODY, account_id=0, began_at=year.began)
    ended = f"{queued} + {_WAIT} + interval '3 minutes'"
    varying = {
        "call_id": _CALL,
        "account_id": f"1 + place % {SEATS}",
        "began_at": ended,
        "ended_at": f"{ended} + interval '1 second' * (10 + place % 50)",
    }
    copies(session, row, year.calls, varying, f"{_ASKED} AND {_HEARD} AND place % 4 > 0")


def _missed(session: Session, year: Year, queued: str) -> None:
    """Who gave up is owed a call: two in three are returned, within six minutes to five hours.

    One in six has no number, one in six is never reached.
    """
    row = MissedCall(
        call_id=NOBODY,
        person_id=NOBODY,
        why=MissedWhy.ABANDONED,
        waiting_since=year.began,
        missed_at=year.began,
        due_at=year.began,
    )
    left = f"{queued} + {_WAIT}"
    returned, numberless = "place / 20 % 3 > 0", "place / 20 % 6 = 0"
    varying = {
        "call_id": _CALL,
        "person_id": f"md5('person' || ((place * 2 / 5) % {year.people}))::uuid",
        "why": f"CASE WHEN place % 45 < 5 THEN '{MissedWhy.SHORT}' "
        f"ELSE '{MissedWhy.ABANDONED}' END",
        "missed_at": left,
        "outcome": f"CASE WHEN {returned} THEN '{owed.RETURNED}' "
        f"WHEN {numberless} THEN '{owed.NO_NUMBER}' ELSE '' END",
        "closed_at": f"CASE WHEN {returned} OR {numberless} "
        f"THEN {left} + interval '6 minutes' * (1 + place / 20 % 50) END",
    }
    copies(session, row, year.calls, varying, f"{_ASKED} AND NOT {_HEARD}")
