"""移交质检单 over HTTP: open work of somebody who is away is given to another inspector."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from dispatch.inspection import handing
from dispatch.inspection.models_inspection import Inspection
from hotline.api.fields import RowId
from hotline.api.inspections import inspection_out, locked
from hotline.api.schemas_inspection_handing import HandOverIn
from hotline.api.schemas_inspections import InspectionOut
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import permit
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/inspections", tags=["inspections"], responses=READING)

Hander = Annotated[Actor, Depends(permit(Permission.INSPECTION_HAND))]


@router.post(
    "/{inspection_id}/hand-over",
    operation_id="hand_over_inspection",
    summary="Hand open work to another inspector (移交)",
    response_model=InspectionOut,
    responses=WRITING,
)
def hand_over_inspection(
    actor: Hander, inspection_id: RowId, given: HandOverIn, write: Writing
) -> Any:
    """移交: never to who did the work; whoever takes it over marks it anew, and is told."""

    def act(found: Inspection) -> None:
        handing.hand_over(write.session, found, given.to, given.why, actor=actor, now=now())

    find = locked(write.session, inspection_id, actor)
    return write.change(find, act, inspection_out, actor, given.model_dump_json())
