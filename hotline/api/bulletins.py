"""公开的通报 over HTTP: where the site has switched publication on; an empty list elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dispatch.letters import publishing
from hotline.api.articles import Asker
from hotline.api.schemas_letters import BulletinPage, PublishedBulletin
from hotline.web.access import SessionDep
from hotline.web.paging import DEFAULT_LIMIT, MOST, link_next, row_after
from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/bulletins", tags=["letters"], responses=READING)


@router.get("", operation_id="list_published_bulletins", summary="Published bulletins (公开通报)")
def list_published_bulletins(
    _asker: Asker,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> BulletinPage:
    """Return what was published, the newest first; nothing of what a bulletin refers to."""
    found = publishing.published(session, before=row_after(cursor), limit=limit)
    following = str(found[-1].id) if len(found) == limit else None
    link_next(request, response, following)
    items = [PublishedBulletin.model_validate(each) for each in found]
    return BulletinPage(items=items, next=following)
