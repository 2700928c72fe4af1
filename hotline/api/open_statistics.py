"""公开统计 over HTTP: what is published of each month, whole files, and the dictionary."""

from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from sqlmodel import Session

from dispatch.publishing import columns, files, reading, receivers
from dispatch.publishing.columns import Grade
from dispatch.publishing.models_publishing import ReleaseFile, StatisticsRelease
from hotline.api.articles import Asker
from hotline.api.fields import LARGEST_ROW, Number
from hotline.api.schemas_publishing import (
    ColumnOut,
    DictionaryOut,
    OpenFileOut,
    OpenReleaseOut,
    OpenReleasePage,
)
from hotline.core.clock import now
from hotline.web import unchanged
from hotline.web.access import SessionDep
from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/open-data", tags=["directory"], responses=READING)

RELEASES = f"{router.prefix}/releases"
MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
_JSON = "application/json"
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {each: {} for each in (*MEDIA.values(), _JSON)}}
}
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get(
    "/dictionary", operation_id="read_data_dictionary", summary="What the columns are (数据字典)"
)
def read_data_dictionary(_asker: Asker) -> DictionaryOut:
    """Return every column with its grade, codes and generalisation; those in no file too."""
    listed = [ColumnOut.model_validate(each) for each in columns.packaged()]
    return DictionaryOut(version=columns.VERSION, items=listed)


@router.get(
    "/dictionary.csv",
    operation_id="download_data_dictionary",
    summary="The dictionary as a table (数据字典)",
    response_class=Response,
    responses={200: {"content": {MEDIA["csv"]: {}}}},
)
def download_data_dictionary(_asker: Asker) -> Response:
    """Return the dictionary, a line a column."""
    return Response(columns.as_csv(), media_type=MEDIA["csv"])


@router.get("/releases", operation_id="list_open_releases", summary="What is published (公开统计)")
def list_open_releases(
    _asker: Asker, session: SessionDep, before: Before = 0, limit: Limit = 12
) -> OpenReleasePage:
    """Return what is out, the newest first; what was withdrawn is not there any more."""
    found = reading.listed(session, before=before, out=True, limit=limit)
    more = found[-1].id if len(found) == limit else None
    return OpenReleasePage(items=[release_out(session, each) for each in found], next=more)


@router.get(
    "/releases/{month}/{edition}/{name}",
    operation_id="download_open_file",
    summary="Download one file of a month (批量下载)",
    response_class=Response,
    responses={**_FILE, 304: {"description": "It has not changed."}},
)
def download_open_file(
    _asker: Asker,
    month: Number,
    edition: int,
    name: Number,
    session: SessionDep,
    x_receiver_key: Annotated[str, Header(max_length=200)] = "",
    if_none_match: unchanged.Known = "",
    if_modified_since: unchanged.Known = "",
) -> Response:
    """Return the file as it was published. Its ETag is its SHA-256.

    A file that is given on application asks for a receiver's key as X-Receiver-Key (403 without
    one that holds); that it was given is kept.
    """
    release = _out(session, month, edition)
    file = reading.file(session, release, name)
    receiver = None
    if not reading.public(file):
        receiver = receivers.holder(session, x_receiver_key, now=now())
    modified = (release.published_at or release.made_at).astimezone(UTC).replace(microsecond=0)
    tag = f'"{file.sha256}"'
    told = {
        **unchanged.headers(tag, modified),
        "Cache-Control": "private, no-store" if receiver else "public, no-cache",
        "Content-Disposition": f'attachment; filename="{month}-{edition}-{file.name}"',
    }
    if unchanged.known(tag, modified, if_none_match, if_modified_since):
        return Response(status_code=304, headers=told)
    if receiver:
        receivers.take(session, receiver, release, file, now=now())
    kind = MEDIA.get(file.name.rpartition(".")[2], _JSON)
    return Response(file.body, media_type=kind, headers=told)


def release_out(session: Session, release: StatisticsRelease) -> OpenReleaseOut:
    """Return the release with the addresses of its files."""
    held = reading.files_of(session, release)
    return OpenReleaseOut(
        month=release.month,
        edition=release.edition,
        published_at=release.published_at or release.made_at,
        licence=files.LICENCE,
        changes=release.changes,
        files=[file_out(release, each) for each in held],
    )


def file_out(release: StatisticsRelease, file: ReleaseFile) -> OpenFileOut:
    """Return the file with its address."""
    return OpenFileOut(
        name=file.name,
        dataset=file.dataset,
        grade=Grade(file.grade),
        rows=file.rows,
        size=file.size,
        sha256=file.sha256,
        path=f"{RELEASES}/{release.month}/{release.edition}/{file.name}",
    )


def _out(session: Session, month: str, edition: int) -> StatisticsRelease:
    return reading.out(session, month, edition if 0 < edition <= LARGEST_ROW else 0)
