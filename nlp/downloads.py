"""A large file from elsewhere: in parts, going on where it stopped, with its progress told."""

import shutil
from collections.abc import Callable
from pathlib import Path

import httpx

from nlp.speech import RecognizerError

TRIES = 3
_TIMEOUT_S = 30.0
_ROOM = 3  # times the archive: itself, and what is unpacked from it
_TOLD = 10  # times
_BY_HAND = "Download it on another machine and give it with --file."


def download(
    url: str, part: Path, say: Callable[[str], None], *, secured: bool, size: int = 0
) -> Path:
    """Return `part`, complete; what an earlier try left of it is kept, and gone on with.

    `secured`: its hash will be checked, so that the way it comes by doesn't matter. Raises
    RecognizerError when it can't be reached, the disk is too small, or it breaks off again.
    """
    _check_way(_address(url), secured)
    fault: httpx.HTTPError | None = None
    with httpx.Client(follow_redirects=True, timeout=_TIMEOUT_S) as client:
        for _ in range(TRIES):
            try:
                _receive(client, url, part, say, secured, size)
                return part
            except httpx.HTTPError as failure:
                fault = failure
    had = part.stat().st_size if part.exists() else 0
    kept = f" {had >> 20} MB are kept, and the next try goes on from there." if had else ""
    raise RecognizerError(
        f"{url} can't be fetched: {fault or 'no answer'}.{kept}",
        remedy=f"Is there a way to the internet (HTTPS_PROXY)? {_BY_HAND}",
    ) from fault


def _receive(
    client: httpx.Client,
    url: str,
    part: Path,
    say: Callable[[str], None],
    secured: bool,
    size: int,
) -> None:
    had = part.stat().st_size if part.exists() else 0
    wanted = {"Range": f"bytes={had}-"} if had else {}
    with client.stream("GET", url, headers={"Accept-Encoding": "identity", **wanted}) as answer:
        _check_way(answer.url, secured)
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # nothing is beyond what is here: its hash says whether that is all
        if answer.is_client_error:
            raise RecognizerError(f"{url} answers {answer.status_code}.", remedy=_BY_HAND)
        answer.raise_for_status()
        goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT and _begins(answer) == had
        if wanted and answer.status_code == httpx.codes.PARTIAL_CONTENT and not goes_on:
            part.unlink()
            raise httpx.RemoteProtocolError("it went on from another place than was asked for")
        had = had if goes_on else 0
        whole = had + int(answer.headers.get("Content-Length", 0)) or size
        _check_room(part.parent, whole, had)
        _write(answer, part, had, whole, say)


def _write(
    answer: httpx.Response, part: Path, had: int, whole: int, say: Callable[[str], None]
) -> None:
    told = 0
    with part.open("ab" if had else "wb") as file:
        for chunk in answer.iter_raw():  # as it comes: what is collected is lost when it breaks
            file.write(chunk)
            had += len(chunk)
            share = had * _TOLD // whole if whole else 0
            if share > told:
                told = share
                say(f"{had >> 20} of {whole >> 20} MB")


def _begins(answer: httpx.Response) -> int:
    """Return from which byte on the answer goes: `Content-Range: bytes 100-199/200`."""
    first = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return int(first) if first.isdigit() else -1


def _address(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as failure:
        raise RecognizerError(f"{url} is no address: {failure}.") from failure


def _check_way(url: httpx.URL, secured: bool) -> None:
    if url.scheme not in ("http", "https"):
        raise RecognizerError(f"{url} is no address on the web.", remedy="Give an https:// one.")
    if url.scheme != "https" and not secured:
        raise RecognizerError(
            f"{url} comes without TLS, and no hash of it is known.",
            remedy="Give an https:// address, or --sha256.",
        )


def _check_room(folder: Path, whole: int, had: int) -> None:
    free, needed = shutil.disk_usage(folder).free, _ROOM * whole - had
    if free < needed:
        raise RecognizerError(
            f"{folder} has {free >> 20} MB free; the archive and its model need {needed >> 20} MB.",
            remedy="Free some space, or give another folder with --into.",
        )
