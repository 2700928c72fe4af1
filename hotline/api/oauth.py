"""The token endpoint: client credentials for an access token (RFC 6749 §4.4)."""

import base64
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlmodel import Session

from hotline.api.schemas_clients import TokenOut, TokenRefused
from hotline.core import tokens
from hotline.core.clock import now
from hotline.core.errors import Invalid, NotSignedIn
from hotline.core.settings import settings
from hotline.web.access import SessionDep

router = APIRouter(prefix="/api/v1/oauth", tags=["OAuth2 clients"])

FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 8192
UNSTORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Refused(Exception):
    """The request as RFC 6749 §5.2 answers it."""

    def __init__(self, error: str, why: str) -> None:
        super().__init__(why)
        self.error, self.why = error, why


_ANSWER = {"content": {"application/json": {"schema": TokenRefused.model_json_schema()}}}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "scope": {"type": "string", "description": "Parted by blanks."},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string"},
                    },
                },
                "example": {"grant_type": "client_credentials", "scope": "orders.read"},
            }
        },
    }
}


async def _sent(request: Request) -> bytes:
    """Return the body, no more of it than a token request can need."""
    sent = b""
    async for part in request.stream():
        sent += part
        if len(sent) > MOST_BYTES:
            break
    return sent


@router.post(
    "/token",
    operation_id="issue_token",
    summary="Get an access token",
    response_model=TokenOut,
    responses={
        400: {"description": "Not a request that can be granted (RFC 6749 §5.2).", **_ANSWER},
        401: {"description": "The client is not known by this secret.", **_ANSWER},
    },
    openapi_extra=_BODY,
)
def issue_token(
    request: Request, sent: Annotated[bytes, Depends(_sent)], session: SessionDep
) -> Any:
    """Give a client a token for its credentials, sent as HTTP Basic or in the form, never in both.

    The token holds until it runs out, or its client or secret is revoked; there is no refresh.
    """
    try:
        body = _granted(session, request, _form(request, sent))
    except Refused as refused:
        return _told(request, refused.error, refused.why)
    return JSONResponse(body.model_dump(), headers=UNSTORED)


def _granted(session: Session, request: Request, form: dict[str, str]) -> TokenOut:
    client_id, secret = _credentials(request, form)
    if not form.get("grant_type"):
        raise Refused("invalid_request", "grant_type is missing.")
    try:
        client, kept = tokens.check_client(session, client_id, secret)
    except NotSignedIn as error:
        raise Refused("invalid_client", error.detail) from error
    if form["grant_type"] != "client_credentials":
        raise Refused("unsupported_grant_type", "Only client_credentials is granted here.")
    seconds = settings().oauth_token_s
    try:
        row, token = tokens.issue_token(
            session, client, kept, form.get("scope", ""), seconds=seconds, now=now()
        )
    except Invalid as error:
        raise Refused("invalid_scope", error.detail) from error
    return TokenOut(access_token=token, token_type="Bearer", expires_in=seconds, scope=row.scopes)  # noqa: S106  # the type's name


def _form(request: Request, sent: bytes) -> dict[str, str]:
    """Return the parameters; one that is sent twice is refused, an empty one is left out."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Refused("invalid_request", f"Send the parameters as {FORM}.")
    if len(sent) > MOST_BYTES:
        raise Refused("invalid_request", "The request is too long.")
    try:
        pairs = parse_qsl(sent.decode("ascii"), errors="strict", max_num_fields=50)
    except ValueError as error:  # UnicodeDecodeError is one
        raise Refused("invalid_request", "The form can't be read.") from error
    form = dict(pairs)
    if len(form) < len(pairs):
        raise Refused("invalid_request", "A parameter is sent twice.")
    if any("\0" in value for value in form.values()):
        raise Refused("invalid_request", "The form can't be read.")
    return form


def _credentials(request: Request, form: dict[str, str]) -> tuple[str, str]:
    """Return the client's identifier and secret, from the header or the form (§2.3.1)."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        if "client_secret" in form:
            raise Refused("invalid_request", "Send the credentials in one way, not in two.")
        return _of_header(credentials)
    if "client_id" not in form or "client_secret" not in form:
        raise Refused("invalid_client", "No client credentials were sent.")
    return form["client_id"], form["client_secret"]


def _of_header(credentials: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(credentials, validate=True).decode()
    except ValueError as error:  # binascii.Error and UnicodeDecodeError are both
        raise Refused("invalid_client", "The Basic credentials can't be read.") from error
    name, _, secret = text.partition(":")
    if "\0" in unquote_plus(text):
        raise Refused("invalid_client", "The Basic credentials can't be read.")
    return unquote_plus(name), unquote_plus(secret)


def _told(request: Request, error: str, why: str) -> JSONResponse:
    unknown = error == "invalid_client"
    headers = dict(UNSTORED)
    if unknown and request.headers.get("authorization"):
        headers["WWW-Authenticate"] = 'Basic realm="hotline", charset="UTF-8"'
    body = TokenRefused.model_validate({"error": error, "error_description": why})
    return JSONResponse(body.model_dump(), 401 if unknown else 400, headers)
