"""开放数据 over HTTP: whole files for everybody, fetched again only when they have changed."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from hotline.api.articles import Asker
from hotline.api.schemas_directory import DatasetList, DatasetOut
from hotline.web.access import SessionDep
from hotline.web.problems import READING
from knowledge import open_data
from knowledge.open_data import LICENCE, Dataset, State

router = APIRouter(prefix="/api/v1/open-data", tags=["directory"], responses=READING)

LINES = "application/x-ndjson"
_Header = Annotated[str, Header(max_length=200)]


@router.get("", operation_id="list_open_data", summary="What can be downloaded (开放数据)")
def list_open_data(_asker: Asker, session: SessionDep) -> DatasetList:
    """Return the files that there are, each with the state it is in."""
    found = [open_data.state(session, each) for each in Dataset]
    return DatasetList(
        items=[
            DatasetOut(
                dataset=each.dataset,
                licence=LICENCE,
                modified=each.modified,
                etag=each.etag,
                path=f"{router.prefix}/{each.dataset}",
            )
            for each in found
        ]
    )


@router.get(
    "/{dataset}",
    operation_id="download_open_data",
    summary="Download one (批量下载)",
    response_class=StreamingResponse,
    responses={200: {"content": {LINES: {}}}, 304: {"description": "It has not changed."}},
)
def download_open_data(
    _asker: Asker,
    dataset: Dataset,
    session: SessionDep,
    if_none_match: _Header = "",
    if_modified_since: _Header = "",
) -> Response:
    """Return one JSON object a line: the first tells of the file, each other of one entry."""
    state = open_data.state(session, dataset)
    headers = {
        "ETag": state.etag,
        "Last-Modified": format_datetime(state.modified, usegmt=True),
        "Cache-Control": "public, no-cache",
        "Content-Disposition": f'attachment; filename="{dataset}.jsonl"',
    }
    if _known(state, if_none_match, if_modified_since):
        return Response(status_code=304, headers=headers)
    lines: Iterator[str] = open_data.download(session, state)
    return Response("".join(lines), media_type=LINES, headers=headers)


def _known(state: State, tags: str, since: str) -> bool:
    """Return whether the asker has this state; a tag counts before a day (RFC 9110, 13.2.2)."""
    if tags:
        held = {each.strip().removeprefix("W/") for each in tags.split(",")}
        return state.etag in held or "*" in held
    return bool(since) and _moment(since, state.modified) >= state.modified


def _moment(text: str, now: datetime) -> datetime:
    """Return the moment of the header; one before `now` for what is none, which is ignored.

    A year of twenty digits overflows; RFC 9110, 13.1.3 has such a header ignored too.
    """
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return datetime.min.replace(tzinfo=now.tzinfo)
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)
