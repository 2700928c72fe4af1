"""导出: what the filters select, as a file, for a reason: masked, marked and audited."""

import re
from collections.abc import Iterator, Sequence
from typing import IO, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from dispatch import disclosure
from dispatch.disclosure import HIDDEN
from dispatch.listing import exports, listed
from dispatch.listing.exports import LONGEST_REASON, MOST, Taken
from dispatch.listing.listed import Wanted
from dispatch.models import Ticket
from hotline.console import views
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Seeing, Viewer
from hotline.console.listing import asking, sheets
from hotline.console.listing.sheets import Format, Sheet
from hotline.console.views import Row
from hotline.console.words import say
from hotline.core.accounts import Actor
from hotline.core.clock import beijing, now
from hotline.core.errors import Conflict, Invalid
from hotline.core.security import Permission
from hotline.web import watermark
from hotline.web.access import SessionDep

BATCH = 500
_MASKED = re.compile(r"[\dXx\-]*\*[\dXx*\-]*")  # of which a mask has left some digits
COLUMNS = (
    *("number", "time", "status", "type", "urgency", "request", "matter", "district"),
    *("department", "due", "reminders", "redone"),
)

Taker = Annotated[Viewer, Depends(Seeing(Permission.LIST_EXPORT))]

router = APIRouter(prefix=f"{PREFIX}/listing", include_in_schema=False)


@router.post("/export")
def take(
    viewer: Taker,
    session: SessionDep,
    format: Annotated[Format, Form()],
    reason: Annotated[str, Form()] = "",
    query: Annotated[str, Form()] = "",
) -> Response:
    """导出: that it was taken stands before its first byte leaves."""
    asked, moment = asking.of_query(session, query), now()
    wanted, why = Wanted(asked.filters, viewer.actor, moment), _reason(reason)
    _require_few(session, wanted)
    mark, lines = watermark.of(viewer.actor, moment), _Lines(session, wanted, viewer.actor)
    head = [say(f"listing_column.{each}") for each in COLUMNS]
    line = f"{mark.line} {say('listing.reason')}：{why}"
    made = sheets.write(Sheet(say("tickets.title"), line, head, lines), format)
    taken = Taken(asked.query, format, why, lines.count)
    exports.keep(session, taken, actor=viewer.actor, now=moment)
    return _sent(made, format, mark.on_file(f"{say('tickets.title')}.{format}"))


def _sent(made: IO[bytes], format: Format, name: str) -> Response:
    """Return the file under this name; nobody between keeps a copy."""
    kept = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(sheets.chunks(made), media_type=format.kind, headers=kept)


class _Lines:
    """The list's lines, read some hundred at a time; `count` is how many there were."""

    def __init__(self, session: Session, wanted: Wanted, actor: Actor) -> None:
        self._session, self._wanted, self._actor = session, wanted, actor
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[str]]:
        session, wanted = self._session, self._wanted
        for found in listed.batches(session, wanted, size=BATCH):
            exports.note(session, found, actor=self._actor, now=wanted.now)
            for row, ticket in zip(views.rows(session, found, now=wanted.now), found, strict=True):
                self.count += 1
                yield _cells(row, ticket)


def _cells(row: Row, ticket: Ticket) -> list[str]:
    """Return what the list shows of a ticket, and nothing of who asks: no digit of a number."""
    return [
        row.number,
        f"{beijing(ticket.created_at):%Y-%m-%d %H:%M}",
        row.status_name,
        row.type,
        row.urgency_name,
        _MASKED.sub(HIDDEN, disclosure.for_department(ticket, row.title)),
        row.matter,
        row.district,
        row.department if row.assigned else _proposed(row),
        f"{row.clock.label} {row.clock.left}" if row.clock else "",
        str(row.reminders),
        str(row.redone),
    ]


def _proposed(row: Row) -> str:
    return f"{say('tickets.proposed')} {row.department}" if row.department else ""


def _reason(written: str) -> str:
    try:
        return exports.reason_of(written)
    except Invalid as error:
        raise Misfilled(say("listing.reason_missing", most=LONGEST_REASON)) from error


def _require_few(session: Session, wanted: Wanted) -> None:
    try:
        exports.require_few(listed.count(session, wanted, most=MOST))
    except Conflict as error:
        raise Misfilled(say("listing.too_many", most=MOST)) from error
