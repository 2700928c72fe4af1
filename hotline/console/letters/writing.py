"""起草: a new letter, from nothing or from a department's figures, and one that is changed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.indicators import definitions, reading
from dispatch.indicators.reading import TOTAL
from dispatch.indicators.terms import Kind as Figures
from dispatch.indicators.terms import Unit
from dispatch.letters import drafting, references
from dispatch.letters.models_letters import Letter
from dispatch.letters.references import Reference, Thing
from dispatch.letters.states import Kind
from hotline.console.administration.frame import Refusal, attempt, require_fresh
from hotline.console.frame import Viewer, templates
from hotline.console.indicators.asking import Asked, Filters
from hotline.console.indicators.pages import written as figure_in_words
from hotline.console.letters import frame, typed
from hotline.console.letters.frame import PAGE, Writer
from hotline.console.letters.typed import LetterForm, Typed
from hotline.core.clock import now
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from knowledge import names

router = APIRouter(include_in_schema=False)


@router.get("/new", response_class=HTMLResponse)
def new(
    viewer: Writer,
    request: Request,
    session: SessionDep,
    asked: Filters,
    kind: Annotated[Kind, Query()] = Kind.RECTIFICATION,
    ticket: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Show an empty form; with a department its figures of the period are referred to already."""
    department = asked.chosen.department
    named = [Reference(Thing.TICKET, ticket)] if ticket else []
    form = Typed(kind=kind, named=typed.written(named))
    if department:
        called = names.department_names(session, [department])
        form.to = called.get(department, department)
        form.named = typed.written([*named, *_figures(session, viewer, asked)])
    return _form(request, session, viewer, form)


@router.post("", response_class=HTMLResponse)
def draft(viewer: Writer, request: Request, session: SessionDep, form: LetterForm) -> Response:
    """起草."""
    kept: list[Letter] = []
    district = viewer.actor.district or settings().district

    def act() -> None:
        given = form.draft(session)
        kept.append(drafting.draft(session, given, district, actor=viewer.actor, now=now()))

    if refused := attempt(session, act):
        return _form(request, session, viewer, form, refused)
    return RedirectResponse(f"{PAGE}/{kept[0].id}", status_code=303)


@router.get("/{letter_id}/edit", response_class=HTMLResponse)
def edit(viewer: Writer, letter_id: int, request: Request, session: SessionDep) -> Response:
    """Show the form with the letter as it is."""
    letter = frame.found(session, viewer, letter_id)
    form = typed.of(session, letter, viewer.actor)
    return _form(request, session, viewer, form, of=letter)


@router.post("/{letter_id}/edit", response_class=HTMLResponse)
def revise(
    viewer: Writer, letter_id: int, request: Request, session: SessionDep, form: LetterForm
) -> Response:
    """修改, which has to be approved anew."""
    letter = frame.found(session, viewer, letter_id, lock=True)

    def act() -> None:
        require_fresh(str(form.version), str(letter.version))
        drafting.revise(session, letter, form.draft(session), actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        session.refresh(letter)
        return _form(request, session, viewer, form, refused, of=letter)
    return RedirectResponse(f"{PAGE}/{letter_id}", status_code=303)


def _form(
    request: Request,
    session: Session,
    viewer: Viewer,
    form: Typed,
    refused: Refusal | None = None,
    *,
    of: Letter | None = None,
) -> Response:
    told: dict[str, Any] = {
        "viewer": viewer,
        "as_of": now(),
        "page": PAGE,
        "form": form,
        "of": of,
        "kinds": list(Kind),
        "things": list(Thing),
        "names": names.accepting(session),
        "refused": refused,
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "letters/form.html", told, status_code=status)


def _figures(session: Session, viewer: Viewer, asked: Asked) -> list[Reference]:
    """Return the department's rates of the period, as they are now."""
    found = reading.figures(session, asked.period, chosen=asked.chosen, reader=viewer.actor)
    days = (asked.period.first.isoformat(), asked.period.last.isoformat())
    rates = [
        Reference(Thing.INDICATOR, code, *days, figure_in_words(figure))
        for code, figure in found[TOTAL].items()
        if definitions.newest(code).unit is Unit.ORDER
        and figure.kind is Figures.RATE
        and figure.value is not None
    ]
    return rates[: references.MOST - 1]
