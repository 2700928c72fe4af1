"""佐证材料: files that a department adds to its order, several at a time, and takes away again."""

import uuid
from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from dispatch.attachments import attachments, reading, receiving
from dispatch.handling import orders
from hotline.console.frame import Viewer
from hotline.console.portal import order_page, refused
from hotline.console.portal.again import Again
from hotline.console.portal.desk import ORDERS, Adder
from hotline.console.words import say
from hotline.core.clock import now
from hotline.core.errors import HotlineError, NotFound
from hotline.core.settings import settings
from hotline.core.workbench.refusals import Refused
from hotline.web import uploading
from hotline.web.access import SessionDep

MOST_AT_ONCE = 10

router = APIRouter(prefix=f"{ORDERS}/{{number}}/attachments", include_in_schema=False)


@router.post("")
def add(
    viewer: Adder,
    number: str,
    request: Request,
    session: SessionDep,
    file: Annotated[list[UploadFile], File(max_length=MOST_AT_ONCE)],
) -> Response:
    """Keep each file with the order; the first that is not taken ends it, and is named."""
    for each in file:
        try:
            _keep(session, viewer, number, each)
        except NotFound:
            raise
        except HotlineError as error:
            return _refused(request, session, viewer, number, each.filename or "", error)
    return RedirectResponse(f"{ORDERS}/{number}?done=files", status_code=303)


@router.post("/{attachment}/remove")
def remove(viewer: Adder, number: str, attachment: uuid.UUID, session: SessionDep) -> Response:
    """移除: what the department added itself, before the reply it belongs to is reviewed."""
    order = orders.find(session, number, reader=viewer.actor, lock=True)
    row = reading.pick(reading.of_order(session, order), attachment)
    house = receiving.house_of(settings())
    attachments.remove(session, row, house, actor=viewer.actor, now=now())
    return RedirectResponse(f"{ORDERS}/{number}?done=removed", status_code=303)


def _keep(session: Session, viewer: Viewer, number: str, file: UploadFile) -> None:
    attachments.require_open(orders.find(session, number, reader=viewer.actor))
    with uploading.examined(session, file, viewer.actor) as (received, house):
        order = orders.find(session, number, reader=viewer.actor, lock=True)
        attachments.add_to_order(session, order, received, house, actor=viewer.actor, now=now())


def _refused(
    request: Request,
    session: Session,
    viewer: Viewer,
    number: str,
    name: str,
    error: HotlineError,
) -> Response:
    bad = isinstance(error, Refused | receiving.TooLong)
    why = say("fault.file_refused") if bad else refused.sentence(error)
    told = Again("files", f"{name}：{why}")
    status = 422 if bad else error.status
    return order_page.shown(request, session, viewer, number, again=told, status=status)
