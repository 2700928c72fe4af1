"""有条件开放的接收方 over HTTP: registered, ended, and what each was given."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from dispatch.publishing import receivers
from dispatch.publishing.models_publishing import DataReceiver
from hotline.api.fields import LARGEST_ROW, RowId
from hotline.api.schemas_publishing import (
    NewReceiver,
    ReceiverIn,
    ReceiverOut,
    ReceiverPage,
    TakenOut,
    TakenPage,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/data-receivers", tags=["indicators"], responses=READING)

Publisher = Annotated[Actor, Depends(permit(Permission.STATISTICS_PUBLISH))]
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("", operation_id="list_data_receivers", summary="List receivers (接收方)")
def list_data_receivers(
    _actor: Publisher, session: SessionDep, before: Before = 0, limit: Limit = 50
) -> ReceiverPage:
    """Return every receiver that there was, the newest first."""
    found = receivers.listed(session, before=before, limit=limit)
    more = found[-1].id if len(found) == limit else None
    return ReceiverPage(items=[_shown(each) for each in found], next=more)


@router.post(
    "",
    operation_id="register_data_receiver",
    status_code=201,
    summary="Register a receiver (登记)",
    responses=WRITING,
)
def register_data_receiver(actor: Publisher, given: ReceiverIn, write: Writing) -> NewReceiver:
    """登记: answers with its key, which can't be shown a second time."""
    secret = [""]

    def act() -> ReceiverOut:
        row, secret[0] = receivers.register(
            write.session, given.name, given.purpose, given.until, actor=actor, now=now()
        )
        return _shown(row)

    body = write.once(act, actor, given.model_dump_json(), again=as_kept)
    return NewReceiver(**body, key=secret[0] or None)


@router.post(
    "/{receiver_id}/end",
    operation_id="end_data_receiver",
    summary="End a receiver's term (终止)",
    response_model=ReceiverOut,
    responses=WRITING,
)
def end_data_receiver(actor: Publisher, receiver_id: RowId, write: Writing) -> Any:
    """终止: its key is worthless from now on."""

    def find() -> DataReceiver:
        return receivers.find(write.session, receiver_id, lock=True)

    def act(row: DataReceiver) -> None:
        receivers.end(write.session, row, actor=actor, now=now())

    return write.change(find, act, lambda _, row: _shown(row), actor, "")


@router.get(
    "/{receiver_id}/downloads",
    operation_id="list_receiver_downloads",
    summary="What it was given (下载记录)",
)
def list_receiver_downloads(
    _actor: Publisher,
    receiver_id: RowId,
    session: SessionDep,
    before: Before = 0,
    limit: Limit = 50,
) -> TakenPage:
    """Return each download, the newest first."""
    row = receivers.find(session, receiver_id)
    found = receivers.taken(session, row, before=before, limit=limit)
    more = found[-1].seq if len(found) == limit else None
    named = ("month", "edition", "file", "sha256")
    items = [TakenOut(at=each.at, **{name: each.refs[name] for name in named}) for each in found]
    return TakenPage(items=items, next=more)


def _shown(row: DataReceiver) -> ReceiverOut:
    return ReceiverOut.model_validate(row)
