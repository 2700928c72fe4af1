"""How that is shown which stands beside a ticket."""

from sqlmodel import Session

from dispatch.beside import supervision, suspensions
from dispatch.clustering import splitting
from dispatch.ending import answers, declines, endings, handovers
from dispatch.handling import cases
from dispatch.models import Ticket
from hotline.api import cluster_views
from hotline.api.arbitration_views import arbitration_out
from hotline.api.schemas_beside import Beside
from hotline.api.schemas_decisions import DeclineOut, DirectAnswerOut, HandOverOut, RedoOut
from hotline.api.schemas_suspensions import SuspensionOut
from hotline.api.supervision_views import supervision_out


def beside(session: Session, ticket: Ticket) -> Beside:
    """Return what stands beside the ticket."""
    origin = session.get(Ticket, ticket.split_from_id) if ticket.split_from_id else None
    return Beside(
        cluster=cluster_views.of_ticket(session, ticket),
        split_from=origin.number if origin else None,
        parts=[each.number for each in splitting.parts_of(session, ticket)],
        answers=[
            DirectAnswerOut.model_validate(each) for each in answers.of_ticket(session, ticket)
        ],
        declines=[DeclineOut.model_validate(each) for each in declines.of_ticket(session, ticket)],
        hand_overs=[
            HandOverOut.model_validate(each) for each in handovers.of_ticket(session, ticket)
        ],
        redone=[RedoOut.model_validate(each) for each in endings.redone(session, ticket)],
        arbitrations=[arbitration_out(session, each) for each in cases.of_ticket(session, ticket)],
        supervisions=[
            supervision_out(session, each) for each in supervision.of_ticket(session, ticket)
        ],
        suspensions=[
            SuspensionOut.model_validate(each) for each in suspensions.of_ticket(session, ticket)
        ],
    )
