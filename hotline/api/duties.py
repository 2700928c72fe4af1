"""值班表 over HTTP: who of a department is on duty, telephones masked until somebody asks."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session

from hotline.api.fields import Number, RowId
from hotline.api.schemas_directory import DutyList, DutyOut, DutyRevealed, GapSection, GapSections
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from knowledge import gaps_list
from knowledge.duties import rosters
from knowledge.duties.models_duties import Duty, masked_phone
from knowledge.models import Department

router = APIRouter(prefix="/api/v1", tags=["directory"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.RULES_READ))]
Revealer = Annotated[Actor, Depends(permit(Permission.DUTY_REVEAL))]
Editor = Annotated[Actor, Depends(permit(Permission.ARTICLE_READ))]


@router.get(
    "/departments/{code}/duties", operation_id="list_duties", summary="Who is on duty (值班)"
)
def list_duties(_actor: Reader, code: Number, session: SessionDep) -> DutyList:
    """Return the shifts that run and the next ones, the earliest first."""
    if session.get(Department, code) is None:
        raise NotFound(f"There is no department {code!r}.")
    at = now()
    rows = rosters.coming(session, code, now=at)
    return DutyList(items=[_duty(row, at) for row in rows])


@router.post(
    "/departments/{code}/duties/{duty_id}/reveal",
    operation_id="reveal_duty",
    summary="Somebody's telephone on duty (查看值班电话)",
    response_model=DutyRevealed,
    responses=WRITING,
)
def reveal_duty(actor: Revealer, code: Number, duty_id: RowId, write: Writing) -> Any:
    """Return the telephone in the clear; who looked is kept."""

    def act() -> DutyRevealed:
        return _revealed(write.session, code, duty_id, actor, now())

    # What is answered is somebody's number: it is kept nowhere.
    return write.once(act, actor, "reveal", again=as_kept, keep=False)


@router.get("/knowledge-gaps", operation_id="list_knowledge_gaps", summary="空缺清单")
def list_knowledge_gaps(_actor: Editor, session: SessionDep) -> GapSections:
    """Return everything that nobody has said yet, by kind, counted."""
    found = gaps_list.sections(session, home=settings().district, now=now())
    return GapSections(items=[GapSection.model_validate(each) for each in found])


def _revealed(
    session: Session, code: str, duty_id: int, actor: Actor, at: datetime
) -> DutyRevealed:
    row = rosters.find(session, code, duty_id)
    return DutyRevealed(id=duty_id, phone=rosters.reveal(session, row, actor=actor, now=at))


def _duty(row: Duty, at: datetime) -> DutyOut:
    return DutyOut(
        id=row.id or 0,
        department=row.department_code,
        role=row.role,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        person=row.person,
        phone=masked_phone(row),
        on_duty=row.starts_at <= at < row.ends_at,
        note=row.note,
    )
