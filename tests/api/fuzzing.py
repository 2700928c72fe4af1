"""A generated case of the API's description, sent as a client would send it."""

from typing import Any

import schemathesis
from fastapi.testclient import TestClient
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

Operation = APIOperation[Any, Any, Any, Any]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def operations_of(document: dict[str, Any], *, left_out: set[str]) -> list[Operation]:
    """Return every operation of the document; raise AssertionError for one that can't be read."""
    schema = schemathesis.openapi.from_dict(document)
    described = list(schema.get_all_operations())
    found = [each.ok() for each in described if isinstance(each, Ok)]
    assert len(found) == len(described)
    return [each for each in found if each.definition.raw["operationId"] not in left_out]


def send(client: TestClient, case: Case[Any]) -> Any:
    """Return the answer to the case; raise at a server error or one that is not as described."""
    asked = case.as_transport_kwargs(base_url="http://testserver")
    asked["headers"] = {**asked["headers"], **client.headers}
    asked.pop("cookies", None)
    if "data" in asked and not isinstance(asked["data"], dict):  # a form is written as it is
        asked["content"] = asked.pop("data")
    if asked.get("files"):
        asked["files"] = [_written(name, part) for name, part in asked["files"]]
    answer = client.request(**asked)
    answer.request.read()  # a form whose path led nowhere was not read by anybody
    case.validate_response(answer, checks=CHECKS)
    return answer


def _written(name: str, part: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return a form's field as a client writes it: a number is letters, too."""
    value = part[1] if isinstance(part[1], bytes) else str(part[1])
    return name, (part[0], value, *part[2:])
