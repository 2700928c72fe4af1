"""热点预警: the list with its precision, one alert with its tickets, and what is decided on it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.hot import alerts, deciding, precision
from dispatch.hot.alerts import Wanted
from dispatch.hot.deciding import Verdict
from dispatch.hot.models_hot import HotAlert
from dispatch.hot.states import Decision, State
from dispatch.states import TicketStatus
from hotline.console import navigation, story
from hotline.console.administration.frame import Refusal
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.hot.lines import lines
from hotline.console.one_row import on_row
from hotline.console.writes import LARGEST_ROW, MOST_LETTERS, Version
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor
from knowledge import names

PAGE = navigation.HOT.page
SHOWN = 50
PERIODS = (7, 30, 90)
OPEN, DECIDED = "open", "decided"
STATES = {OPEN: (State.RAISED, State.OWNED), DECIDED: (State.DECIDED,), "all": ()}
_CAN_MERGE = (TicketStatus.REGISTERED, TicketStatus.DISPATCHED)

router = APIRouter(prefix=PAGE, include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.HOT_READ))]
Decider = Annotated[Viewer, Depends(Seeing(Permission.HOT_DECIDE))]
Which = Annotated[str, Query(pattern="^(open|decided|all)$")]
Days = Annotated[int, Query(ge=1, le=366)]
Mine = Annotated[bool, Query()]
Words = Annotated[str, Form(max_length=MOST_LETTERS)]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    state: Which = OPEN,
    days: Days = 30,
    mine: Mine = False,
    on: str = "",
) -> Response:
    """Show the alerts, the newest first, and how often alerts were right lately."""
    shown = _list(session, viewer, state, days, mine, on)
    return templates.TemplateResponse(request, "hot/list.html", shown)


@router.get("/rows", response_class=HTMLResponse)
def rows(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    state: Which = OPEN,
    days: Days = 30,
    mine: Mine = False,
) -> Response:
    """Return the list alone, for the page that is already open."""
    shown = _list(session, viewer, state, days, mine, "")
    return templates.TemplateResponse(request, "hot/rows.html", shown)


@router.get("/{alert_id}", response_class=HTMLResponse)
def one(viewer: Reader, alert_id: int, request: Request, session: SessionDep) -> Response:
    """Show one alert."""
    return _one(request, session, viewer, _found(session, viewer, alert_id))


@router.post("/{alert_id}/owner", response_class=HTMLResponse)
def assign(
    viewer: Decider,
    alert_id: int,
    request: Request,
    session: SessionDep,
    owner: Annotated[str, Form(max_length=64)],
    version: Version,
) -> Response:
    """指定责任人."""

    def act(alert: HotAlert) -> None:
        alerts.assign(session, alert, owner, actor=viewer.actor, now=now())

    return _done(request, session, viewer, alert_id, version, act)


@router.post("/{alert_id}/decision", response_class=HTMLResponse)
def decide(
    viewer: Decider,
    alert_id: int,
    request: Request,
    session: SessionDep,
    decision: Annotated[Decision, Form()],
    reason: Words,
    version: Version,
    main: Annotated[str, Form(max_length=64)] = "",
    member: Annotated[list[str], Form(max_length=SHOWN)] = [],  # noqa: B006  # never changed
    department: Annotated[str, Form(max_length=2000)] = "",
    false_alarm: Annotated[bool, Form()] = False,
) -> Response:
    """处置: the departments are written one a line, or parted by 、."""
    verdict = _verdict(decision, reason, main, member, department, false_alarm=false_alarm)

    def act(alert: HotAlert) -> None:
        deciding.decide(session, alert, verdict, actor=viewer.actor, now=now())

    return _done(request, session, viewer, alert_id, version, act)


def _verdict(
    decision: Decision,
    reason: str,
    main: str,
    members: list[str],
    departments: str,
    *,
    false_alarm: bool,
) -> Verdict:
    """Return what the form says; what belongs to another decision is left out."""
    told = [each.strip() for each in departments.replace("、", "\n").splitlines() if each.strip()]
    if decision is Decision.MERGE:
        return Verdict(decision, reason, false_alarm, main=main, members=members)
    return Verdict(
        decision, reason, false_alarm, departments=told if decision is Decision.INFORM else ()
    )


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    alert_id: int,
    version: int,
    act: Callable[[HotAlert], None],
) -> Response:
    alert = _found(session, viewer, alert_id, lock=True)

    def again(refused: Refusal) -> Response:
        return _one(request, session, viewer, alert, refused)

    return on_row(session, alert, version, act, back=f"{PAGE}/{alert_id}", again=again)


def _found(session: Session, viewer: Viewer, alert_id: int, *, lock: bool = False) -> HotAlert:
    if not 0 < alert_id <= LARGEST_ROW:
        raise NotFound(f"There is no hot issue {alert_id}.")
    return alerts.find(session, alert_id, reader=viewer.actor, lock=lock)


def _list(
    session: Session, viewer: Viewer, state: str, days: int, mine: bool, on: str
) -> dict[str, Any]:
    wanted = Wanted(STATES[state], viewer.actor.name if mine else "")
    found = alerts.listed(
        session, wanted, reader=viewer.actor, before=decode_cursor(on), limit=SHOWN + 1
    )
    page, at = found[:SHOWN], now()
    last = page[-1] if len(found) > SHOWN else None
    return {
        "viewer": viewer,
        "as_of": at,
        "rows": lines(session, page),
        "state": state,
        "states": list(STATES),
        "days": days,
        "periods": PERIODS,
        "mine": mine,
        "first": not on,
        "on": encode_cursor(last.raised_at, last.id or 0) if last else "",
        "figures": precision.between(
            session, at - timedelta(days=days), at + timedelta(seconds=1), reader=viewer.actor
        ),
    }


def _one(
    request: Request,
    session: Session,
    viewer: Viewer,
    alert: HotAlert,
    refused: Refusal | None = None,
) -> Response:
    found = alerts.tickets(session, alert, reader=viewer.actor, limit=SHOWN)
    decides = "hot.decide" in viewer.may and alert.state != State.DECIDED
    shown = {
        "viewer": viewer,
        "as_of": now(),
        "alert": lines(session, [alert])[0],
        "tickets": found,
        "can_merge": _CAN_MERGE,
        "decides": decides,
        "owners": alerts.may_own(session, alert) if decides else [],
        "departments": names.accepting(session) if decides else [],
        "story": story.tell(session, alerts.story(session, alert)),
        "refused": refused,
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "hot/alert.html", shown, status_code=status)
