"""Every route of the app, and a request that fits it, taken from the route itself."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, get_args, get_origin

from fastapi import UploadFile
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from starlette.applications import Starlette

from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission

CONSOLE = ("/console", "/portal")
# An image of one point: what an upload may be anywhere.
POINT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@dataclass(frozen=True)
class Door:
    """One route by one method, and what a request to it must hold."""

    method: str
    path: str
    name: str
    permissions: tuple[Permission, ...]
    gaps: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    form: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)

    @property
    def of_pages(self) -> bool:
        return self.path.startswith(CONSOLE)


def doors(app: Starlette) -> list[Door]:
    """Return every route that names a permission."""
    return [each for each in all_doors(app) if each.permissions]


def all_doors(app: Starlette) -> list[Door]:
    """Return every route, those too by which one signs in."""
    return [
        _door(route, context.path or route.path, method)
        for context in iter_route_contexts(app.routes)
        if isinstance(route := context.original_route, APIRoute)
        for method in sorted(route.methods or ())
    ]


def permissions_of(dependant: Dependant) -> Iterator[Permission]:
    for each in dependant.dependencies:
        permission = getattr(each.call, "permission", None)
        if permission:
            yield permission
        yield from permissions_of(each)


def _below(dependant: Dependant) -> list[Dependant]:
    return [each for one in dependant.dependencies for each in (one, *_below(one))]


def _door(route: APIRoute, path: str, method: str) -> Door:
    flat = [route.dependant, *_below(route.dependant)]
    asked = [each for one in flat for each in one.query_params]
    query = {each.alias: _fitting(each) for each in asked if each.field_info.is_required()}
    body: Any = None
    form: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for each in [each for one in flat for each in one.body_params]:
        kind = _kind(each.field_info.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            body = _example(kind)
        elif (isinstance(kind, type) and issubclass(kind, UploadFile)) or kind is bytes:
            files[each.alias] = ("point.png", POINT, "image/png")
        elif each.field_info.is_required() or kind is str:  # what may be said is said
            form[each.alias] = _fitting(each)
    permissions = tuple(dict.fromkeys(permissions_of(route.dependant)))
    name = route.operation_id or f"{method} {path}"
    gaps = {each.alias: _fitting(each) for one in flat for each in one.path_params}
    return Door(method, path, name, permissions, gaps, query, body, form, files)


def _kind(annotation: Any) -> Any:
    """Return the type within `X | None` or `Annotated[X, …]`; of several files, a file's."""
    if get_origin(annotation) is list:
        return UploadFile if get_args(annotation) == (UploadFile,) else list
    inside = [each for each in get_args(annotation) if each is not type(None)]
    return _kind(inside[0]) if inside and get_origin(annotation) is not None else annotation


def _example(model: type[BaseModel]) -> Any:
    extra = model.model_config.get("json_schema_extra") or {}
    examples: Any = extra.get("examples") if isinstance(extra, dict) else None
    if isinstance(examples, list) and examples:
        return dict(examples[0])
    return {
        name: _fitting_of(each.annotation, name)
        for name, each in model.model_fields.items()
        if each.is_required()
    }


def _fitting(each: Any) -> Any:
    return _fitting_of(each.field_info.annotation, each.alias)


def _fitting_of(annotation: Any, name: str) -> Any:
    kind = _kind(annotation)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    if kind is datetime:
        late = name == "until"
        return (now() + timedelta(days=1 if late else -1)).isoformat()
    if kind is date:
        return (beijing_day(now()) + timedelta(days=1)).isoformat()
    if kind is uuid.UUID:
        return str(uuid.uuid4())
    return {int: 1, bool: "true", list: ["x"]}.get(kind, "x")
