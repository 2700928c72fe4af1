"""通话控制: what agents and team leads ask of the switch, as rows that its leader takes.

A row and a NOTIFY in one transaction: the switch hears of it as soon as it is committed, and finds
it by looking when it was away.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from hotline.core import rekeying, vault
from telephony.models import Call
from telephony.models_calls import CallOrder, OrderOutcome

CHANNEL = "hotline_calls"
"""What PostgreSQL's NOTIFY names: a call's order waits, or a seat wants something else."""


class Verb(StrEnum):
    """What may be asked; `details` in brackets, a destination sealed apart."""

    ANSWER = "answer"
    HOLD = "hold"
    UNHOLD = "unhold"
    MUTE = "mute"
    UNMUTE = "unmute"
    CONSULT = "consult"  # ring somebody, the caller held {label, seat?}
    MEET = "meet"  # 三方
    TRANSFER = (
        "transfer"  # leave the call to those who are in it; or to whom is rung {label, seat?}
    )
    DROP = "drop"  # somebody whom one fetched {party}
    EMERGENCY = "emergency"  # 110, 119, 120, 122 {service}
    LISTEN = "listen"  # a supervisor {listening}
    STOP_LISTENING = "stop_listening"
    PRESS = "press"  # {keys, party}
    HANG_UP = "hang_up"  # the agent's: the caller is asked to rate; a supervisor's: everybody's
    DIAL = "dial"  # 回拨: ring a caller for one's own seat {missed? | of_call?}
    HAND_OVER_LANGUAGE = "hand_over_language"  # back into the queue, in the other {language}
    TAKE_OVER = "take_over"  # of a call that waits, by who chooses it


def order(
    session: Session,
    verb: Verb,
    call: Call | None,
    *,
    account_id: int,
    destination: str = "",
    now: datetime,
    **details: Any,
) -> CallOrder:
    """Ask this of the switch once the transaction stands; return the row it is asked by."""
    asked = CallOrder(
        call_id=call.id if call else None,
        account_id=account_id,
        verb=verb,
        details=details,
        sealed_destination=vault.wrap(destination.encode(), _PURPOSE) if destination else None,
        ordered_at=now,
    )
    session.add(asked)
    session.flush()
    wake(session)
    return asked


def wake(session: Session) -> None:
    """Let the switch look once the transaction stands: seats or orders have changed."""
    session.execute(text(f"NOTIFY {CHANNEL}"))


def waiting(session: Session, *, limit: int = 100) -> Sequence[CallOrder]:
    """Return the orders that wait, oldest first, locked; what another one holds is left out."""
    return session.exec(
        select(CallOrder)
        .where(col(CallOrder.settled_at).is_(None))
        .order_by(col(CallOrder.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def destination_of(asked: CallOrder) -> str:
    """Return where the order leads; never log it."""
    return (
        vault.open_wrapped(asked.sealed_destination, _PURPOSE).decode()
        if (asked.sealed_destination)
        else ""
    )


def settle(asked: CallOrder, *, refused: str = "", now: datetime) -> None:
    """Take note that the order was carried out, or why it was not; its destination is forgotten."""
    asked.settled_at, asked.sealed_destination = now, None
    asked.outcome = OrderOutcome.REFUSED if refused else OrderOutcome.DONE
    asked.why = refused


_PURPOSE = "call order"
rekeying.register(rekeying.Wrapped("call_order", "sealed_destination", "id", lambda _key: _PURPOSE))
