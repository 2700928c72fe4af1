"""发布 over HTTP, for staff: made, checked by one, published by another, withdrawn."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from dispatch.publishing import asking, months, reading, releasing
from dispatch.publishing.models_publishing import StatisticsRelease
from hotline.api.fields import LARGEST_ROW, RowId
from hotline.api.schemas_publishing import (
    MakingOut,
    MakingPage,
    ReleaseIn,
    ReleaseOut,
    ReleasePage,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/statistics-releases", tags=["indicators"], responses=READING)

Publisher = Annotated[Actor, Depends(permit(Permission.STATISTICS_PUBLISH))]
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]
Limit = Annotated[int, Query(ge=1, le=100)]


class Write:
    """One decision about the release that the path names."""

    def __init__(self, release_id: RowId, write: Writing) -> None:
        self._write, self._id = write, release_id

    def do(self, verb: releasing.Verb, actor: Actor) -> Any:
        """Return the release as the verb leaves it, or the answer kept under the same key."""
        session = self._write.session

        def find() -> StatisticsRelease:
            return reading.find(session, self._id, lock=True)

        def act(release: StatisticsRelease) -> None:
            verb(session, release, actor=actor, now=now())

        return self._write.change(find, act, lambda _, row: _shown(row), actor, "")


Decision = Annotated[Write, Depends()]


@router.get("", operation_id="list_statistics_releases", summary="List releases (发布)")
def list_statistics_releases(
    _actor: Publisher, session: SessionDep, before: Before = 0, limit: Limit = 50
) -> ReleasePage:
    """Return every release with its measures, the newest made first."""
    found = reading.listed(session, before=before, limit=limit)
    more = found[-1].id if len(found) == limit else None
    return ReleasePage(items=[_shown(each) for each in found], next=more)


@router.get(
    "/makings",
    operation_id="list_release_makings",
    summary="What is being made, and came of it (生成)",
)
def list_release_makings(
    _actor: Publisher, session: SessionDep, before: Before = 0, limit: Limit = 50
) -> MakingPage:
    """Return what was asked for, the newest first; by the machine, too."""
    found = asking.listed(session, before=before, limit=limit)
    more = found[-1].id if len(found) == limit else None
    return MakingPage(items=[MakingOut.model_validate(each) for each in found], next=more)


@router.get(
    "/makings/{making_id}", operation_id="get_release_making", summary="How far a making is (生成)"
)
def get_release_making(_actor: Publisher, making_id: RowId, session: SessionDep) -> MakingOut:
    """Return its state: `waiting` (`part` is being done), `done` (its release), `refused` (why)."""
    return MakingOut.model_validate(asking.find(session, making_id))


@router.get("/{release_id}", operation_id="get_statistics_release", summary="Read a release (发布)")
def get_statistics_release(_actor: Publisher, release_id: RowId, session: SessionDep) -> ReleaseOut:
    """Return the release with its measures."""
    return _shown(reading.find(session, release_id))


@router.post(
    "",
    operation_id="make_statistics_release",
    status_code=202,
    summary="Make a month's release (生成)",
    response_model=MakingOut,
    responses=WRITING,
)
def make_statistics_release(
    actor: Publisher, given: ReleaseIn, write: Writing, response: Response
) -> Any:
    """生成: a month that is over, from what may be told of now, by a job. It is not out yet.

    202, with its state at `makings/{id}`; 409 while the month is being made, or an edition waits.
    """

    def act() -> MakingOut:
        month = months.read(given.month)
        return MakingOut.model_validate(asking.ask(write.session, month, actor=actor, now=now()))

    told = write.once(act, actor, given.model_dump_json(), again=as_kept)
    response.headers["Location"] = f"{router.prefix}/makings/{told['id']}"
    return told


@router.post(
    "/{release_id}/check",
    operation_id="check_statistics_release",
    summary="Say that the measures were seen (核对)",
    response_model=ReleaseOut,
    responses=WRITING,
)
def check_statistics_release(actor: Publisher, write: Decision) -> Any:
    """核对: 409 where a measure forbids the release."""
    return write.do(releasing.check, actor)


@router.post(
    "/{release_id}/publish",
    operation_id="publish_statistics_release",
    summary="Publish (公布)",
    response_model=ReleaseOut,
    responses=WRITING,
)
def publish_statistics_release(actor: Publisher, write: Decision) -> Any:
    """公布: by somebody else than who made or checked it."""
    return write.do(releasing.publish, actor)


@router.post(
    "/{release_id}/withdraw",
    operation_id="withdraw_statistics_release",
    summary="Withdraw (撤下)",
    response_model=ReleaseOut,
    responses=WRITING,
)
def withdraw_statistics_release(actor: Publisher, write: Decision) -> Any:
    """撤下: nobody gets it here any more."""
    return write.do(releasing.withdraw, actor)


@router.post(
    "/{release_id}/discard",
    operation_id="discard_statistics_release",
    summary="Discard (作废)",
    response_model=ReleaseOut,
    responses=WRITING,
)
def discard_statistics_release(actor: Publisher, write: Decision) -> Any:
    """作废: it never goes out, and another edition can be made."""
    return write.do(releasing.discard, actor)


def _shown(row: StatisticsRelease) -> ReleaseOut:
    return ReleaseOut.model_validate(row)
