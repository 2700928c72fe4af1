"""谁已读、谁未读: what must be read and by how many it is, for who answers for a floor."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from hotline.console import moments
from hotline.console.answering.library import PAGE, clean
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.listing import sheets
from hotline.console.listing.sheets import Format, Sheet
from hotline.console.words import name_of, say
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge import names
from knowledge.articles import finding, reading
from knowledge.articles.readers import Reader as Person
from knowledge.articles.reading import Reading

router = APIRouter(prefix=f"{PAGE}/reading", include_in_schema=False)

Watcher = Annotated[Viewer, Depends(Seeing(Permission.READING_WATCH))]
COLUMNS = ("username", "name", "role", "district", "read_at")


@router.get("", response_class=HTMLResponse)
def overview(viewer: Watcher, request: Request, session: SessionDep) -> Response:
    """Show everything that must be read now, with how many have and have not."""
    at = now()
    found = reading.overview(session, watcher=viewer.actor, now=at)
    shown = {
        "viewer": viewer,
        "here": "reading",
        "as_of": at,
        "rows": [_line(each, late=each.is_late(beijing_day(at))) for each in found],
    }
    return templates.TemplateResponse(request, "answering/reading.html", shown)


@router.get("/{article}", response_class=HTMLResponse)
def readers(viewer: Watcher, article: str, request: Request, session: SessionDep) -> Response:
    """Show who has read the article and who has not; who has not comes first."""
    at = now()
    article_row = finding.find(session, clean(article))
    found = reading.of_article(session, article_row, watcher=viewer.actor, now=at)
    places = names.district_names(session, {each.district for each, _ in found.readers})
    shown = {
        "viewer": viewer,
        "here": "reading",
        "as_of": at,
        "line": _line(found, late=found.is_late(beijing_day(at))),
        "roles": found.asking.roles,
        "skill": found.asking.skill,
        "district": _place(names.district_names(session, {found.asking.district_code}), found),
        "readers": [
            (each, places.get(each.district, ""), moments.full(at) if at else "")
            for each, at in found.readers
        ],
    }
    return templates.TemplateResponse(request, "answering/readers.html", shown)


@router.get("/{article}/sheet")
def sheet(viewer: Watcher, article: str, session: SessionDep) -> Response:
    """Return the same people as a CSV file; no cell of it is a formula."""
    at = now()
    article_row = finding.find(session, clean(article))
    found = reading.of_article(session, article_row, watcher=viewer.actor, now=at)
    places = names.district_names(session, {each.district for each, _ in found.readers})
    head = [say(f"must_read.{each}") for each in COLUMNS]
    lines = [
        _cells(each, places, moments.full(when) if when else "") for each, when in found.readers
    ]
    mark = say("must_read.mark", code=article_row.code, by=viewer.name, at=moments.full(at))
    made = sheets.write(Sheet(say("must_read.readers"), mark, head, lines), Format.CSV)
    name = f"must-read-{article_row.code}-{found.text.number}.csv"
    kept = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    with made:
        return Response(made.read(), media_type=Format.CSV.kind, headers=kept)


def _cells(person: Person, places: dict[str, str], when: str) -> list[str]:
    place = places.get(person.district, person.district) or say("must_read.whole_site")
    return [person.username, person.name, name_of("role", person.role), place, when]


def _line(found: Reading, *, late: bool) -> dict[str, Any]:
    asked = len(found.readers)
    return {
        "code": found.article.code,
        "question": found.text.question,
        "number": found.text.number,
        "by_day": moments.day(found.by_day),
        "asked": asked,
        "read": found.read,
        "left": asked - found.read,
        "late": late,
    }


def _place(called: dict[str, str], found: Reading) -> str:
    return called.get(found.asking.district_code, found.asking.district_code)
