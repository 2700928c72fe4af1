"""人员与角色: who may sign in, found by what one knows of them, and new ones."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from hotline.console import moments
from hotline.console.administration import places
from hotline.console.administration.areas import STAFF
from hotline.console.administration.frame import (
    Refusal,
    StaffManager,
    attempt,
    plain,
    query_of,
    shown,
)
from hotline.console.frame import Viewer
from hotline.core.accounts import Account, Role, role_named
from hotline.core.clock import now
from hotline.core.confidentiality import Confidentiality
from hotline.core.people import passwords, staff, staff_search
from hotline.core.people.staff import Place
from hotline.core.people.staff_search import Sought, State
from hotline.web.access import SessionDep
from knowledge import names
from knowledge.staff import require_place

SHOWN = 50
OF_PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)  # roles that people have

router = APIRouter(prefix=STAFF.page, include_in_schema=False)

Word = Annotated[str, Query(max_length=64)]


@dataclass(frozen=True)
class Row:
    """One person, as the list shows them."""

    username: str
    name: str
    role: str
    department: str
    district: str
    clearance: str
    state: State
    since: str


@dataclass(frozen=True)
class PlaceForm:
    """What the fields about a person's place say, as they were typed."""

    display_name: str = ""
    role: str = ""
    department: str = ""
    district: str = ""
    clearance: str = Confidentiality.CONFIDENTIAL

    def place(self, session: Session) -> Place:
        """Return the place that is meant; raise Invalid for one that can't be."""
        level = Confidentiality(self.clearance)
        code = places.department_code(session, self.department)
        return require_place(session, Place(role_named(self.role), code, self.district, level))


@dataclass(frozen=True)
class _Kept:
    """A new account's form that was refused."""

    username: str
    typed: PlaceForm


def place_form(
    display_name: Annotated[str, Form(max_length=64)] = "",
    role: Annotated[str, Form(max_length=32)] = "",
    department: Annotated[str, Form(max_length=64)] = "",
    district: Annotated[str, Form(max_length=12)] = "",
    clearance: Annotated[Confidentiality, Form()] = Confidentiality.CONFIDENTIAL,
) -> PlaceForm:
    """Read the fields, without the signs that no text may hold."""
    return PlaceForm(
        plain(display_name), plain(role), plain(department), plain(district), clearance
    )


Typed = Annotated[PlaceForm, Depends(place_form)]


def sought(
    q: Word = "", role: Word = "", department: Word = "", district: Word = "", state: Word = ""
) -> Sought:
    """Read the filters from the address."""
    asked = (q, role, department, district, state)
    return Sought(*map(plain, asked))


Filters = Annotated[Sought, Depends(sought)]


@router.get("", response_class=HTMLResponse)
def people(
    viewer: StaffManager,
    request: Request,
    session: SessionDep,
    filters: Filters,
    after: Word = "",
) -> Response:
    """Show a page of the people that the filters let through."""
    return _shown(request, session, viewer, filters, after=after.replace("\0", ""))


@router.post("", response_class=HTMLResponse)
def create(
    viewer: StaffManager,
    request: Request,
    session: SessionDep,
    username: Annotated[str, Form(max_length=64)],
    typed: Typed,
) -> Response:
    """新建账号: answer with the password, which nobody can be shown a second time."""
    password, name = passwords.temporary_password(), username.strip()

    def act() -> None:
        staff.one_at_a_time(session)  # two who take one name at once are told in words
        staff.create(
            session,
            name,
            typed.place(session),
            password=password,
            display_name=typed.display_name,
            actor=viewer.actor,
            now=now(),
        )

    refused = attempt(session, act)
    if refused:
        kept = _Kept(name, typed)
        return _shown(request, session, viewer, Sought(), refused=refused, kept=kept)
    made = {"username": name, "password": password}
    return _shown(request, session, viewer, Sought(), made=made)


def rows(session: Session, found: list[Account]) -> list[Row]:
    """Return the lines, in as many queries however many they are."""
    departments = names.department_names(session, {each.department for each in found} - {""})
    areas = names.district_names(session, {each.district for each in found} - {""})
    at = now()
    return [
        Row(
            username=each.username,
            name=each.display_name,
            role=each.role,
            department=departments.get(each.department, each.department),
            district=areas.get(each.district, each.district),
            clearance=each.clearance,
            state=staff_search.state_of(each, now=at),
            since=moments.short(each.created_at),
        )
        for each in found
    ]


def choices(session: Session) -> dict[str, Any]:
    """Return what the fields about a person's place choose from."""
    return {
        "roles": OF_PEOPLE,
        "of_department": staff.OF_A_DEPARTMENT,
        "levels": list(Confidentiality),
        "districts": places.districts(session),
    }


def _query(filters: Sought) -> str:
    return query_of(
        q=filters.words,
        role=filters.role,
        department=filters.department,
        district=filters.district,
        state=filters.state,
    )


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    filters: Sought,
    *,
    after: str = "",
    refused: Refusal | None = None,
    made: dict[str, str] | None = None,
    kept: _Kept | None = None,
) -> Response:
    code = places.code_of(session, filters.department) or filters.department
    asked = replace(filters, department=code)
    found = staff_search.found(session, asked, now=now(), after=after, limit=SHOWN + 1)
    page = list(found[:SHOWN])
    return shown(
        request,
        viewer,
        "staff",
        STAFF,
        refused=refused,
        rows=rows(session, page),
        filters=filters,
        states=list(State),
        first=not after,
        query=_query(filters),
        after=page[-1].username if len(found) > SHOWN else "",
        made=made,
        username=kept.username if kept else "",
        typed=kept.typed if kept else PlaceForm(),
        **choices(session),
    )
