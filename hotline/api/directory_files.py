"""目录导入、导出 over HTTP: the same files as `hotline import`, all of one or nothing."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile

from hotline.api import uploads
from hotline.api.article_writes import Writer
from hotline.api.schemas_directory import DirectoryImported
from hotline.api.schemas_items import CleanedOut
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, UPLOADING, WRITING
from knowledge.exchange.kinds import Kind, give_out, take_in
from knowledge.exchange.writing import Format
from knowledge.importer import ImportReport

router = APIRouter(prefix="/api/v1", tags=["directory"], responses=READING)

Changer = Annotated[Actor, Depends(permit(Permission.RULES_CHANGE))]
Sent = Annotated[UploadFile, File(description="CSV, XLSX, JSON or JSON lines.")]
DryRun = Annotated[bool, Form(description="Only say what would be done.")]
_FILES: dict[int | str, dict[str, Any]] = {200: {"content": {each.kind: {} for each in Format}}}


@router.post(
    "/directory/{kind}/import",
    operation_id="import_directory",
    summary="Take in a file (导入目录)",
    response_model=DirectoryImported,
    responses={**WRITING, **UPLOADING},
)
def import_directory(
    actor: Changer, kind: Kind, sheet: Sent, write: Writing, dry_run: DryRun = False
) -> Any:
    """Take in districts, departments, contacts, catalogue, precedents, lines or rosters."""
    return _taken(write, _of_directory(kind), sheet, dry_run, actor)


@router.get(
    "/directory/{kind}/export",
    operation_id="export_directory",
    summary="As a sheet (导出目录)",
    response_class=Response,
    responses=_FILES,
)
def export_directory(
    actor: Changer, kind: Kind, session: SessionDep, format: Format = Format.CSV
) -> Response:
    """Return what there is as a file that `import_directory` takes again without a change."""
    return _file(session, _of_directory(kind), format, actor)


@router.post(
    "/articles/import",
    operation_id="import_articles",
    summary="Take in a file (导入知识点)",
    response_model=DirectoryImported,
    responses={**WRITING, **UPLOADING},
)
def import_articles(actor: Writer, sheet: Sent, write: Writing, dry_run: DryRun = False) -> Any:
    """Draft every line that says something new, or nothing and an error per bad line."""
    return _taken(write, Kind.ARTICLES, sheet, dry_run, actor)


@router.get(
    "/articles/export",
    operation_id="export_articles",
    summary="As a sheet (导出知识点)",
    response_class=Response,
    responses=_FILES,
)
def export_articles(actor: Writer, session: SessionDep, format: Format = Format.CSV) -> Response:
    """Return what is published as a file that `import_articles` takes again without a change."""
    return _file(session, Kind.ARTICLES, format, actor)


def _of_directory(kind: Kind) -> Kind:
    """Return the kind; articles are read and written by others, on their own page."""
    if kind is Kind.ARTICLES:
        raise NotFound("Articles have a way of their own.", remedy="Use /api/v1/articles/import.")
    return kind


def _taken(write: Write, kind: Kind, sheet: UploadFile, dry_run: bool, actor: Actor) -> Any:
    with uploads.kept(sheet) as path:

        def act() -> DirectoryImported:
            report = take_in(write.session, kind, path, actor=actor, now=now(), dry_run=dry_run)
            return _shown(report, written=not dry_run)

        asked = f"import {kind} {dry_run} {path.name} {uploads.digest_of(path)}"
        return write.once(act, actor, asked, again=as_kept)


def _file(session: SessionDep, kind: Kind, format: Format, actor: Actor) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{kind}.{format}"'}
    made = give_out(session, kind, format, actor=actor, now=now())
    return Response(made, media_type=format.kind, headers=headers)


def _shown(report: ImportReport, *, written: bool) -> DirectoryImported:
    return DirectoryImported(
        written=written,
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
        replaced=report.replaced,
        cleaned=[CleanedOut.model_validate(each) for each in report.cleaned],
    )
