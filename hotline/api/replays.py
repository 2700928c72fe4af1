"""推演 over HTTP: asked for, followed, cancelled, begun again, and read."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.replays import reading, replays
from dispatch.replays.comparing import Sort
from dispatch.replays.models_replays import Replay
from dispatch.replays.reading import By
from dispatch.replays.replays import Asked
from hotline.api.fields import Code, RowId
from hotline.api.schemas_replays import (
    ComparedOut,
    FindingOut,
    FindingPage,
    ReplayIn,
    ReplayOut,
    ReplayPage,
    ReplayResult,
    ScoredOut,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, link_next, row_after
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/replays", tags=["indicators"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INDICATOR_READ))]
Runner = Annotated[Actor, Depends(permit(Permission.REPLAY_RUN))]
Limit = Annotated[int, Query(ge=1, le=MOST)]
MEASURES = (*reading.ON_TIME, *reading.ROUTED)


@router.post(
    "",
    operation_id="run_replay",
    status_code=201,
    summary="Replay a past period (推演)",
    response_model=ReplayOut,
    responses=WRITING,
)
def run_replay(actor: Runner, given: ReplayIn, write: Writing) -> Any:
    """推演: nothing it does touches a ticket, a clock or a figure."""

    def act() -> ReplayOut:
        asked = Asked(given.name, given.since, given.until, given.changes())
        return out(replays.ask(write.session, asked, actor=actor, now=now()))

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.get("", operation_id="list_replays", summary="List replays (推演)")
def list_replays(
    _actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: Code = "",
    limit: Limit = DEFAULT_LIMIT,
) -> ReplayPage:
    """Return the replays, the newest first."""
    rows = replays.listed(session, before=row_after(cursor), limit=limit)
    following = str(rows[-1].id) if len(rows) == limit else None
    link_next(request, response, following)
    return ReplayPage(items=[out(row) for row in rows], next=following)


@router.get(
    "/{replay_id}", operation_id="get_replay", summary="Read what a replay found (推演结果)"
)
def get_replay(
    actor: Reader, replay_id: RowId, session: SessionDep, by: By | None = None
) -> ReplayResult:
    """Return each measure before and after in the reader's area, in all or by a key."""
    replay = replays.find(session, replay_id)
    found = reading.compared(session, replay, MEASURES, by=by, reader=actor)
    scores = reading.scores(session, replay, reader=actor)
    return ReplayResult(
        replay=out(replay),
        inputs=replay.inputs,
        compared=[ComparedOut.model_validate(each) for each in found],
        scores=[ScoredOut.model_validate(each) for each in scores],
        differs=dict(reading.reasons(session, replay, reader=actor)),
    )


@router.get(
    "/{replay_id}/findings",
    operation_id="list_replay_findings",
    summary="The orders that flip, or were not reproduced (明细)",
)
def list_replay_findings(
    actor: Reader,
    replay_id: RowId,
    session: SessionDep,
    request: Request,
    response: Response,
    measure: Code = reading.ON_TIME[-1],
    sort: Sort | None = None,
    department: Code = "",
    matter: Code = "",
    cursor: Code = "",
    limit: Limit = DEFAULT_LIMIT,
) -> FindingPage:
    """Return those that the reader may see, paged by key."""
    replay = replays.find(session, replay_id)
    chosen: dict[str, Any] = {"department": department, "matter": matter, "reader": actor}
    after = row_after(cursor)
    found = reading.lines(session, replay, measure, sort, after=after, limit=limit, **chosen)
    following = str(found[-1].id) if len(found) == limit else None
    link_next(request, response, following)
    return FindingPage(items=[FindingOut.model_validate(each) for each in found], next=following)


@router.post(
    "/{replay_id}/cancel",
    operation_id="cancel_replay",
    summary="Cancel a replay (取消推演)",
    response_model=ReplayOut,
    responses=WRITING,
)
def cancel_replay(actor: Runner, replay_id: RowId, write: Writing) -> Any:
    """取消: what it found until now is kept, and shown as unfinished."""

    def act(replay: Replay) -> None:
        replays.cancel(write.session, replay, actor=actor, now=now())

    return write.change(lambda: _locked(write.session, replay_id), act, _shown, actor, "")


@router.post(
    "/{replay_id}/restart",
    operation_id="restart_replay",
    summary="Begin a failed or cancelled replay again (重新推演)",
    response_model=ReplayOut,
    responses=WRITING,
)
def restart_replay(actor: Runner, replay_id: RowId, write: Writing) -> Any:
    """重新推演: from the beginning, with the inputs it was asked for with."""

    def act(replay: Replay) -> None:
        replays.restart(write.session, replay, actor=actor, now=now())

    return write.change(lambda: _locked(write.session, replay_id), act, _shown, actor, "")


def _locked(session: Session, replay_id: int) -> Replay:
    return replays.find(session, replay_id, lock=True)


def _shown(_session: Session, replay: Replay) -> ReplayOut:
    return out(replay)


def out(replay: Replay) -> ReplayOut:
    """Return the replay as it is read."""
    return ReplayOut.model_validate(replay)
