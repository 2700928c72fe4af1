"""A floor with callers and seats, as the leader serves it: on a real database, without a worker."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from hotline.core import accounts, events
from hotline.core.accounts import Role
from hotline.core.settings import Settings
from hotline.switch import controls, floor, reports, serving
from telephony import ordering, records, seats
from telephony.commands import (
    AgentGone,
    AgentJoined,
    CallAnswered,
    CallEnded,
    CallerPressed,
    PartyGone,
    PartyJoined,
)
from telephony.models import Call, Seat, SeatKind
from telephony.models_calls import CallOrder
from telephony.ordering import Verb
from tests import factories

OWN = Settings(sip_outbound="sip:{number}@trunk.example:5060")
WORKER = "media-0.1"
ROOM = {WORKER: 8}


class Floor:
    """The leader's view: reports go in, orders come out; time passes as the test says."""

    def __init__(self, session: Session, now: datetime, own: Settings = OWN) -> None:
        self.session, self.now, self.own = session, now, own
        self.room = dict(ROOM)

    def seat(
        self,
        name: str,
        *,
        idle_s: int = 60,
        role: Role = Role.AGENT,
        kind: SeatKind = SeatKind.BROWSER,
        skills: dict[str, int] | None = None,
    ) -> Seat:
        """Return a seat whose agent is ready."""
        account = accounts.create_account(
            self.session, name, "secret-word", role=role, now=self.now
        )
        seat = seats.seat_of(self.session, account, now=self.now)
        seats.set_kind(seat, kind)
        if kind is SeatKind.DESK:
            seats.set_address(self.session, seat, f"sip:{name}@127.0.0.1:5080")
        seats.set_skills(seat, skills or {})
        seats.log_in(self.session, seat)
        seats.settle(self.session, now=self.now - timedelta(seconds=idle_s))
        return seat

    def call(self, number: str = "13989001234", **changes: Any) -> Call:
        """Return a caller who has just arrived; what is told is in `told`."""
        arrived = replace(factories.arrival(self.now, worker=WORKER), caller=number, **changes)
        self.told = self.report(arrived)
        return records.get_call(self.session, uuid.UUID(arrived.call_id))

    def report(self, message: Any) -> list[Any]:
        """Return what workers are told when one of them reports this."""
        reports.keep(self.session, message, self.own)
        told = floor.take(self.session, self.own, message, now=self.now)
        told += serving.serve(self.session, self.own, self.room, now=self.now)
        return [each.order for each in told]

    def later(self, seconds: float) -> list[Any]:
        """Return what workers are told in a round so much later."""
        self.now += timedelta(seconds=seconds)
        floor.tend(self.session, self.own, now=self.now)
        told = controls.take(self.session, self.own, self.room, now=self.now)
        told += serving.serve(self.session, self.own, self.room, now=self.now)
        return [each.order for each in told]

    def connect(self, call: Call, seat: Seat) -> None:
        """Let the seat that is offered the call talk."""
        assert (seat.status, seat.call_id) == ("offered", call.id)
        self.report(CallAnswered(str(call.id), self.at))
        self.report(AgentJoined(str(call.id), seat.account_id, self.at))

    def gone(self, call: Call, seat: Seat, outcome: str, *, talked: bool = False) -> list[Any]:
        return self.report(AgentGone(str(call.id), seat.account_id, outcome, talked, self.at))

    def joined(self, call: Call, party: str) -> list[Any]:
        return self.report(PartyJoined(str(call.id), party, self.at))

    def parted(self, call: Call, party: str, outcome: str = "hung_up") -> list[Any]:
        talked = outcome == "hung_up"
        return self.report(PartyGone(str(call.id), party, outcome, talked, self.at))

    def press(self, call: Call, key: str) -> list[Any]:
        return self.report(CallerPressed(str(call.id), key, self.at))

    def end(self, call: Call, reason: str = "caller_hung_up") -> list[Any]:
        return self.report(CallEnded(str(call.id), reason, 12.0, 1, self.at))

    def ask(
        self, own: Seat, verb: Verb, call: Call | None, *, destination: str = "", **details: Any
    ) -> tuple[list[Any], CallOrder]:
        """Return what is told of this order in a round, and the order as it was settled."""
        row = ordering.order(
            self.session,
            verb,
            call,
            account_id=own.account_id,
            destination=destination,
            now=self.now,
            **details,
        )
        told = controls.take(self.session, self.own, self.room, now=self.now)
        assert row.settled_at
        return [each.order for each in told], row

    def types(self, call: Call) -> list[str]:
        return [each.type for each in events.history(self.session, records.chain(call.id))]

    @property
    def at(self) -> str:
        return self.now.isoformat()


def refused(scene: Floor, own: Seat, verb: Verb, call: Call | None, **details: object) -> str:
    """Return why nobody was told anything."""
    told, row = scene.ask(own, verb, call, **details)  # type: ignore[arg-type]
    assert told == []
    assert row.outcome == "refused"
    assert row.why.endswith(".")
    return row.why
