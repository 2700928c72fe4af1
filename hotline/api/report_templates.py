"""报告模板 over HTTP: read, saved as versions, previewed."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from dispatch.reports import html_form, previewing, templating
from dispatch.reports.templating import Wanted
from dispatch.reports.terms import Form
from hotline.api.reports import Limit, Maker, Reader
from hotline.api.schemas_reports import PreviewIn, TemplateIn, TemplateOut, TemplatePage
from hotline.api.writes import Writing
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/reports/templates", tags=["reports"], responses=READING)

Named = Annotated[str, Path(max_length=40, pattern=r"^[a-z][a-z0-9-]*$")]
After = Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9-]*$")]


@router.get("", operation_id="list_report_templates", summary="List report templates (报告模板)")
def list_report_templates(
    _: Reader, session: SessionDep, after: After = "", limit: Limit = 50
) -> TemplatePage:
    """Return the newest version of every template, by code."""
    rows = templating.listed(session, after=after, limit=limit)
    more = rows[-1].code if len(rows) == limit else None
    return TemplatePage(items=[TemplateOut.model_validate(row) for row in rows], next=more)


@router.get(
    "/{code}", operation_id="get_report_template", summary="Read a report template's newest version"
)
def get_report_template(_: Reader, code: Named, session: SessionDep) -> TemplateOut:
    """Return the version that new reports are made by."""
    return TemplateOut.model_validate(templating.newest(session, code))


@router.post(
    "",
    operation_id="save_report_template",
    status_code=201,
    summary="Save a report template's next version",
    response_model=TemplateOut,
    responses=WRITING,
)
def save_report_template(actor: Maker, given: TemplateIn, write: Writing) -> Any:
    """Keep the text as the newest version; 422 with the line and the reason for a bad one."""
    wanted = Wanted(given.code, given.kind, given.name, given.text)

    def act() -> TemplateOut:
        return TemplateOut.model_validate(
            templating.save(write.session, wanted, actor=actor, now=now())
        )

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.post(
    "/preview",
    operation_id="preview_report_template",
    summary="Preview a report template",
    response_class=Response,
    responses={200: {"content": {Form.HTML.media_type: {}}}},
)
def preview_report_template(actor: Maker, given: PreviewIn, session: SessionDep) -> Response:
    """Return what it says of the period of its kind that was frozen last; nothing is kept."""
    told = previewing.preview(session, given.kind, given.text, reader=actor)
    headers = {"Content-Security-Policy": html_form.CONTENT_POLICY}
    return Response(told, media_type=Form.HTML.media_type, headers=headers)
