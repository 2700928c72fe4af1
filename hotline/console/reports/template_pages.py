"""报告模板: each in its newest version, edited as text; what is bad is said with its line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.indicators import definitions
from dispatch.reports import html_form, previewing, templating
from dispatch.reports.content import KEYS
from dispatch.reports.lines import BadLine
from dispatch.reports.models_reports import ReportTemplate
from dispatch.reports.templating import Wanted
from dispatch.reports.terms import Form as As
from dispatch.reports.terms import ReportKind
from hotline.console import moments
from hotline.console.administration.frame import Refusal, attempt, in_words
from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.reports.frame import PAGE, SHOWN, Maker, shown
from hotline.console.words import say
from hotline.core.clock import now
from hotline.web.access import SessionDep

router = APIRouter(prefix=f"{PAGE}/templates", include_in_schema=False)

_KINDS = list(ReportKind)

Code = Annotated[str, Form(max_length=40)]
Name = Annotated[str, Form(max_length=64)]
Text = Annotated[str, Form(max_length=20_000)]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Maker,
    request: Request,
    session: SessionDep,
    after: Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9-]*$")] = "",
) -> Response:
    """Show every template's newest version, and a form for another one."""
    found = templating.listed(session, after=after, limit=SHOWN + 1)
    more = found[SHOWN - 1].code if len(found) > SHOWN else ""
    return shown(
        request,
        viewer,
        "templates",
        rows=found[:SHOWN],
        more=more,
        short=moments.short,
    )


@router.get("/edit", response_class=HTMLResponse)
def edit(
    viewer: Maker,
    request: Request,
    session: SessionDep,
    code: Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9-]*$")] = "",
) -> Response:
    """Show a template's text to change, with what it may say; the packaged one for a new code."""
    old = templating.newest(session, code) if code else None
    wanted = (
        Wanted(old.code, ReportKind(old.kind), old.name, old.text)
        if old
        else Wanted("", ReportKind.SPECIAL, "", templating.packaged(ReportKind.SPECIAL))
    )
    return _form(request, session, viewer, wanted)


@router.post("/edit", response_class=HTMLResponse)
def save(
    viewer: Maker,
    request: Request,
    session: SessionDep,
    code: Code,
    kind: Annotated[ReportKind, Form()],
    name: Name,
    text: Text,
    do: Annotated[str, Form(max_length=8)] = "save",
) -> Response:
    """Save the next version, or show what the text would say (`do=preview`)."""
    said = text.replace("\0", "").replace("\r\n", "\n")
    wanted = Wanted(code.replace("\0", "").strip(), kind, name.replace("\0", ""), said)
    if do == "preview":
        return _preview(request, session, viewer, wanted)

    def act() -> None:
        with _lines_in_words():
            templating.save(session, wanted, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        return _form(request, session, viewer, wanted, refused)
    return RedirectResponse(f"{PAGE}/templates", status_code=303)


def _preview(request: Request, session: Session, viewer: Viewer, wanted: Wanted) -> Response:
    pages: list[bytes] = []

    def act() -> None:
        with _lines_in_words():
            made = previewing.preview(session, wanted.kind, wanted.text, reader=viewer.actor)
            pages.append(made)

    if refused := attempt(session, act):
        return _form(request, session, viewer, wanted, refused)
    policy = {"Content-Security-Policy": html_form.CONTENT_POLICY}
    return Response(pages[0], media_type=As.HTML.media_type, headers=policy)


@contextmanager
def _lines_in_words() -> Iterator[None]:
    """Say which line of the template is bad and why, in the reader's words."""
    try:
        yield
    except BadLine as bad:
        why = in_words(bad.why, "template_refused") or bad.why
        raise Misfilled(say("reports.bad_line", line=bad.line, why=why)) from bad


def _form(
    request: Request,
    session: Session,
    viewer: Viewer,
    wanted: Wanted,
    refused: Refusal | None = None,
) -> Response:
    old: list[ReportTemplate] = []
    if wanted.code:
        old = list(templating.versions(session, wanted.code, limit=SHOWN))
    newest = {each.code: each.name_zh for each in definitions.packaged()}
    return shown(
        request,
        viewer,
        "template",
        refused,
        wanted=wanted,
        versions=old,
        kinds=_KINDS,
        codes=newest.items(),
        keys=list(KEYS),
        short=moments.short,
    )
