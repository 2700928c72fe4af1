"""各级不一致 over HTTP: which items differ from the level above, for whoever mends them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from hotline.api.articles import Limit, Reader
from hotline.api.fields import Code, Text
from hotline.api.item_views import uneven_out
from hotline.api.items import row_of
from hotline.api.schemas_items import UnevenPageOut
from hotline.core.clock import beijing_day, now
from hotline.web.access import SessionDep
from hotline.web.paging import DEFAULT_LIMIT, link_next
from hotline.web.problems import READING
from knowledge.items.content import TWELVE
from knowledge.items.uneven import uneven

router = APIRouter(prefix="/api/v1/items", tags=["items"], responses=READING)

Field = Annotated[
    str, Query(pattern=f"^({'|'.join(TWELVE)})?$", description="The one that must differ.")
]


@router.get(
    "/differences", operation_id="list_item_differences", summary="Uneven levels (各级不一致)"
)
def list_item_differences(
    _actor: Reader,
    request: Request,
    response: Response,
    session: SessionDep,
    department: Code = "",
    district: Code = "",
    field: Field = "",
    cursor: Annotated[Text, Query(max_length=20)] = "",
    limit: Limit = DEFAULT_LIMIT,
) -> UnevenPageOut:
    """Return the items whose twelve fields are not those of the level above; a page may be short.

    `next` is where to go on as long as there is something to read.
    """
    page = uneven(
        session,
        on=beijing_day(now()),
        department=department,
        districts=(district,) if district else (),
        field=field,
        after=row_of(cursor),
        limit=limit,
    )
    following = str(page.after) if page.after else None
    link_next(request, response, following)
    return UnevenPageOut(items=[uneven_out(each) for each in page.found], next=following)
