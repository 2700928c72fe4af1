"""审计记录: who changed what of the site, who looked at whom, who was refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.sealing import reach
from hotline.console import form_times, moments, story
from hotline.console.administration.areas import AUDIT, HOME
from hotline.console.administration.frame import plain, query_of, shown
from hotline.console.frame import Seeing, Viewer
from hotline.console.words import words_of
from hotline.core import audit
from hotline.core.audit import Wanted
from hotline.core.audited import AUDITED
from hotline.core.clock import BEIJING
from hotline.core.event_types import EventType
from hotline.core.events import Event
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor

SHOWN = 50
# Where a chain's page is, by the kind before its colon.
_PAGES = {
    "account": f"{HOME}/staff/",
    "ticket": "/console/tickets/",
    "department": f"{HOME}/departments/",
}

router = APIRouter(prefix=AUDIT.page, include_in_schema=False)

Auditor = Annotated[Viewer, Depends(Seeing(Permission.AUDIT_READ))]
Word = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class Row:
    """One thing that was done."""

    id: int
    at: str
    text: str
    actor: str
    subject: str
    page: str
    refs: str


@dataclass(frozen=True)
class Sought:
    """What is looked for, as it stands in the address."""

    actor: str = ""
    subject: str = ""
    type: str = ""
    since: str = ""
    until: str = ""  # the last day, itself too
    everything: str = ""


def sought(
    actor: Word = "",
    subject: Word = "",
    type: Word = "",
    since: Word = "",
    until: Word = "",
    everything: Word = "",
) -> Sought:
    """Read the filters from the address."""
    asked = (actor, subject, type, since, until, everything)
    return Sought(*map(plain, asked))


@router.get("", response_class=HTMLResponse)
def log(
    viewer: Auditor,
    request: Request,
    session: SessionDep,
    filters: Annotated[Sought, Depends(sought)],
    after: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Show a page of what was done, the newest first; of a sealed ticket only its readers' part."""
    seen = decode_cursor(after)
    before = seen[1] if seen else None
    found = audit.listed(session, _wanted(filters), before=before, limit=SHOWN + 1)
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    told = reach.told(session, viewer.actor, found[:SHOWN])
    return shown(
        request,
        viewer,
        "audit",
        AUDIT,
        rows=_rows(session, told),
        filters=filters,
        types=_types(),
        query=query_of(**vars(filters)),
        after=encode_cursor(last.at, last.id or 0) if last else "",
        first=not after,
    )


def _wanted(filters: Sought) -> Wanted:
    last = _midnight(filters.until)
    known = {each.value for each in EventType}
    return Wanted(
        since=_midnight(filters.since),
        until=last + timedelta(days=1) if last else None,
        actor=filters.actor,
        subject=filters.subject,
        types=frozenset({EventType(filters.type)} if filters.type in known else ()),
        everything=bool(filters.everything),
    )


def _midnight(written: str) -> datetime | None:
    day = form_times.day(written) if written else None
    return datetime.combine(day, time(), BEIJING) if day else None


def _types() -> list[tuple[str, str]]:
    """Return what an auditor asks for by type, each with its sentence."""
    sentences = words_of("audit_type")
    return [(each.value, sentences.get(each.value, each.value)) for each in sorted(AUDITED)]


def _rows(session: Session, told: Sequence[Event]) -> list[Row]:
    sentences = story.tell(session, told)
    return [_row(event, said.text) for event, said in zip(told, sentences, strict=True)]


def _row(event: Event, text: str) -> Row:
    kind, _, name = event.chain.partition(":")
    return Row(
        id=event.id or 0,
        at=moments.full(event.at),
        text=text,
        actor=event.actor,
        subject=event.chain,
        page=f"{_PAGES[kind]}{name}" if kind in _PAGES else "",
        refs=_refs(event.refs),
    )


def _refs(refs: dict[str, Any]) -> str:
    """Return the references as they were kept: codes and numbers, never a person's words."""
    return "；".join(
        f"{name}={'、'.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in refs.items()
        if value not in (None, "", [])
    )
