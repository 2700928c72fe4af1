"""What RQ workers run: each job is one transaction, may run twice, and takes ids only."""

import time
import uuid

import structlog

from dispatch import intake, live_proposals
from dispatch.beside import extension_limits, extensions
from dispatch.handling import orders
from dispatch.notices import caller_notices, staff_gateways, staff_notices
from dispatch.notices.staff_gateways import Channel
from dispatch.timing import sweep
from dispatch.timing.sweep import Batch
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.queue import enqueue, started
from hotline.core.settings import settings

BATCH = 500
WAIT_S = 0.05
TIMES_WAITED = 20

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


def propose_for_call(call_id: str) -> None:
    """Ask the router about what the caller of a running call has said so far."""
    own = settings()
    with transaction() as session:
        live_proposals.propose(session, uuid.UUID(call_id), home=own.district, now=now())


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
    started(caller_notices.DELIVERY_JOB)
    while deliver_notice():
        pass


def deliver_notice() -> bool:
    """Offer one message; return whether there was one and it was taken."""
    with transaction() as session:
        moment = now()
        notice = caller_notices.claim_unsent(session, now=moment)
        return notice is not None and caller_notices.deliver(session, notice, now=moment)


def sweep_clocks() -> None:
    """Strike every threshold that has come; batch after batch until none is due.

    What somebody else is at just now is tried again for a second, and then left to the next sweep.
    """
    struck = waited = 0
    while waited < TIMES_WAITED and (batch := strike_batch()).found:
        struck += len(batch.struck)
        if not batch.struck:
            waited += 1
            time.sleep(WAIT_S)
    if struck:
        enqueue("dispatch.jobs.deliver_staff_notices")


def strike_batch() -> Batch:
    """Strike one batch in one transaction."""
    with transaction() as session:
        return sweep.strike_batch(session, now=now(), limit=BATCH)


def deliver_staff_notices() -> None:
    """Offer the staff's notices by SMS and by e-mail; one that is away holds up no other."""
    for channel in Channel:
        while deliver_staff_batch(channel):
            pass


def deliver_staff_batch(channel: Channel) -> int:
    """Offer one batch in one transaction; return how many were taken."""
    own = settings()
    url = {Channel.SMS: own.staff_sms_url, Channel.EMAIL: own.staff_email_url}[channel]
    out = staff_gateways.way(channel, url=url, folder=own.data_dir / "outbox")
    with transaction() as session:
        return staff_notices.deliver(session, channel, out, now=now())


def lapse_extensions() -> None:
    """Refuse what nobody decided in time, each extension in a transaction of its own."""
    with transaction() as session:
        late = extension_limits.undecided_too_long(session, now=now())
    for number in late:
        with transaction() as session:
            extensions.lapse(session, orders.find(session, number, lock=True), now=now())
