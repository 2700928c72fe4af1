"""A process in which things happen: `… -m hotline.bench.telling PER_S COUNT FIRST`.

Event number `n` is a reminder of the ticket with the id `n % TICKETS + 1`; it carries `place=n`.
"""

import sys
import time

from sqlmodel import col, select

from dispatch.models import Ticket
from hotline.core import events
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.events import EventType

TICKETS = 1000


def main() -> None:
    """Append so many events, at that pace, each in a transaction of its own."""
    per_s, count, first = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with transaction() as session:
        rows = select(Ticket.id, Ticket.number).where(col(Ticket.id) <= TICKETS)
        numbers = dict(session.exec(rows).all())
    began = time.monotonic()
    for turn in range(count):
        time.sleep(max(0.0, began + turn / per_s - time.monotonic()))
        place = first + turn
        number = numbers[place % TICKETS + 1]
        with transaction() as session:
            events.append(
                session,
                EventType.TICKET_REMINDED,
                chain=f"ticket:{number}",
                actor="bench",
                now=now(),
                ticket=number,
                place=place,
            )


if __name__ == "__main__":
    main()
