"""The API's own description: it tells the truth, and nothing that fits it breaks the server."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from sqlmodel import Session

from dispatch.callback import callback_plan
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from tests.api import fuzzing
from tests.api.conftest import another, sign_in
from tests.api.fuzzing import Operation
from tests.api.matrix.who import EVERYBODY
from tests.apps import document
from tests.factories import create_ticket

EXAMPLES = 10 if EVERYBODY else 4  # of each operation; `make soak` sends them all
# A stream does not end; `readyz` asks processes that do not run here.
LEFT_OUT = {"stream_events", "readiness"}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in document()["paths"].values():
        yield from path.items()


def test_every_operation_says_what_it_does_and_which_errors_it_has() -> None:
    for method, operation in operations():
        assert operation["summary"]
        assert operation["description"], operation["operationId"]
        if operation["operationId"] in {"health", "readiness", "metrics", "issue_token"}:
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
        if operation["operationId"] == "issue_token":  # RFC 6749 has errors of its own
            continue
        for status, answer in operation["responses"].items():
            if status >= "400" and status != "503":
                assert list(answer["content"]) == ["application/problem+json"]


def test_every_body_of_the_work_order_api_has_an_example_that_it_takes() -> None:
    schemas = document()["components"]["schemas"]
    for name in ("ContactIn", "ReturnIn", "ReplyIn", "ReviewIn", "CallbackResultIn"):
        assert schemas[name]["examples"]


def test_the_documentation_names_the_ways_to_sign_in() -> None:
    schemes = document()["components"]["securitySchemes"]
    assert {each["type"] for each in schemes.values()} == {"http", "apiKey", "oauth2"}


@cache
def found_operations() -> list[Operation]:
    return fuzzing.operations_of(document(), left_out=LEFT_OUT)


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
        fuzzing.send(client, case)

    send()
