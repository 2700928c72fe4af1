"""批量导入 of the directory, its lines and rosters: tried out, then taken in as it was seen."""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console.administration import sheets
from hotline.console.administration.areas import CATALOGUE, DEPARTMENTS, HOME, HOTLINES
from hotline.console.administration.frame import Refusal, RuleChanger, require_fresh, shown
from hotline.console.administration.sheets import Bad, Given, Sent
from hotline.console.frame import Viewer
from hotline.console.words import say
from hotline.core.clock import now
from hotline.web.access import SessionDep
from knowledge import changing, sheet_changes, stored
from knowledge.duties import rosters
from knowledge.entries import Entry
from knowledge.exchange import kinds
from knowledge.importer import ImportReport
from knowledge.sheet_changes import Change

MOST = 200

router = APIRouter(prefix=f"{HOME}/import", include_in_schema=False)


class Kind(StrEnum):
    """What can be taken in."""

    DEPARTMENTS = "departments"
    CATALOGUE = "catalogue"
    DISTRICTS = "districts"
    CONTACTS = "contacts"
    HOTLINES = "hotlines"
    ROSTERS = "rosters"
    PRECEDENTS = "precedents"


_AREAS = {Kind.CATALOGUE: CATALOGUE, Kind.PRECEDENTS: CATALOGUE, Kind.HOTLINES: HOTLINES}


@dataclass(frozen=True)
class Line:
    """One entry as it is and would be; `parts` are its columns that differ."""

    entry: str
    sort: str  # new, gone or changed
    parts: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Tried:
    """What a sheet would change."""

    report: ImportReport
    lines: list[Line]


@router.get("/{kind}", response_class=HTMLResponse)
def show(
    viewer: RuleChanger, kind: Kind, request: Request, session: SessionDep, done: str = ""
) -> Response:
    """Show the form."""
    return _shown(request, session, viewer, kind, done=say("sheet.done") if done else "")


@router.post("/{kind}/preview", response_class=HTMLResponse)
def preview(
    viewer: RuleChanger, kind: Kind, request: Request, session: SessionDep, sheet: Sent
) -> Response:
    """预演: what would be added, changed and give way; nothing is changed."""
    found: list[Tried] = []

    def act() -> None:
        sheets.require_text(sheet)
        with sheets.as_file(sheet) as path:
            found.append(_tried(session, kind, path, viewer))

    refused, bad = sheets.tried(act)
    tried = found[0] if found else None
    return _shown(
        request, session, viewer, kind, sheet=sheet, refused=refused, bad=bad, tried=tried
    )


@router.post("/{kind}/apply", response_class=HTMLResponse)
def apply(
    viewer: RuleChanger, kind: Kind, request: Request, session: SessionDep, sheet: Sent
) -> Response:
    """正式生效: all of the sheet that was seen, or nothing."""

    def act() -> None:
        sheets.require_seen(sheet)
        with session.begin_nested(), sheets.as_file(sheet) as path:
            changing.one_at_a_time(session)
            require_fresh(sheet.version, _version(session, kind))
            kinds.take_in(session, kinds.Kind(kind), path, actor=viewer.actor, now=now())

    refused, bad = sheets.tried(act)
    if refused:
        return _shown(request, session, viewer, kind, sheet=sheet, refused=refused, bad=bad)
    return RedirectResponse(f"{HOME}/import/{kind}?done=1", status_code=303)


def _tried(session: Session, kind: Kind, path: Path, viewer: Viewer) -> Tried:
    """Return what the file would change; of people and decisions only how many lines."""
    if kind in sheet_changes.KINDS:
        report, changes = sheet_changes.preview(session, kind, path, now=now())
        return Tried(report, [_line(each) for each in changes])
    at, wanted = now(), kinds.Kind(kind)
    report = kinds.take_in(session, wanted, path, actor=viewer.actor, now=at, dry_run=True)
    counts = {"new": report.added, "changed": report.changed, "gone": report.replaced}
    return Tried(report, [Line(f"× {count}", sort, []) for sort, count in counts.items() if count])


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    kind: Kind,
    *,
    done: str = "",
    sheet: Given | None = None,
    refused: Refusal | None = None,
    bad: list[Bad] | None = None,
    tried: Tried | None = None,
) -> Response:
    return shown(
        request,
        viewer,
        "directory_sheet",
        _AREAS.get(kind, DEPARTMENTS),
        refused=refused,
        kind=kind,
        here_at=f"{HOME}/import/{kind}",
        kinds=list(Kind),
        columns=",".join(_columns_of(kind)),
        version=_version(session, kind),
        sheet=sheet or Given(),
        bad=bad or [],
        tried=tried,
        most=MOST,
        done=done,
    )


def _version(session: Session, kind: Kind) -> str:
    """Return what changes with everything that a preview of this kind depends on."""
    counted = str(changing.version(session))
    return f"{counted}.{rosters.version(session)}" if kind is Kind.ROSTERS else counted


def _columns_of(kind: Kind) -> tuple[str, ...]:
    room = kinds.ROOMS[kinds.Kind(kind)]
    return (*room.required, *room.optional)


def _line(change: Change) -> Line:
    known = change.after or change.before
    before, after = _columns(change.before), _columns(change.after)
    parts = [
        (name, before.get(name, ""), after.get(name, ""))
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    ]
    sort = "new" if change.before is None else "gone" if change.after is None else "changed"
    return Line(" · ".join(map(str, stored.key_of(known))) if known else "", sort, parts)


def _columns(entry: Entry | None) -> dict[str, str]:
    if entry is None:
        return {}
    return {one.name: _cell(getattr(entry, one.name)) for one in fields(entry)}


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return "|".join(value)
    if isinstance(value, bool):
        return say(f"yes_no.{'yes' if value else 'no'}")
    return value.isoformat() if isinstance(value, date) else str(value or "")
