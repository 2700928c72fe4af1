"""Errors on the wire: RFC 9457 problem details, each with what to do next."""

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from hotline.core.errors import HotlineError, NotSignedIn

MEDIA_TYPE = "application/problem+json"


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


def install(app: FastAPI) -> None:
    """Make every error of the app a problem document."""
    app.add_exception_handler(HotlineError, _named)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)


async def _named(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HotlineError)  # noqa: S101  # the handler is registered for it
    answer = problem(request, error.status, error.title, error.detail, remedy=error.remedy)
    if isinstance(error, NotSignedIn):
        answer.headers["WWW-Authenticate"] = 'Bearer, Basic realm="hotline"'
    return answer


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for it
    # The offending value is left out: it may be somebody's number.
    faults = [{"where": list(each["loc"]), "what": each["msg"]} for each in error.errors()]
    return problem(request, 422, "Not valid", "See `errors`.", errors=faults)


async def _plain(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for it
    answer = problem(request, error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer
