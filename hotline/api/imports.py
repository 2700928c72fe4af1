"""导入 over HTTP: another system's tickets, as `hotline import tickets` takes them in."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile

from dispatch.taking_over.import_mapping import mapping_text, parse_mapping
from dispatch.taking_over.takeover import Done, Opening, Way, take_over
from hotline.api import uploads
from hotline.api.schemas_imports import TicketsImported
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.security import Permission
from hotline.web.access import SessionDep, let_go, permit
from hotline.web.idempotency import IdempotencyKey, once_apart
from hotline.web.problems import READING, UPLOADING

router = APIRouter(prefix="/api/v1/imports", tags=["imports"], responses=READING)

Importer = Annotated[Actor, Depends(permit(Permission.TICKET_IMPORT))]


def apart() -> Opening:
    """Return how transactions beside the request's own are opened: a caller waits for no import."""
    return transaction


@router.post(
    "/tickets",
    operation_id="import_tickets",
    summary="Take over tickets (导入他系统工单)",
    response_model=TicketsImported,
    responses=UPLOADING,
)
def import_tickets(
    actor: Importer,
    session: SessionDep,
    opening: Annotated[Opening, Depends(apart)],
    sheet: Annotated[UploadFile, File(description="CSV or XLSX, one line a ticket.")],
    mapping: Annotated[UploadFile, File(description="TOML: which column holds what.")],
    dry_run: Annotated[bool, Form(description="Only say what would be done.")] = False,
    key: IdempotencyKey = None,
) -> Any:
    """Take in every line of the sheet that is new here, or nothing and an error per bad line."""
    told = mapping_text(uploads.name_of(mapping), mapping.file.read())
    columns = parse_mapping(uploads.name_of(mapping), told)
    at = now()
    way = Way(actor, at, opening, checked=_quietly, written=_quietly)
    with uploads.kept(sheet) as path:
        asked = f"import tickets {dry_run} {path.name} {uploads.digest_of(path)} {told}"

        def act() -> TicketsImported:
            return _shown(take_over(path, columns, way, only_check=dry_run))

        let_go(session)  # an import may take longer than a transaction may idle
        return once_apart(opening, key, asked, act, actor=actor, now=at)


def _shown(done: Done) -> TicketsImported:
    report = done.report
    return TicketsImported(
        written=done.written,
        added=report.added,
        unchanged=report.unchanged,
        differing=report.differing.count,
        differences=report.differing.lines,
    )


def _quietly(_lines: int) -> None:
    """Nobody is told how far a request's file has come."""
