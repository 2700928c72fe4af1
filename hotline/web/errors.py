"""Errors on the wire: RFC 9457 problem details with what to do next; pages where people look."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from hotline.core.errors import HotlineError, NotSignedIn
from hotline.web import audited
from hotline.web.refusals import hold_back

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"

Answer = Callable[[Request, Exception], Awaitable[Response]]
# The same for people; with the status that the API would answer.
Page = Callable[[Request, Exception, int], Awaitable[Response]]


def problem(
    request: Request, status: int, title: str, detail: str = "", **more: object
) -> JSONResponse:
    """Return one problem document about this request."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        **more,
    }
    return JSONResponse(jsonable_encoder(body), status_code=status, media_type=MEDIA_TYPE)


def install(app: FastAPI, pages: Mapping[str, Page] | None = None) -> None:
    """Make every error of the app a problem document; below a path of `pages`, that page."""
    answers: dict[type[Exception], Answer] = {
        HotlineError: _named,
        RequestValidationError: _invalid,
        HTTPException: _plain,
        DataError: _unstorable,
        OperationalError: _away,
        Exception: _unforeseen,
    }
    for kind, answer in answers.items():
        app.add_exception_handler(kind, _by_path(answer, pages or {}))


def _by_path(answer: Answer, pages: Mapping[str, Page]) -> Answer:
    async def chosen(request: Request, error: Exception) -> Response:
        path = request.url.path
        page = next((pages[prefix] for prefix in pages if path.startswith(prefix)), None)
        said: Response = await answer(request, error)  # logged and held back, whoever looks
        wait_s = getattr(error, "retry_after_s", said.headers.get("Retry-After"))
        if page:
            said = await page(request, error, said.status_code)
        await audited.tell(request, error)
        if wait_s is not None:
            said.headers["Retry-After"] = str(wait_s)
        return said

    return chosen


async def _named(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HotlineError)  # noqa: S101  # the handler is registered for it
    # An import says what is wrong with each cell (`knowledge.checks.RowError`).
    each = {"errors": found} if (found := getattr(error, "errors", ())) else {}
    answer = problem(request, error.status, error.title, error.detail, remedy=error.remedy, **each)
    if isinstance(error, NotSignedIn):
        await hold_back(request)
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for it
    # The offending value is left out: it may be somebody's number.
    faults = [{"where": list(each["loc"]), "what": each["msg"]} for each in error.errors()]
    return problem(request, 422, "Not valid", "See `errors`.", errors=faults)


async def _unstorable(request: Request, error: Exception) -> JSONResponse:
    """A value that no row can hold, such as a NUL character or an impossible number."""
    log.warning("request.unstorable", path=request.url.path, kind=type(error).__name__)
    return problem(request, 422, "Not valid", "A value here can't be stored or looked for.")


async def _away(request: Request, error: Exception) -> JSONResponse:
    log.error("database.away", path=request.url.path, kind=type(error).__name__)
    answer = problem(request, 503, "Not available now", remedy="Try again in some seconds.")
    answer.headers["Retry-After"] = "5"
    return answer


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    log.exception("request.failed", path=request.url.path, exc_info=error)
    return problem(request, 500, "Something went wrong", remedy="The log of `web` says what.")


async def _plain(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for it
    answer = problem(request, error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer
