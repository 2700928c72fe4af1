"""空缺清单: everything that nobody has said yet, each with where it is filled in."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from hotline.console.administration.areas import CATALOGUE, DEPARTMENTS, GAPS, HOTLINES
from hotline.console.administration.frame import shown
from hotline.console.frame import Seeing, Viewer
from hotline.console.words import name_of, words_of
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from knowledge import gaps_list
from knowledge.gaps_list import Gap, Missing

SHOWN = 30  # of each kind

router = APIRouter(prefix=GAPS.page, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.ARTICLE_READ))]


@router.get("", response_class=HTMLResponse)
def gaps(viewer: Reader, request: Request, session: SessionDep) -> Response:
    """Show each kind of gap, counted, and the first of each."""
    found = gaps_list.sections(session, home=settings().district, now=now())
    told = [
        (
            each,
            [(one, page_of(each.gap, one), _lacks(each.gap, one)) for one in each.items[:SHOWN]],
        )
        for each in found
        if each.count
    ]
    return shown(request, viewer, "gaps", GAPS, sections=told, shown_most=SHOWN)


def page_of(gap: Gap, one: Missing) -> str:
    """Return where the gap is filled in; empty where it is filled in by a file alone."""
    match gap:
        case Gap.CATALOGUE:
            matter, _, district = one.subject.partition(":")
            return f"{CATALOGUE.page}/{matter}/{district}"
        case Gap.CONTACT | Gap.ROSTER:
            return f"{DEPARTMENTS.page}/{quote(one.subject)}"
        case Gap.ARTICLE | Gap.ARTICLE_SAMPLE:
            return f"/console/articles/read/{quote(one.subject)}"
        case Gap.LINE_MODE | Gap.LINE_DEPARTMENT | Gap.LINE_BASIS:
            return f"{HOTLINES.page}#line-{one.subject}"
        case Gap.QUESTION:
            return "/console/articles/gaps"
        case Gap.ITEM:
            return ""


def _lacks(gap: Gap, one: Missing) -> list[str]:
    """Return what is lacking, in words; a word that nobody wrote is left as it is."""
    if gap is Gap.CATALOGUE:
        return [name_of("catalogue_fault", each) for each in one.lacks]
    if gap is Gap.QUESTION:
        return [f"×{each}" for each in one.lacks]
    words = words_of("lacking")
    return [words.get(each, each) for each in one.lacks]
