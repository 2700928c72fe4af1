"""What a blocked caller says is heard: danger and failing supply become a ticket all the same."""

from sqlmodel import Session

from nlp.text import normalise
from nlp.urgency import find_urgency
from telephony import blocking, records
from telephony.models import Call


def becomes_ticket(session: Session, call: Call) -> bool:
    """Return whether the machine registers this message.

    Every one, but a blocked caller's that holds no word of danger, hazard or failing supply; those
    of the past and those only feared count too: whoever is wrongly not heard may die.
    """
    if not blocking.is_blocked(session, call, call.started_at):
        return True
    found = find_urgency(normalise("\n".join(records.transcript(session, call))))
    return bool(found.signs)
