"""录音 of a call without a ticket, heard from its inspection: a reason first, as everywhere."""

from fastapi import APIRouter
from sqlmodel import Session

from dispatch import tickets
from dispatch.inspection import inspections
from dispatch.inspection.models_inspection import Inspection
from hotline.console import tapes
from hotline.console.frame import Listener
from hotline.console.inspection.frame import PAGE, Reader, Row
from hotline.console.tape_doors import PART, Heard, doors
from hotline.console.tapes import Tape
from hotline.core.errors import NotFound
from hotline.web.access import SessionDep

router = APIRouter(include_in_schema=False)


def tape_of(session: Session, found: Inspection) -> Tape | None:
    """Return the recording of the inspection's call; None where a ticket's page has the player."""
    if found.call_id is None or tickets.of_call(session, found.call_id):
        return None
    return tapes.of_call(session, found.call_id, f"{PAGE}/{found.id}/{PART}")


def _heard(reader: Reader, viewer: Listener, inspection_id: Row, session: SessionDep) -> Heard:
    """Return who listens, who may both inspect and listen, and to what; raise NotFound."""
    tape = tape_of(session, inspections.find(session, inspection_id, reader=reader.actor))
    if tape is None:
        raise NotFound("There is no recording here.", remedy="Hear it on the ticket's page.")
    return viewer, tape


router.include_router(doors(_heard), prefix="/{inspection_id}")
