"""What every page of this room stands in, and its distribution lists as forms give them."""

import re
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response
from sqlmodel import Session

from dispatch.reports.terms import ListKind
from hotline.console import navigation
from hotline.console.administration.frame import Refusal
from hotline.console.callings import called
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.words import name_of
from hotline.core.accounts import Role
from hotline.core.clock import now
from hotline.core.security import Permission
from knowledge import names

PAGE = navigation.REPORTS.page
SHOWN = 50

Reader = Annotated[Viewer, Depends(Seeing(Permission.INDICATOR_READ))]
Maker = Annotated[Viewer, Depends(Seeing(Permission.REPORT_MANAGE))]
Signer = Annotated[Viewer, Depends(Seeing(Permission.REPORT_SIGN))]
ROLES = (
    *(Role.TEAM_LEAD, Role.SUPERVISOR, Role.ADMINISTRATOR),
    *(Role.INSPECTOR, Role.AUDITOR),
)
_BETWEEN = re.compile(r"[\s,，、;；]+")
Entry = dict[str, str]


class ListForm:
    """A distribution list as a form gives it: ticked roles, people and departments by name."""

    def __init__(
        self,
        role: Annotated[list[Role] | None, Form()] = None,
        people: Annotated[str, Form(max_length=4000)] = "",
        departments: Annotated[str, Form(max_length=4000)] = "",
    ) -> None:
        self._roles = role or []
        self.typed = {"role": self._roles, "people": people, "departments": departments}
        self._people, self._departments = _words(people), _words(departments)

    def entries(self, session: Session) -> tuple[Entry, ...]:
        """Return the list's entries; raise NotFound for a department that there is not."""
        codes = [names.department(session, each).code for each in self._departments]
        found = (
            *((ListKind.ROLE, each) for each in self._roles),
            *((ListKind.ACCOUNT, each) for each in self._people),
            *((ListKind.DEPARTMENT, each) for each in codes),
        )
        return tuple({"kind": kind.value, "code": str(code)} for kind, code in found)


ListGiven = Annotated[ListForm, Depends()]


def _words(text: str) -> list[str]:
    return [each for each in _BETWEEN.split(text.replace("\0", "")) if each]


def shown(
    request: Request,
    viewer: Viewer,
    template: str,
    refused: Refusal | None = None,
    **more: Any,
) -> Response:
    """Return a page of this room; what was refused is said at its top."""
    told = {"viewer": viewer, "as_of": now(), "page": PAGE, "roles": ROLES, "refused": refused}
    told["typed"] = {}  # what a form that was refused held
    status = refused.status if refused else 200
    where = f"reports/{template}.html"
    return templates.TemplateResponse(request, where, {**told, **more}, status_code=status)


def listed(session: Session, entries: list[Entry]) -> str:
    """Return a distribution list in words."""
    people = called(session, {each["code"] for each in entries if each["kind"] != ListKind.ROLE})
    return "、".join(
        name_of("role", each["code"])
        if each["kind"] == ListKind.ROLE
        else people.get(each["code"], each["code"])
        for each in entries
    )
