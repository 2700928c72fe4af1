"""What RQ workers run: each job is one transaction, may run twice, and takes ids only."""

import uuid

import structlog

from dispatch import caller_notices, clocks, intake
from dispatch.models import Ticket
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.queue import enqueue
from hotline.core.settings import settings

BATCH = 500

log = structlog.get_logger()


def register_call(call_id: str) -> None:
    """Register the call's words as a ticket."""
    own = settings()
    with transaction() as session:
        intake.register_call(
            session,
            uuid.UUID(call_id),
            district=own.district,
            auto_dispatch=own.auto_dispatch,
            now=now(),
        )


def sweep_calls() -> None:
    """Register calls whose job was lost: Redis may be wiped at any moment."""
    with transaction() as session:
        forgotten = intake.forgotten_calls(session)
    for call_id in forgotten:
        log.warning("call.taken_up", call=call_id.hex[:8])
        enqueue("dispatch.jobs.register_call", str(call_id))  # one that fails stops no other


def deliver_notices() -> None:
    """Offer waiting messages to the gateway, each in a transaction of its own.

    The first one that is not taken ends the round: a gateway that is down must not hold up calls
    and clocks, which share this queue.
    """
    while deliver_notice():
        pass


def deliver_notice() -> bool:
    """Offer one message; return whether there was one and it was taken."""
    with transaction() as session:
        moment = now()
        notice = caller_notices.claim_unsent(session, now=moment)
        return notice is not None and caller_notices.deliver(session, notice, now=moment)


def sweep_clocks() -> None:
    """Strike every threshold that has come; batch after batch until none is due."""
    while strike_batch():
        pass


def strike_batch() -> int:
    """Strike one batch in one transaction and return how many clocks it held."""
    with transaction() as session:
        moment = now()
        due = clocks.claim_due(session, now=moment, limit=BATCH)
        for clock in due:
            clocks.strike(session, clock, session.get_one(Ticket, clock.ticket_id), now=moment)
        return len(due)
