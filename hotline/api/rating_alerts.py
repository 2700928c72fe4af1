"""疑似造假预警 over HTTP: listed, given an owner, decided."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.ratings import alerts
from dispatch.ratings.alert_rules import Rule
from dispatch.ratings.alerts import Wanted
from dispatch.ratings.models_ratings import RatingAlert
from hotline.api.fields import Code, RowId
from hotline.api.schemas_rating_checks import (
    AlertDecisionIn,
    AlertOut,
    AlertOwnerIn,
    AlertPage,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/rating-alerts", tags=["ratings"], responses=READING)

Decider = Annotated[Actor, Depends(permit(Permission.RATING_DECIDE))]


class Write:
    """One write on the alert that the path names."""

    def __init__(self, alert_id: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, alert_id

    def do(self, act: Callable[[RatingAlert], object], actor: Actor, given: str) -> Any:
        """Return the alert as `act` leaves it, or the answer kept under the same key."""

        def find() -> RatingAlert:
            return alerts.find(self.session, self._id, reader=actor, lock=True)

        def out(session: Session, alert: RatingAlert) -> AlertOut:
            return alerts_out(session, [alert], actor)[0]

        return self._write.change(find, act, out, actor, given)


AlertWrite = Annotated[Write, Depends()]


@router.get("", operation_id="list_rating_alerts", summary="What looks gamed (疑似造假)")
def list_rating_alerts(
    actor: Decider,
    session: SessionDep,
    request: Request,
    response: Response,
    still_open: bool = False,
    rule: Rule | None = None,
    owner: Code = "",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> AlertPage:
    """Return alerts with their evidence, the newest first."""
    wanted, before = Wanted(still_open, rule, owner), decode_cursor(cursor)
    found = alerts.listed(session, wanted, reader=actor, before=before, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.found_at, last.id or 0) if last else None
    link_next(request, response, following)
    return AlertPage(items=alerts_out(session, found, actor), next=following)


@router.post(
    "/{alert_id}/owner",
    operation_id="assign_rating_alert",
    summary="Name who decides on it (指定责任人)",
    response_model=AlertOut,
    responses=WRITING,
)
def assign_rating_alert(actor: Decider, write: AlertWrite, given: AlertOwnerIn) -> Any:
    """指定责任人: a team lead or a supervisor."""

    def act(alert: RatingAlert) -> None:
        alerts.assign(write.session, alert, given.owner, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{alert_id}/decision",
    operation_id="decide_rating_alert",
    summary="Decide what it was (处置)",
    response_model=AlertOut,
    responses=WRITING,
)
def decide_rating_alert(actor: Decider, write: AlertWrite, given: AlertDecisionIn) -> Any:
    """处置: once, by nobody whom the evidence names."""

    def act(alert: RatingAlert) -> None:
        alerts.decide(write.session, alert, given.decision, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


def alerts_out(session: Session, found: Sequence[RatingAlert], reader: Actor) -> list[AlertOut]:
    """Return the alerts; of their evidence the orders that the reader may see."""
    evidence = alerts.shown(session, found, reader=reader)
    return [
        AlertOut.model_validate({**each.model_dump(), "evidence": evidence[each.id or 0]})
        for each in found
    ]
