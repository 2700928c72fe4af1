"""疑似造假: what was found, by what it goes, whose it is, and what it was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.ratings import alerts
from dispatch.ratings.alert_rules import Rule
from dispatch.ratings.alerts import Decision, Wanted
from dispatch.ratings.models_ratings import RatingAlert
from dispatch.terms import RequestType
from hotline.console import moments, navigation
from hotline.console.administration.frame import Refusal
from hotline.console.callings import called
from hotline.console.frame import Seeing, Viewer
from hotline.console.one_row import on_row
from hotline.console.ratings.frame import shown
from hotline.console.words import name_of, say
from hotline.console.writes import LARGEST_ROW, Version
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor
from knowledge import names

PAGE = f"{navigation.RATINGS.page}/alerts"
SHOWN = 50
FEW = 5  # numbers that a line names

router = APIRouter(prefix=PAGE, include_in_schema=False)

Decider = Annotated[Viewer, Depends(Seeing(Permission.RATING_DECIDE))]


@dataclass(frozen=True)
class Row:
    """One alert in words."""

    id: int
    version: int
    rule: str
    department: str
    ticket: str
    evidence: str
    found: str
    owner: str
    decision: str
    decided_by: str


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Decider,
    request: Request,
    session: SessionDep,
    rule: Rule | None = None,
    decided: Annotated[bool, Query()] = False,
    on: str = "",
) -> Response:
    """Show the alerts, the newest first."""
    return _page(request, session, viewer, Wanted(not decided, rule), on)


@router.post("/{alert_id}/owner", response_class=HTMLResponse)
def take(
    viewer: Decider, alert_id: int, request: Request, session: SessionDep, version: Version
) -> Response:
    """认领: whoever presses it is responsible from now on."""

    def act(alert: RatingAlert) -> None:
        alerts.assign(session, alert, viewer.actor.name, actor=viewer.actor, now=now())

    return _done(request, session, viewer, alert_id, version, act)


@router.post("/{alert_id}/decision", response_class=HTMLResponse)
def decide(
    viewer: Decider,
    alert_id: int,
    request: Request,
    session: SessionDep,
    decision: Annotated[Decision, Form()],
    version: Version,
) -> Response:
    """处置."""

    def act(alert: RatingAlert) -> None:
        alerts.decide(session, alert, decision, actor=viewer.actor, now=now())

    return _done(request, session, viewer, alert_id, version, act)


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    alert_id: int,
    version: int,
    act: Callable[[RatingAlert], None],
) -> Response:
    if not 0 < alert_id <= LARGEST_ROW:
        raise NotFound(f"There is no rating alert {alert_id}.")
    alert = alerts.find(session, alert_id, reader=viewer.actor, lock=True)

    def again(refused: Refusal) -> Response:
        return _page(request, session, viewer, Wanted(still_open=True), "", refused)

    return on_row(session, alert, version, act, back=PAGE, again=again)


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    wanted: Wanted,
    on: str,
    refused: Refusal | None = None,
) -> Response:
    found = alerts.listed(
        session, wanted, reader=viewer.actor, before=decode_cursor(on), limit=SHOWN + 1
    )
    page = found[:SHOWN]
    last = page[-1] if len(found) > SHOWN else None
    told: dict[str, Any] = {
        "rows": _rows(session, page, viewer),
        "rules": list(Rule),
        "rule": wanted.rule,
        "decided": not wanted.still_open,
        "decisions": list(Decision),
        "on": encode_cursor(last.found_at, last.id or 0) if last else "",
    }
    return shown(request, viewer, "alerts", refused=refused, **told)


def _rows(session: Session, found: Sequence[RatingAlert], viewer: Viewer) -> list[Row]:
    evidence = alerts.shown(session, found, reader=viewer.actor)
    people = called(
        session, {who for each in found for who in (each.owner, each.decided_by)} - {""}
    )
    departments = names.department_names(session, {each.department for each in found} - {""})
    return [
        Row(
            id=each.id or 0,
            version=each.version,
            rule=name_of("rating_rule", each.rule),
            department=departments.get(each.department, ""),
            ticket=session.get_one(Ticket, each.ticket_id).number if each.ticket_id else "",
            evidence=_evidence(each.rule, evidence[each.id or 0]),
            found=moments.short(each.found_at),
            owner=people.get(each.owner, each.owner),
            decision=name_of("rating_decision", each.decision) if each.decision else "",
            decided_by=people.get(each.decided_by, each.decided_by),
        )
        for each in found
    ]


def _evidence(rule: str, facts: dict[str, Any]) -> str:
    """Return in a sentence what the alert goes by."""
    for name in ("heard", "registered"):
        if facts.get(name) in {each.value for each in RequestType}:
            facts[name] = RequestType(facts[name]).label
    orders = facts.get("orders", [])
    facts["orders"] = "、".join(orders[:FEW]) + ("…" if len(orders) > FEW else "")
    if "since" in facts:
        facts["since"] = moments.short(datetime.fromisoformat(facts["since"]))
    if "source" in facts:
        facts["source"] = name_of("rating_source", facts["source"])
    facts["denied"] = say("ratings.denied") if facts.get("denied") else ""
    minutes = facts.get("minutes")
    facts["minutes"] = f"{minutes:g}" if isinstance(minutes, (int, float)) else "—"
    hidden = facts.get("hidden")
    more = say("ratings.hidden_orders", count=hidden) if hidden else ""
    return say(f"rating_evidence.{rule}", **facts) + more
