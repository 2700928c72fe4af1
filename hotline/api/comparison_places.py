"""What is told of comparisons over HTTP: a department its place, everybody what is public."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.comparing import place_appeals, places, public, published, runs
from dispatch.comparing.models_comparing import Comparison
from hotline.api.articles import Asker
from hotline.api.fields import RowId
from hotline.api.schemas_comparisons import (
    PlaceOut,
    PlacePage,
    PublicOut,
    PublicPage,
    StatementIn,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING

# Included before `comparisons`: neither "own" nor "public" is the number of one.
router = APIRouter(prefix="/api/v1/comparisons", tags=["comparisons"], responses=READING)

_SHOWN = {"version", "since", "until", "published_at", "appeal_by"}

Contestant = Annotated[Actor, Depends(permit(Permission.COMPARISON_CONTEST))]


class Pages:
    """How a list is paged: whatever is in it, the newest first."""

    def __init__(
        self,
        request: Request,
        response: Response,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
    ) -> None:
        before = decode_cursor(cursor)
        self.before, self.limit = before[1] if before else 0, limit
        self._request, self._response = request, response

    def next(self, found: Sequence[Comparison]) -> str | None:
        """Return the cursor of what follows, and link to it; None after the last page."""
        last = found[-1] if len(found) == self.limit else None
        following = encode_cursor(last.run_at, last.id or 0) if last else None
        link_next(self._request, self._response, following)
        return following


Paged = Annotated[Pages, Depends()]


@router.get(
    "/own", operation_id="list_own_comparisons", summary="One's own places (本单位的比较结果)"
)
def list_own_comparisons(actor: Contestant, session: SessionDep, pages: Paged) -> PlacePage:
    """Return the department's place in published comparisons, the newest first."""
    own = actor.department
    found = places.listed(session, own, before=pages.before, limit=pages.limit)
    return PlacePage(items=_places(session, found, own), next=pages.next(found))


@router.get(
    "/public", operation_id="list_public_comparisons", summary="Published to all (向社会公布的)"
)
def list_public_comparisons(_asker: Asker, session: SessionDep, pages: Paged) -> PublicPage:
    """Return what everybody may read: bands, rates and intervals; the newest first.

    Figures of fewer orders than the scheme's minimum sample are null.
    """
    found = published.in_force(session, before=pages.before, limit=pages.limit)
    return PublicPage(items=[_public(each) for each in found], next=pages.next(found))


@router.post(
    "/{run_id}/appeal",
    operation_id="appeal_comparison",
    summary="Appeal against one's place (对比较结果申诉)",
    response_model=PlaceOut,
    responses=WRITING,
)
def appeal_comparison(actor: Contestant, run_id: RowId, write: Writing, given: StatementIn) -> Any:
    """申诉: once, in time, by a department that is in it and is told of it."""
    own = actor.department

    def find() -> Comparison:
        return places.find(write.session, run_id, own, lock=True)

    def act(run: Comparison) -> None:
        place_appeals.appeal(write.session, run, given.statement, actor=actor, now=now())

    def show(session: Session, run: Comparison) -> PlaceOut:
        return _places(session, [run], own)[0]

    return write.change(find, act, show, actor, given.model_dump_json())


def _public(run: Comparison) -> PublicOut:
    told = json.loads(runs.published(run))
    return PublicOut.model_validate(
        {
            "name": told["run"]["name"],
            "since": run.since,
            "until": run.until,
            "published_at": run.published_at,
            "basis": told["run"]["scheme"]["basis"],
            "confidence": told["run"]["scheme"]["confidence"],
            "result": public.result(told),
            "excluded": told["run"]["excluded"],
        }
    )


def _places(session: Session, found: Sequence[Comparison], own: str) -> list[PlaceOut]:
    """Return the department's place in each, in one query for what it said against them."""
    appeals = place_appeals.of_department(session, found, own)
    return [
        PlaceOut.model_validate(
            {
                **run.model_dump(include=_SHOWN),
                **vars(places.of(run, own)),
                "comparison": run.id,
                "appeal": appeals.get(run.id or 0),
            }
        )
        for run in found
    ]
