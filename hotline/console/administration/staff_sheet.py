"""批量导入人员: a site's people from one sheet, tried out first; new passwords are shown once."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from hotline.console.administration import sheets
from hotline.console.administration.areas import HOME, STAFF
from hotline.console.administration.frame import Refusal, StaffManager, shown
from hotline.console.administration.sheets import Bad, Given, Sent
from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.words import FIRST, name_of, say, table
from hotline.core.clock import now
from hotline.core.people.staff import Place
from hotline.web.access import SessionDep
from knowledge import names
from knowledge.sheets import Sheet, read_sheet
from knowledge.staff_import import OPTIONAL, REQUIRED, StaffReport, take_in
from knowledge.staff_preview import Planned, preview

# A password costs a twentieth of a second; a whole city's people come by `hotline import staff`.
MOST_LINES = 300

router = APIRouter(prefix=f"{HOME}/staff-sheet", include_in_schema=False)


@dataclass(frozen=True)
class Line:
    """One person as they would be, in words."""

    row: int
    username: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Tried:
    """What the sheet would do."""

    lines: list[Line]
    unchanged: int


@router.get("", response_class=HTMLResponse)
def show(viewer: StaffManager, request: Request) -> Response:
    """Show the form."""
    return _shown(request, viewer)


@router.post("/preview", response_class=HTMLResponse)
def try_out(viewer: StaffManager, request: Request, session: SessionDep, sheet: Sent) -> Response:
    """预演: who would be new and who changed; nothing is changed."""
    found: list[Tried] = []

    def act() -> None:
        file, read = _read(sheet)
        planned, same = preview(session, file, read, _codes(), actor=viewer.actor, now=now())
        found.append(Tried(_lines(session, planned), same))

    refused, bad = sheets.tried(act)
    tried = found[0] if found else None
    return _shown(request, viewer, sheet=sheet, refused=refused, bad=bad, tried=tried)


@router.post("/apply", response_class=HTMLResponse)
def apply(viewer: StaffManager, request: Request, session: SessionDep, sheet: Sent) -> Response:
    """正式生效: all of the sheet, or nothing; who is not in it stays as they are."""
    found: list[StaffReport] = []

    def act() -> None:
        sheets.require_seen(sheet)
        file, read = _read(sheet)
        with session.begin_nested():
            found.append(take_in(session, file, read, _codes(), actor=viewer.actor, now=now()))

    refused, bad = sheets.tried(act)
    if refused:
        return _shown(request, viewer, sheet=sheet, refused=refused, bad=bad)
    return _shown(request, viewer, done=found[0])


def _read(sheet: Given) -> tuple[str, Sheet]:
    sheets.require_text(sheet)
    with sheets.as_file(sheet) as path:
        read = read_sheet(path)
    if len(read.lines) > MOST_LINES:
        raise Misfilled(say("people_sheet.too_many", most=MOST_LINES))
    return sheet.name or "staff.csv", read


def _codes() -> Mapping[str, str]:
    """Return the codes of roles and levels by the words that a sheet may name them by."""
    known = {**table(FIRST)["role"], **table(FIRST)["confidentiality"]}
    return {word: code for code, word in known.items()}


def _shown(
    request: Request,
    viewer: Viewer,
    *,
    sheet: Given | None = None,
    refused: Refusal | None = None,
    bad: list[Bad] | None = None,
    tried: Tried | None = None,
    done: StaffReport | None = None,
) -> Response:
    return shown(
        request,
        viewer,
        "staff_sheet",
        STAFF,
        refused=refused,
        columns=",".join((*REQUIRED, *OPTIONAL)),
        sheet=sheet or Given(),
        bad=bad or [],
        tried=tried,
        done=done,
    )


def _lines(session: Session, planned: list[Planned]) -> list[Line]:
    places = [each for one in planned for each in (one.before, one.after) if each]
    departments = names.department_names(session, {each.department for each in places} - {""})
    areas = names.district_names(session, {each.district for each in places} - {""})

    def said(place: Place | None) -> str:
        if place is None:
            return ""
        department = departments.get(place.department, place.department)
        area = areas.get(place.district, place.district) or say("people.whole_site")
        level = name_of("confidentiality", place.clearance)
        return " · ".join(filter(None, (name_of("role", place.role), department, area, level)))

    return [
        Line(each.row, each.username, each.display_name, said(each.before), said(each.after))
        for each in planned
    ]
