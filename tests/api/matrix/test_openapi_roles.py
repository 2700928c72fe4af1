"""The whole API as each role: no server error, nothing undescribed, nothing that is another's."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from sqlmodel import Session

from hotline.core.accounts import Role
from tests.api import fuzzing
from tests.api.conftest import another
from tests.api.fuzzing import Operation
from tests.api.matrix.scene import DEPARTMENT, World, world
from tests.api.matrix.who import ASKERS, EVERYBODY, Asker, signed_in
from tests.api.test_openapi import found_operations

EXAMPLES = 20 if EVERYBODY else 1
# One of each reach; `make soak` asks as everybody.
ASKED = ASKERS if EVERYBODY else (Asker(Role.AGENT), Asker(Role.LEADER))
# Whoever asks by such a key is somebody else; and what is sent is not always the asker's own.
OTHERS = {"sign_in", "issue_token"}


@pytest.mark.parametrize("asker", ASKED, ids=str)
def test_nobody_breaks_the_server_or_is_told_what_is_not_theirs(
    asker: Asker, session: Session
) -> None:
    client, there = another(session), world(session)
    client.headers.update(signed_in(client, session, asker))
    asked = [each for each in found_operations() if _id(each) not in OTHERS]
    for operation in asked:
        _ask(client, session, operation, asker, there)


def _ask(client: Any, session: Session, operation: Operation, asker: Asker, there: World) -> None:
    known = _known(there)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), data=st.data())
    def send(case: Case[Any], data: st.DataObject) -> None:
        for name in set(case.path_parameters or {}) & known.keys():
            case.path_parameters[name] = data.draw(known[name], label=name)
        undone = session.begin_nested()
        try:
            answer = fuzzing.send(client, case)
        finally:
            undone.rollback()
            session.expire_all()
        given = f"{answer.request.url} {answer.request.content!r}"
        for number in _hidden(there, asker):
            assert number in given or number not in answer.text, f"{_id(operation)} tells {number}"

    send()


def _known(there: World) -> dict[str, st.SearchStrategy[Any]]:
    """Return what a path may name: of each matter as likely as of another."""
    matters = (there.own, there.foreign, there.sealed)
    numbers = [each for matter in matters for each in (matter.number, matter.order)]
    ids = {
        name: st.sampled_from([_wire(each.ids[name]) for each in matters]) for name in there.own.ids
    }
    return {"number": st.sampled_from(numbers), "code": st.just(DEPARTMENT), **ids}


def _wire(each: Any) -> int | str:
    return each if isinstance(each, int) else str(each)


def _hidden(there: World, asker: Asker) -> list[str]:
    hidden = [there.foreign] if asker.named else [there.foreign, there.sealed]
    return [number for each in hidden for number in (each.order, each.number)]


def _id(operation: Operation) -> str:
    return str(operation.definition.raw["operationId"])
