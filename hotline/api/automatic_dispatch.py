"""自动派单 over HTTP: which entries have earned it, and how much of it was right."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import Session

from dispatch.routing import earning_rules, watching
from dispatch.routing.earning_rules import Heard
from dispatch.routing.watching import Line, Watched
from hotline.api.schemas_automatic_dispatch import (
    AutomaticDispatchOut,
    EarnedEntryOut,
    EarningRuleOut,
    WatchedOut,
)
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/automatic-dispatch", tags=["rules"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.RULES_READ))]


@router.get(
    "",
    operation_id="read_automatic_dispatch",
    summary="Automatic dispatch and how it does (自动派单)",
)
def read_automatic_dispatch(_actor: Reader, session: SessionDep) -> AutomaticDispatchOut:
    """Return the figures of the last 30 days, the rules, and up to 1,000 entries."""
    return _out(session)


def _out(session: Session) -> AutomaticDispatchOut:
    at = now()
    return AutomaticDispatchOut(
        overall=_watched(watching.overall(session, now=at)),
        rules=[
            EarningRuleOut(
                heard=heard,
                least_outcomes=rule.least_outcomes,
                least_precision=rule.least_precision,
                window_days=rule.window_days,
                lowest_threshold=rule.lowest,
            )
            for heard, rule in earning_rules.current(session).items()
        ],
        entries=[_entry(line) for line in watching.entries(session, now=at)],
    )


def _watched(found: Watched) -> WatchedOut:
    return WatchedOut(
        proposed=found.proposed,
        automatic=found.automatic,
        share=round(found.share, 4),
        decided=found.decided,
        right=found.right,
        precision=None if found.precision is None else round(found.precision, 4),
        precision_at_least=round(found.bound, 4),
    )


def _entry(line: Line) -> EarnedEntryOut:
    row = line.entry
    return EarnedEntryOut(
        matter_code=row.matter_code,
        district_code=row.district_code,
        department=row.department,
        heard=Heard.of(row.spoken),
        state=row.state,
        since=row.since,
        threshold=row.threshold,
        outcomes=row.outcomes,
        right=row.right,
        precision_at_least=round(line.bound, 4),
        short_of=row.short,
        watched=_watched(line.watched),
    )
