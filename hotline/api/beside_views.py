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
from hotline.core.accounts import Actor


def beside(session: Session, ticket: Ticket, *, reader: Actor | None = None) -> Beside:
    """Return what stands beside the ticket, of other tickets what the reader may see."""
    origin = splitting.origin_of(session, ticket, reader=reader)
    return Beside(
        cluster=cluster_views.of_ticket(session, ticket, reader=reader),
        split_from=origin.number if origin else None,
        parts=[each.number for each in splitting.parts_of(session, ticket, reader=reader)],
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
