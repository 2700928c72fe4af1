"""会商、督办、挂账、延期待审、待补充: what waits, one list each, and how many in the navigation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select

from dispatch import history
from dispatch.models import Clock, Ticket
from dispatch.overview import WITHOUT_TRACE
from hotline.console import moments, waiting
from hotline.console.callings import called
from hotline.console.countdowns import Glance, glance
from hotline.console.faults import PREFIX
from hotline.console.frame import TicketReader, Viewer, templates
from hotline.console.things import joined
from hotline.console.waiting import Register, Waiting
from hotline.core.clock import now
from hotline.core.security import require
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor
from knowledge.articles import must_read

SHOWN = 50
COUNTED = 99  # more are not counted out

router = APIRouter(prefix=f"{PREFIX}/registers", include_in_schema=False)


@dataclass(frozen=True)
class Entry:
    """One line: the ticket, what it waits for, who has it, and until when."""

    key: str
    number: str
    title: str
    what: str
    who: str
    since: str
    mark: str
    clock: Glance | None


@router.get("/counts", response_class=HTMLResponse)
def counts(viewer: TicketReader, request: Request, session: SessionDep, here: str = "") -> Response:
    """Return the navigation's links with how many wait behind each."""
    counted = {each.value: _count(session, viewer, each) for each in Register if _may(viewer, each)}
    must = must_read.unread(session, viewer.actor, now=now())
    shown = {"here": here, "counts": counted, "must_read": len(must)}
    return templates.TemplateResponse(request, "register_links.html", shown)


@router.get("/{register}", response_class=HTMLResponse)
def show(
    viewer: TicketReader, register: Register, request: Request, session: SessionDep, after: str = ""
) -> Response:
    """Show a page of the register, what waits longest or is due first at its top."""
    shown = {"viewer": viewer, **_page(session, viewer, register, after)}
    return templates.TemplateResponse(request, "register.html", shown)


@router.get("/{register}/rows", response_class=HTMLResponse)
def rows(
    viewer: TicketReader, register: Register, request: Request, session: SessionDep
) -> Response:
    """Return the first lines alone, for the page that is already open."""
    shown = _page(session, viewer, register, "")
    return templates.TemplateResponse(request, "register_rows.html", shown)


def _page(session: Session, viewer: Viewer, register: Register, after: str) -> dict[str, Any]:
    require(viewer.actor, waiting.PERMISSIONS[register])
    moment = now()
    found = waiting.READS[register](session, viewer.actor, decode_cursor(after), SHOWN + 1)
    more = found[SHOWN - 1].place if len(found) > SHOWN else None
    return {
        "register": register,
        "here": register,
        "rows": _entries(session, found[:SHOWN], now=moment),
        "after": after,
        "more": encode_cursor(*more) if more else "",
        "as_of": moment,
    }


def _entries(session: Session, found: Sequence[Waiting], *, now: datetime) -> list[Entry]:
    """Return the lines, in as many queries however long the page is."""
    ids = {each.ticket_id for each in found}
    known = {each.id: each for each in session.exec(select(Ticket).where(col(Ticket.id).in_(ids)))}
    running = session.exec(
        select(Clock)
        .where(col(Clock.ticket_id).in_(ids), col(Clock.stopped_at).is_(None))
        .options(WITHOUT_TRACE)
    )
    clocks = {(clock.subject, clock.kind): clock for clock in running}
    who = called(session, {code for each in found for code in each.owners})
    return [_entry(each, known[each.ticket_id], clocks, who, now) for each in found]


def _entry(
    found: Waiting,
    ticket: Ticket,
    clocks: dict[tuple[str, str], Clock],
    who: dict[str, str],
    now: datetime,
) -> Entry:
    subject = found.subject or history.chain(ticket)
    mine = [clock for kind in found.clocks if (clock := clocks.get((subject, kind)))]
    return Entry(
        key=str(found.place[1]),
        number=ticket.number,
        title=ticket.title,
        what=found.what,
        who=joined(who[code] for code in found.owners),
        since=moments.short(found.since),
        mark=found.mark,
        clock=glance(mine[0], now=now) if mine else None,
    )


def _count(session: Session, viewer: Viewer, register: Register) -> str:
    count = len(waiting.READS[register](session, viewer.actor, None, COUNTED + 1))
    return f"{COUNTED}+" if count > COUNTED else str(count or "")


def _may(viewer: Viewer, register: Register) -> bool:
    return waiting.PERMISSIONS[register] in viewer.may
