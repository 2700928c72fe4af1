"""导入: a file of items is tried out, its faults named by row and column, then taken as seen."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hotline.console.administration import sheets
from hotline.console.administration.frame import Refusal
from hotline.console.administration.sheets import Bad, Given, Sent
from hotline.console.answering.editing import Writer
from hotline.console.frame import Viewer, templates
from hotline.console.items.library import PAGE
from hotline.core.clock import now
from hotline.web.access import SessionDep
from knowledge.items import importing
from knowledge.items.importing import Fresh, ItemsTaken
from knowledge.items.lines import written
from knowledge.items.sheets import COLUMNS, csv_rows

MOST = 200

router = APIRouter(prefix=f"{PAGE}/import", include_in_schema=False)


@dataclass(frozen=True)
class Line:
    """One line that says something new: its row, its item, and which cells are others."""

    row: int
    key: str
    new: bool
    parts: list[tuple[str, str, str]]


@router.get("", response_class=HTMLResponse)
def show(viewer: Writer, request: Request, done: str = "") -> Response:
    """Show the form."""
    return _shown(request, viewer, done=bool(done))


@router.post("/preview", response_class=HTMLResponse)
def preview(viewer: Writer, request: Request, session: SessionDep, sheet: Sent) -> Response:
    """预演: what would be drafted; nothing is changed."""
    found: list[ItemsTaken] = []

    def act() -> None:
        sheets.require_text(sheet)
        with sheets.as_file(sheet) as path:
            rows, at = csv_rows(path), now()
            found.append(
                importing.take_in(
                    session, path.name, rows, actor=viewer.actor, now=at, only_check=True
                )
            )

    refused, bad = sheets.tried(act)
    tried = found[0] if found else None
    return _shown(request, viewer, sheet=sheet, refused=refused, bad=bad, tried=tried)


@router.post("/apply", response_class=HTMLResponse)
def apply(viewer: Writer, request: Request, session: SessionDep, sheet: Sent) -> Response:
    """导入: all of the sheet that was seen becomes drafts, or nothing."""

    def act() -> None:
        sheets.require_seen(sheet)
        with session.begin_nested(), sheets.as_file(sheet) as path:
            rows = csv_rows(path)
            importing.take_in(session, path.name, rows, actor=viewer.actor, now=now())

    refused, bad = sheets.tried(act)
    if refused:
        return _shown(request, viewer, sheet=sheet, refused=refused, bad=bad)
    return RedirectResponse(f"{PAGE}/import?done=1", status_code=303)


def _shown(
    request: Request,
    viewer: Viewer,
    *,
    done: bool = False,
    sheet: Given | None = None,
    refused: Refusal | None = None,
    bad: list[Bad] | None = None,
    tried: ItemsTaken | None = None,
) -> Response:
    shown: dict[str, Any] = {
        "viewer": viewer,
        "here": "items",
        "as_of": now(),
        "here_at": f"{PAGE}/import",
        "columns": ",".join(COLUMNS),
        "sheet": sheet or Given(),
        "refused": refused,
        "bad": bad or [],
        "tried": tried,
        "lines": [_line(each) for each in tried.fresh[:MOST]] if tried else [],
        "done": done,
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "items/import.html", shown, status_code=status)


def _line(fresh: Fresh) -> Line:
    after = written(fresh.key, fresh.after)
    before = written(fresh.key, fresh.before) if fresh.before else dict.fromkeys(after, "")
    parts = [(name, before[name], after[name]) for name in COLUMNS if before[name] != after[name]]
    return Line(fresh.row, str(fresh.key), fresh.before is None, parts)
