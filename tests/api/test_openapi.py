"""The API's own description: it tells the truth, and nothing that fits it breaks the server."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlmodel import Session

from dispatch.callback import callback_plan
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from hotline.app import create_app
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

EXAMPLES = 10
# A stream does not end; `readyz` asks processes that do not run here.
LEFT_OUT = {"stream_events", "readiness"}
Operation = APIOperation[Any, Any, Any, Any]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def document() -> dict[str, Any]:
    return create_app().openapi()


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in document()["paths"].values():
        yield from path.items()


def test_every_operation_says_what_it_does_and_which_errors_it_has() -> None:
    for method, operation in operations():
        assert operation["summary"]
        assert operation["description"], operation["operationId"]
        if operation["operationId"] in {"health", "readiness", "metrics"}:
            continue
        statuses = {"401"} if operation["tags"] == ["sessions"] else {"401", "403", "404"}
        if (
            method == "post"
            and {"$ref": "#/components/parameters"}
            and "If-Match" in str(operation)
        ):
            statuses |= {"409", "412"}
        assert statuses <= operation["responses"].keys(), operation["operationId"]


def test_every_error_is_described_as_the_problem_document_that_it_is() -> None:
    text = str(document())
    assert "HTTPValidationError" not in text
    assert "Problem" in document()["components"]["schemas"]
    for _, operation in operations():
        for status, answer in operation["responses"].items():
            if status >= "400" and status != "503":
                assert list(answer["content"]) == ["application/problem+json"]


def test_every_body_of_the_work_order_api_has_an_example_that_it_takes() -> None:
    schemas = document()["components"]["schemas"]
    for name in ("ContactIn", "ReturnIn", "ReplyIn", "ReviewIn", "CallbackResultIn"):
        assert schemas[name]["examples"]


def test_the_documentation_names_the_ways_to_sign_in() -> None:
    schemes = document()["components"]["securitySchemes"]
    assert {each["type"] for each in schemes.values()} == {"http", "apiKey"}


def found_operations() -> list[Operation]:
    schema = schemathesis.openapi.from_dict(document())
    described = list(schema.get_all_operations())
    found = [each.ok() for each in described if isinstance(each, Ok)]
    assert len(found) == len(described)
    return [each for each in found if each.definition.raw["operationId"] not in LEFT_OUT]


@pytest.fixture
def known(session: Session) -> dict[str, Any]:
    """What is there to be named in a path: a ticket with an order, and a callback."""
    ticket = create_ticket(session, now=now())
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now())
    callback = callback_plan.plan(session, ticket, now=now())
    return {
        "number": st.sampled_from([ticket.number, f"{ticket.number}-1"]),
        "callback_id": st.just(callback.id),
        "code": st.just("540102-urban"),
    }


@pytest.mark.parametrize("who", ["administrator", "department"])
@pytest.mark.parametrize(
    "operation", found_operations(), ids=lambda each: str(each.definition.raw["operationId"])
)
def test_nothing_that_fits_the_description_breaks_the_server(
    operation: Operation,
    who: str,
    session: Session,
    desk: Callable[[str], TestClient],
    known: dict[str, Any],
) -> None:
    client = (
        desk("540102-urban")
        if who == "department"
        else sign_in(another(session), session, Role(who), now())
    )

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), data=st.data())
    def send(case: Case[Any], data: st.DataObject) -> None:
        for name in case.path_parameters or {}:
            if name in known and data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(known[name])
        asked = case.as_transport_kwargs(base_url="http://testserver")
        asked["headers"] = {**asked["headers"], **client.headers}
        asked.pop("cookies", None)
        if "data" in asked:
            asked["content"] = asked.pop("data")
        case.validate_response(client.request(**asked), checks=CHECKS)

    send()
