"""站内消息 over HTTP: everybody reads what is for them, and says that they have."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.hot import told
from dispatch.letters import notices as letter_notices
from dispatch.notices import knowledge_notices, staff_inbox
from dispatch.notices.models_notices import StaffNotice
from hotline.api.fields import RowId
from hotline.api.schemas_notices import NoticeOut, NoticePage
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/notices", tags=["notices"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.NOTICE_READ))]


@router.get("", operation_id="list_notices", summary="List notices (站内消息)")
def list_notices(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    unread: bool = False,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> NoticePage:
    """Return the notices for whoever asks, the newest first; `unread=true` leaves out the rest.

    A department's key is shown its department's and its leader's; people of the house are shown
    those for agents, team leads or the supervision office, by their role.
    """
    seen = decode_cursor(cursor)
    before = seen[1] if seen else 0
    found = staff_inbox.listed(session, actor, unread=unread, before=before, limit=limit)
    last = found[-1][0] if len(found) == limit else None
    following = encode_cursor(last.at, last.id or 0) if last else None
    link_next(request, response, following)
    return NoticePage(items=_notices_out(session, found), next=following)


@router.post(
    "/{notice_id}/read",
    operation_id="read_notice",
    summary="Mark a notice as read (已读)",
    response_model=NoticeOut,
    responses=WRITING,
)
def read_notice(actor: Reader, write: Writing, notice_id: RowId) -> Any:
    """已读: from the first time on; a department's keys are one reader."""

    def act() -> NoticeOut:
        found = staff_inbox.read(write.session, notice_id, actor=actor, now=now())
        return _notices_out(write.session, [found])[0]

    return write.once(act, actor, "", again=lambda _kept: act())


def _notices_out(
    session: Session, found: Sequence[tuple[StaffNotice, datetime | None]]
) -> list[NoticeOut]:
    hot = told.headlines(session, [notice for notice, _ in found])
    written = letter_notices.letters(session, [notice for notice, _ in found])
    return [
        NoticeOut.model_validate(
            {
                **notice.model_dump(),
                "read_at": read_at,
                "hot": hot.get(notice.about),
                "article": knowledge_notices.article_of(notice),
                "letter": written.get(notice.about, ""),
            }
        )
        for notice, read_at in found
    ]
