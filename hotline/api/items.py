"""政务服务事项 over HTTP: what holds on a day is read by anybody."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from hotline.api.articles import Asker, Limit, Query200, Reader
from hotline.api.fields import Code, Number, Text
from hotline.api.item_views import (
    checklist_out,
    diff_out,
    item_detail,
    item_out,
    items_found,
    levels_out,
)
from hotline.api.schemas_items import (
    ChecklistOut,
    DiffOut,
    ItemDetail,
    ItemOut,
    ItemPage,
    ItemsFound,
    LevelsOut,
)
from hotline.core.clock import beijing_day, now
from hotline.core.errors import Invalid
from hotline.web.access import SessionDep
from hotline.web.paging import DEFAULT_LIMIT, link_next
from hotline.web.problems import READING
from hotline.web.versions import tag
from knowledge import lineage
from knowledge.items import finding, searching
from knowledge.searching.entries import Asked

router = APIRouter(prefix="/api/v1/items", tags=["items"], responses=READING)

On = Annotated[date | None, Query(description="The day it is to hold on; today without one.")]
Row = Annotated[int, Query(ge=1, le=10**6)]


@router.get("", operation_id="list_items", summary="List what holds (政务服务事项)")
def list_items(
    _asker: Asker,
    request: Request,
    response: Response,
    session: SessionDep,
    department: Code = "",
    district: Code = "",
    across: Annotated[Code, Query(description="Done for this place too (跨省通办).")] = "",
    on: On = None,
    cursor: Annotated[Text, Query(max_length=20)] = "",
    limit: Limit = DEFAULT_LIMIT,
) -> ItemPage:
    """Return items as they hold on the day, what has ended said to have, page by page."""
    day = _day(on)
    rows = finding.listed(
        session,
        on=day,
        department=department,
        district=district,
        across=across,
        after=row_of(cursor),
        limit=limit + 1,
    )
    return _page(rows, day, limit, request, response)


@router.get("/search", operation_id="search_items", summary="Search items (事项检索)")
def search_items(
    _asker: Asker,
    session: SessionDep,
    q: Query200,
    department: Code = "",
    district: Code = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> ItemsFound:
    """Return the items that answer `q` best, at the district or above it."""
    day = beijing_day(now())
    places = lineage.upwards(session, district) if district else ()
    found = searching.search(session, Asked(q, day, places, department, limit))
    return items_found(session, found, on=day)


@router.get(
    "/download",
    operation_id="download_items",
    summary="All, as JSON lines (批量下载)",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}}},
)
def download_items(_asker: Asker, session: SessionDep, on: On = None) -> StreamingResponse:
    """Return every item as it holds on the day, one a line, as `read_item` shows it."""
    day = _day(on)
    rows = finding.everything(session, on=day)
    # Made before the answer begins: the request's transaction does not outlive it.
    lines = [f"{item_out(*each, on=day).model_dump_json()}\n" for each in rows]
    headers = {"Content-Disposition": 'attachment; filename="items.jsonl"'}
    return StreamingResponse(iter(lines), media_type="application/x-ndjson", headers=headers)


@router.get("/gaps", operation_id="list_item_gaps", summary="What nobody could support (事项缺口)")
def list_item_gaps(
    _actor: Reader,
    request: Request,
    response: Response,
    session: SessionDep,
    cursor: Annotated[Text, Query(max_length=20)] = "",
    limit: Limit = DEFAULT_LIMIT,
) -> ItemPage:
    """Return the items with a gap, `missing` naming them, page by page."""
    day = beijing_day(now())
    rows = finding.listed(session, on=day, lacking=True, after=row_of(cursor), limit=limit + 1)
    return _page(rows, day, limit, request, response)


@router.get("/{item}", operation_id="read_item", summary="Read one (事项)")
def read_item(_asker: Asker, item: Number, session: SessionDep, on: On = None) -> ItemOut:
    """Return what holds on the day, at the place or the nearest above: `code@district`."""
    return item_out(*finding.nearest(session, item, on=_day(on)), on=_day(on))


@router.get("/{item}/checklist", operation_id="read_item_checklist", summary="一次告知")
def read_item_checklist(
    _asker: Asker, item: Number, session: SessionDep, on: On = None
) -> ChecklistOut:
    """Return all that somebody must know and bring; what no source supports is not told."""
    return checklist_out(*finding.nearest(session, item, on=_day(on)), on=_day(on))


@router.get("/{item}/levels", operation_id="compare_item_levels", summary="Compare (各级比对)")
def compare_item_levels(
    _asker: Asker, item: Number, session: SessionDep, on: On = None
) -> LevelsOut:
    """Return which of the twelve fields differ between the levels that have this code."""
    code = item.partition("@")[0]
    return levels_out(code, finding.levels(session, code, on=_day(on)))


@router.get("/{item}/diff", operation_id="compare_item_versions", summary="Compare (版本比对)")
def compare_item_versions(
    _asker: Asker, item: Number, session: SessionDep, before: Row, after: Row
) -> DiffOut:
    """Return which of the twelve fields differ between two published versions."""
    found = finding.find(session, item)
    one, other = (finding.numbered(session, found, number) for number in (before, after))
    return diff_out((found, one), (found, other))


@router.get("/{item}/versions", operation_id="list_item_versions", summary="Versions (历史版本)")
def list_item_versions(
    _actor: Reader, item: Number, session: SessionDep, response: Response
) -> ItemDetail:
    """Return every version of the item, drafts too."""
    shown = item_detail(session, finding.find(session, item))
    tag(response, shown.version)
    return shown


def _page(
    rows: Iterable[finding.Told],
    day: date,
    limit: int,
    request: Request,
    response: Response,
) -> ItemPage:
    page = list(rows)
    following = str(page[limit - 1][0].id) if len(page) > limit else None
    link_next(request, response, following)
    return ItemPage(items=[item_out(*each, on=day) for each in page[:limit]], next=following)


def _day(on: date | None) -> date:
    return on or beijing_day(now())


def row_of(cursor: str) -> int:
    """Return the id beyond which a page begins; raise Invalid for no cursor of ours."""
    if not cursor:
        return 0
    if not cursor.isdecimal() or len(cursor) > 9:
        raise Invalid("The cursor is not one of ours.", remedy="Start without one.")
    return int(cursor)
