"""开放数据 over HTTP: whole files for everybody, fetched again only when they have changed."""

from collections.abc import Iterator

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from hotline.api import open_catalogue
from hotline.api.articles import Asker
from hotline.api.schemas_directory import DatasetList
from hotline.web import unchanged
from hotline.web.access import SessionDep
from hotline.web.problems import READING
from knowledge import open_data
from knowledge.open_data import Dataset

router = APIRouter(prefix="/api/v1/open-data", tags=["directory"], responses=READING)

LINES = "application/x-ndjson"


@router.get("", operation_id="list_open_data", summary="What can be downloaded (开放数据)")
def list_open_data(_asker: Asker, session: SessionDep) -> DatasetList:
    """Return the files that there are, each with the state it is in; of statistics the newest."""
    found = [open_data.state(session, each) for each in Dataset]
    own = [open_catalogue.of_directory(each, f"{router.prefix}/{each.dataset}") for each in found]
    return DatasetList(items=[*own, *open_catalogue.of_statistics(session)])


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
    if_none_match: unchanged.Known = "",
    if_modified_since: unchanged.Known = "",
) -> Response:
    """Return one JSON object a line: the first tells of the file, each other of one entry."""
    state = open_data.state(session, dataset)
    headers = {
        **unchanged.headers(state.etag, state.modified),
        "Cache-Control": "public, no-cache",
        "Content-Disposition": f'attachment; filename="{dataset}.jsonl"',
    }
    if unchanged.known(state.etag, state.modified, if_none_match, if_modified_since):
        return Response(status_code=304, headers=headers)
    lines: Iterator[str] = open_data.download(session, state)
    return Response("".join(lines), media_type=LINES, headers=headers)
