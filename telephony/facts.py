"""What came of each incoming call, read from its events: the raw material of 接通率 and the like.

Every figure is a count or a sum of `CallFacts`, so that it can be traced to the calls behind it.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import String, cast, func
from sqlmodel import Session, col, select

from hotline.core.events import Event, EventType
from telephony.acd.patience import MissedWhy
from telephony.models import Call, Direction

_CHAIN = "call:"
# Who no longer waits because they were promised a call, or left a message, has not given up.
_SERVED = ("message_left",)
_TOLD = (
    EventType.CALL_RINGING,
    EventType.CALL_QUEUED,
    EventType.CALL_OFFERED,
    EventType.CALL_CONNECTED,
    EventType.CALL_HELD,
    EventType.CALL_RESUMED,
    EventType.CALL_TRANSFERRED,
    EventType.CALL_MISSED,
    EventType.CALL_WRAPPED_UP,
    EventType.CALL_ENDED,
)


@dataclass(frozen=True)
class CallFacts:
    """One call. `offered` counts the seats that it was offered to; None: that never happened."""

    call_id: uuid.UUID
    arrived_at: datetime | None = None
    queued_at: datetime | None = None  # wanted an agent from here on
    connected_at: datetime | None = None  # heard one
    ended_at: datetime | None = None
    end_reason: str = ""
    missed: str = ""  # `MissedWhy`: the hotline owes a call
    offered: int = 0
    transfers: int = 0
    holds: int = 0
    held_since: datetime | None = None
    held: timedelta = timedelta()
    wrap_up_s: float = 0.0  # 话后处理, of all agents

    @property
    def waited_s(self) -> float | None:
        """How long the caller waited for an agent; None while they wait, or if they never did."""
        until = self.connected_at or self.ended_at
        return (until - self.queued_at).total_seconds() if self.queued_at and until else None

    @property
    def abandoned(self) -> bool:
        """Whether the caller gave up waiting."""
        gone = self.queued_at and self.ended_at and not self.connected_at
        served = self.end_reason in _SERVED or self.missed in (MissedWhy.ASKED, MissedWhy.LOST)
        return bool(gone) and not served

    def answered_within(self, seconds: float) -> bool:
        """Return whether an agent was heard within so many seconds of waiting."""
        return self.connected_at is not None and (self.waited_s or 0.0) <= seconds

    def abandoned_within(self, seconds: float) -> bool:
        """Return whether the caller gave up sooner than this: misdialled, or thought better."""
        return self.abandoned and (self.waited_s or 0.0) < seconds


@dataclass(frozen=True)
class Figures:
    """Counts over some calls; spans in seconds, 0 where there is nothing to sum."""

    calls: int
    wanted: int  # wanted an agent
    answered: int
    answered_within: int
    abandoned: int
    short_abandoned: int  # of these
    offers: int
    transfers: int
    holds: int
    held_s: float
    wrap_up_s: float
    longest_wait_s: float


def of_calls(session: Session, since: datetime, until: datetime) -> list[CallFacts]:
    """Return what came of each incoming call that arrived in [since, until), the oldest first."""
    began = select(func.concat(_CHAIN, cast(Call.id, String))).where(
        col(Call.started_at) >= since,
        col(Call.started_at) < until,
        Call.direction == Direction.IN,
    )
    told = select(Event).where(col(Event.chain).in_(began), col(Event.type).in_(_TOLD))
    found = session.exec(told.order_by(col(Event.chain), col(Event.seq))).all()
    facts = [of_events(list(each)) for _, each in groupby(found, key=lambda event: event.chain)]
    return sorted(facts, key=lambda each: (each.arrived_at or since, each.call_id))


def of_events(chain: Sequence[Event]) -> CallFacts:
    """Return what one call's events tell, given in their order; what is told twice counts once."""
    facts = CallFacts(uuid.UUID(chain[0].chain.removeprefix(_CHAIN)))
    for event in chain:
        facts = _after(facts, event)
    if facts.held_since and facts.ended_at:  # nobody takes up a held caller who has hung up
        facts = _resumed(facts, facts.ended_at)
    return facts


def figures(facts: Iterable[CallFacts], *, within_s: float, short_s: float) -> Figures:
    """Return the counts; `short_s`: who gives up sooner is told apart."""
    calls = list(facts)
    wanted = [each for each in calls if each.queued_at]
    return Figures(
        calls=len(calls),
        wanted=len(wanted),
        answered=sum(each.connected_at is not None for each in wanted),
        answered_within=sum(each.answered_within(within_s) for each in wanted),
        abandoned=sum(each.abandoned for each in wanted),
        short_abandoned=sum(each.abandoned_within(short_s) for each in wanted),
        offers=sum(each.offered for each in calls),
        transfers=sum(each.transfers for each in calls),
        holds=sum(each.holds for each in calls),
        held_s=sum((each.held for each in calls), timedelta()).total_seconds(),
        wrap_up_s=round(sum(each.wrap_up_s for each in calls), 1),
        longest_wait_s=max((each.waited_s or 0.0 for each in wanted), default=0.0),
    )


def _after(facts: CallFacts, event: Event) -> CallFacts:
    at, refs = event.at, event.refs
    match event.type:
        case EventType.CALL_RINGING:
            return replace(facts, arrived_at=facts.arrived_at or at)
        case EventType.CALL_QUEUED:  # a second time when an agent hands them on: still one wish
            return replace(facts, queued_at=facts.queued_at or at)
        case EventType.CALL_OFFERED:
            return replace(facts, offered=facts.offered + 1)
        case EventType.CALL_CONNECTED:
            return replace(facts, connected_at=facts.connected_at or at)
        case EventType.CALL_HELD:
            again = facts.held_since is not None  # held while held: one hold
            return replace(
                facts, holds=facts.holds + (not again), held_since=facts.held_since or at
            )
        case EventType.CALL_RESUMED:
            return _resumed(facts, at)
        case EventType.CALL_TRANSFERRED:
            return _resumed(replace(facts, transfers=facts.transfers + 1), at)
        case EventType.CALL_MISSED:
            return replace(facts, missed=str(refs["why"]))
        case EventType.CALL_WRAPPED_UP:
            return replace(facts, wrap_up_s=facts.wrap_up_s + float(refs["seconds"]))
        case EventType.CALL_ENDED:
            return replace(facts, ended_at=at, end_reason=str(refs["reason"]))
        case _:
            return facts


def _resumed(facts: CallFacts, at: datetime) -> CallFacts:
    held = at - facts.held_since if facts.held_since else timedelta()
    return replace(facts, held=facts.held + held, held_since=None)
