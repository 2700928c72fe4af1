"""One matter in one district: who answers and why, since when, and who shall from a day on."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console import form_times
from hotline.console.administration import catalogue as pages
from hotline.console.administration.areas import AUDIT, CATALOGUE
from hotline.console.administration.frame import (
    Refusal,
    RuleChanger,
    RuleReader,
    attempt,
    plain,
    require_fresh,
    shown,
)
from hotline.console.administration.places import department_code
from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.words import say
from hotline.core.clock import beijing_day, now
from hotline.core.errors import NotFound
from hotline.web.access import SessionDep
from knowledge import catalogue, changing, stored
from knowledge.changing import Answering
from knowledge.directory import Directory
from knowledge.entries import MatterEntry, PrecedentEntry

router = APIRouter(prefix=f"{CATALOGUE.page}/{{matter}}/{{district}}", include_in_schema=False)

Line = Annotated[str, Form(max_length=500)]
Seen = Annotated[str, Form(max_length=64)]


@dataclass(frozen=True)
class Typed:
    """The fields of a new entry, as they were typed."""

    department: str = ""
    legal_basis: str = ""
    valid_from: str = ""
    valid_to: str = ""
    source: str = ""


@dataclass(frozen=True)
class Told:
    """A precedent: `ticket` is empty for a sealed one."""

    department: str
    basis: str
    ticket: str
    since: str
    until: str


def typed(
    department: Line = "",
    legal_basis: Line = "",
    valid_from: Line = "",
    valid_to: Line = "",
    source: Line = "",
) -> Typed:
    """Read the fields, without the signs that no text may hold."""
    given = (department, legal_basis, valid_from, valid_to, source)
    return Typed(*map(plain, given))


@router.get("", response_class=HTMLResponse)
def cell(
    viewer: RuleReader, matter: str, district: str, request: Request, session: SessionDep
) -> Response:
    """Show the pair; out of the directory is 404."""
    return _shown(request, session, viewer, matter, district)


@router.post("", response_class=HTMLResponse)
def begin(
    viewer: RuleChanger,
    matter: str,
    district: str,
    request: Request,
    session: SessionDep,
    seen: Seen,
    form: Annotated[Typed, Depends(typed)],
) -> Response:
    """改由…承办, from a day on; what was typed stays when it is refused."""

    def act() -> None:
        changing.one_at_a_time(session)
        require_fresh(seen, _mark(session, matter, district))
        wanted = Answering(
            matter,
            district,
            department_code(session, form.department),
            form.legal_basis,
            _day(form.valid_from),
            _day(form.valid_to) if form.valid_to else None,
            form.source,
        )
        changing.answer_from(session, wanted, actor=viewer.actor, now=now())

    _known(stored.current(session), matter, district)
    if refused := attempt(session, act):
        return _shown(request, session, viewer, matter, district, refused=refused, form=form)
    return RedirectResponse(pages.page_of(matter, district), status_code=303)


@router.post("/end", response_class=HTMLResponse)
def end(
    viewer: RuleChanger,
    matter: str,
    district: str,
    request: Request,
    session: SessionDep,
    seen: Seen,
    last_day: Line = "",
) -> Response:
    """结束: the entry that holds on this day ends with it."""

    def act() -> None:
        changing.one_at_a_time(session)
        require_fresh(seen, _mark(session, matter, district))
        day = _day(last_day)
        changing.end_on(session, matter, district, day, actor=viewer.actor, now=now())

    _known(stored.current(session), matter, district)
    if refused := attempt(session, act):
        return _shown(request, session, viewer, matter, district, refused=refused)
    return RedirectResponse(pages.page_of(matter, district), status_code=303)


def _day(written: str) -> date:
    found = form_times.day(written)
    if found is None:
        raise Misfilled(say("refused.no_day"))
    return found


def _mark(session: Session, matter: str, district: str) -> str:
    """Return what tells whether the pair's entries have changed since."""
    rows = changing.cell(session, matter, district)
    said = [
        (row.department_code, row.legal_basis, row.valid_from, row.valid_to, row.source)
        for row in rows
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _known(directory: Directory, matter: str, district: str) -> MatterEntry:
    if matter not in directory.matters or district not in directory.districts:
        raise NotFound(f"There is no {matter!r} in {district!r}.", remedy="Look in the catalogue.")
    return directory.matters[matter]


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    matter: str,
    district: str,
    *,
    refused: Refusal | None = None,
    form: Typed | None = None,
) -> Response:
    directory, moment = stored.current(session), now()
    known, day = _known(directory, matter, district), beijing_day(moment)
    entries = sorted(directory.catalogue.get((matter, district), ()), key=pages.key_of)
    return shown(
        request,
        viewer,
        "catalogue_cell",
        CATALOGUE,
        refused=refused,
        matter=pages.matter_name(known, matter),
        district=pages.district_name(directory, district),
        here_at=pages.page_of(matter, district),
        seen=_mark(session, matter, district),
        entries=[pages.row(directory, each, day) for each in entries],
        precedents=[
            _told(directory, each) for each in directory.precedents.get((matter, district), ())
        ],
        why=_why(directory, known, district, moment),
        typed=form or Typed(valid_from=day.isoformat()),
        today=day.isoformat(),
        audit=f"{AUDIT.page}?subject=catalogue:{matter}:{district}",
    )


def _why(directory: Directory, matter: MatterEntry, district: str, at: datetime) -> str:
    """Return who answers today and why, in one sentence; empty when nobody does."""
    entry = catalogue.responsible(directory, matter, district, at)
    return catalogue.explain(directory, entry) if entry else ""


def _told(directory: Directory, row: PrecedentEntry) -> Told:
    return Told(
        pages.department_name(directory, row.department_code),
        row.legal_basis,
        row.ticket,
        row.valid_from.isoformat(),
        row.valid_to.isoformat() if row.valid_to else "",
    )
