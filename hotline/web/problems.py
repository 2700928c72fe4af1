"""The errors of a route, as the API's documentation tells them."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

from hotline.web.errors import MEDIA_TYPE


class Problem(BaseModel):
    """What was wrong and what to do next (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Conflicts with the present state"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["A work order that is returned can't reply."])
    instance: str = Field(examples=["/api/v1/work-orders/261125000017-1/reply"])
    remedy: str = Field("", examples=["It is final."])
    errors: list[dict[str, Any]] = Field([], description="What was wrong with which field.")


_MEANINGS = {
    HTTPStatus.UNAUTHORIZED: "Nobody is signed in, or the key no longer holds.",
    HTTPStatus.FORBIDDEN: "The role does not permit this.",
    HTTPStatus.NOT_FOUND: "It is not there, or it is another department's.",
    HTTPStatus.CONFLICT: "Its state does not permit this now; `remedy` says what is possible.",
    HTTPStatus.PRECONDITION_FAILED: "It was changed since it was read.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More was sent than is taken here; nothing was done.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "What was sent is not valid; nothing was done.",
    HTTPStatus.TOO_MANY_REQUESTS: "Asked too often; `Retry-After` says when to ask again.",
}


def _told(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        int(status): {
            "description": _MEANINGS[status],
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


OPEN = _told(HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS)
READING = {**OPEN, **_told(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)}
WRITING = _told(HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
UPLOADING = _told(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def describe(app: FastAPI) -> None:
    """Add the problem document's shape to the app's OpenAPI document."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault("Problem", Problem.model_json_schema())
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it
