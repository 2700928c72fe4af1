"""系统管理: the way to every area that one may see, and what in them wants attention."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, func, select

from dispatch.rules import calendars
from dispatch.rules.missing_notices import states
from hotline.console.administration.areas import CALENDARS, CATALOGUE, HOME, STAFF, Area
from hotline.console.administration.frame import RuleReader, shown
from hotline.console.frame import Viewer
from hotline.console.words import say
from hotline.core.accounts import Account
from hotline.core.clock import beijing_day, now
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from knowledge import catalogue_faults, stored

router = APIRouter(prefix=HOME, include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def home(viewer: RuleReader, request: Request, session: SessionDep) -> Response:
    """Show the areas, each with what it is for and what is amiss in it."""
    return shown(request, viewer, "overview", None, amiss=_amiss(session, viewer, now()))


def _amiss(session: Session, viewer: Viewer, now: datetime) -> dict[str, str]:
    """Return by area what somebody should look at."""
    found: dict[Area, str] = {
        CALENDARS: _missing_years(session, now),
        CATALOGUE: _faults_of_catalogue(session, now),
    }
    if STAFF.permission in viewer.may:
        found[STAFF] = _locked(session, now)
    return {area.name: words for area, words in found.items() if words}


def _missing_years(session: Session, now: datetime) -> str:
    today = beijing_day(now)
    found = states(calendars.current(session, settings().district), today)
    years = sorted({year for each in found for year in each.missing})
    return say("administration.years_missing", years="、".join(map(str, years))) if years else ""


def _faults_of_catalogue(session: Session, now: datetime) -> str:
    day, home = beijing_day(now), settings().district
    count = len(catalogue_faults.faults(stored.current(session), day, home=home))
    return say("administration.catalogue_faults", count=count) if count else ""


def _locked(session: Session, now: datetime) -> str:
    held = select(func.count()).select_from(Account).where(col(Account.locked_until) > now)
    count = session.exec(held).one()
    return say("administration.locked", count=count) if count else ""
