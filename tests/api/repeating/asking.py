"""A request for any write of the API's description: its path, its body, and another body."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from hotline.core.clock import now
from tests import apps
from tests.api.repeating.scenes import Known

MOMENTS = ("at", "contacted_at", "since")
FREE = "540103-urban"  # a department that none of the scenes gives anything
Described = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """One operation that writes, as it is described."""

    operation_id: str
    method: str
    path: str
    keyed: bool
    bodies: tuple[Any, ...]
    choices: dict[str, list[Any]]  # what a field may be, where its values are listed
    form: bool = False


def writing() -> Iterator[Written]:
    """Yield every POST, PUT, PATCH and DELETE of the app's OpenAPI document."""
    document = apps.document()
    for path, methods in document["paths"].items():
        for method in methods.keys() - {"get", "head"}:
            operation = methods[method]
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema", {})
            yield Written(
                operation["operationId"],
                method,
                path,
                "Idempotency-Key" in str(operation.get("parameters", [])),
                tuple(_examples(document, schema)),
                dict(_choices(document, schema)),
                form="multipart/form-data" in content,
            )


def path_of(post: Written, known: Known) -> str | None:
    """Return the path in this scene; None where the scene has nothing of that name."""
    names = {"number": known.get("order" if "/work-orders/" in post.path else "ticket"), **known}
    try:
        path = post.path.format(**names)
    except KeyError:
        return None
    return None if "None" in path else path


def body_of(example: Any, known: Known) -> Any:
    """Return the example with what it names put in the place of its made-up numbers."""
    body = copy.deepcopy(example)
    for name in body:
        if name in ("order", "main", "members", "reader") and name in known:
            body[name] = known[name]
        elif name == "numbers":
            body[name] = [known.get("order", "")]
        elif name in MOMENTS:
            body[name] = now().isoformat()
    return {**body, **known.get("body", {})}


def others(post: Written, body: Any) -> Iterator[Any]:
    """Yield bodies that differ from this one in one field."""
    for name, value in body.items():
        other = [each for each in post.choices.get(name, []) if each != value]
        if other:
            yield {**body, name: other[0]}
        elif isinstance(value, bool):
            yield {**body, name: not value}
        elif isinstance(value, str):
            yield {**body, name: f"{value}。"}
        elif isinstance(value, int):
            yield {**body, name: value + 1}
        elif isinstance(value, list):
            yield {**body, name: value[:-1] or [*value, "x"]}


def picture(shade: int) -> dict[str, Any]:
    """Return the files of a form: one small picture."""
    kept = BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(kept, "PNG")
    return {"file": ("lamp.png", kept.getvalue(), "image/png")}


def _examples(document: Described, schema: Described) -> Iterator[Any]:
    for found in _options(document, schema):
        if found.get("examples"):
            yield from found["examples"]
        elif found.get("properties"):
            given = {name: each.get("examples") for name, each in found["properties"].items()}
            yield {name: each[0] for name, each in given.items() if each}


def _choices(document: Described, schema: Described) -> Iterator[tuple[str, list[Any]]]:
    for found in _options(document, schema):
        for name, field in found.get("properties", {}).items():
            for each in _options(document, field):
                if "enum" in each:
                    yield name, each["enum"]


def _options(document: Described, schema: Described) -> Iterator[Described]:
    """Yield what a schema may be, each followed to where it is written out."""
    for option in schema.get("anyOf", [schema]):
        found = option
        while "$ref" in found:
            found = document["components"]["schemas"][found["$ref"].rpartition("/")[2]]
        yield found
