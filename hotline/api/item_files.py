"""事项导入、导出 over HTTP: a file becomes drafts, all of it or nothing."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Response, UploadFile

from hotline.api import uploads
from hotline.api.article_writes import Reader, Writer
from hotline.api.schemas_items import CleanedOut, ItemsImported
from hotline.api.writes import Writing
from hotline.core.clock import beijing_day, now
from hotline.web.access import SessionDep
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, UPLOADING, WRITING
from knowledge.items import importing
from knowledge.items.exporting import Format, export
from knowledge.items.files import rows_of

router = APIRouter(prefix="/api/v1/items", tags=["items"], responses=READING)


@router.post(
    "/import",
    operation_id="import_items",
    summary="Take in a file (导入事项)",
    response_model=ItemsImported,
    responses={**WRITING, **UPLOADING},
)
def import_items(
    actor: Writer,
    sheet: Annotated[UploadFile, File(description="CSV, XLSX or JSON: one line an item.")],
    write: Writing,
    dry_run: Annotated[bool, Form(description="Only say what would be done.")] = False,
) -> Any:
    """Draft every line that says something new, or nothing and an error per bad cell."""
    with uploads.kept(sheet) as path:

        def act() -> ItemsImported:
            rows, at = rows_of(path), now()
            taken = importing.take_in(
                write.session, path.name, rows, actor=actor, now=at, only_check=dry_run
            )
            return _shown(taken, written=not dry_run)

        asked = f"import items {dry_run} {path.name} {uploads.digest_of(path)}"
        return write.once(act, actor, asked, again=as_kept)


@router.get(
    "/export",
    operation_id="export_items",
    summary="As a sheet (导出事项)",
    response_class=Response,
    responses={200: {"content": {each.kind: {} for each in Format}}},
)
def export_items(_actor: Reader, session: SessionDep, format: Format = Format.CSV) -> Response:
    """Return what holds today as a file that `import_items` takes in again without a change."""
    made = export(session, format, on=beijing_day(now()))
    headers = {"Content-Disposition": f'attachment; filename="items.{format}"'}
    return Response(made, media_type=format.kind, headers=headers)


def _shown(taken: importing.ItemsTaken, *, written: bool) -> ItemsImported:
    return ItemsImported(
        written=written,
        added=taken.added,
        changed=taken.changed,
        unchanged=taken.unchanged,
        cleaned=[CleanedOut.model_validate(each) for each in taken.cleaned],
    )
