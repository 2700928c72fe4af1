"""`hotline simulate department`: it works as it should, misbehaves, and says what came of it."""

from pathlib import Path

import pytest
from sqlmodel import Session
from typer.testing import CliRunner

from dispatch.handling import orders
from hotline.cli import app
from hotline.commands.simulate_misbehaving import MODES
from tests.client.conftest import Served


def simulate(served: Served, *arguments: str, status: int = 0) -> str:
    named = ["simulate", "department", "540102-urban", "--url", served.url, *arguments]
    done = CliRunner().invoke(app, named)
    assert done.exit_code == status, done.output
    return str(done.output)


def status_of(served: Served, number: str) -> str:
    with Session(served.engine) as session:
        return orders.find(session, number).status


def test_it_accepts_contacts_and_replies(served: Served) -> None:
    numbers = [served.order() for _ in range(2)]
    said = simulate(served, "--key", served.key())
    assert [status_of(served, each) for each in numbers] == ["replied"] * 2
    assert f"POST /work-orders/{numbers[0]}/accept → 200 accepted v2" in said


def test_it_does_other_steps_with_a_client_and_its_secret_in_a_file(
    served: Served, tmp_path: Path
) -> None:
    number, (name, secret) = served.order(), served.client()
    (tmp_path / "secret").write_text(secret)
    steps = "accept ask extend contact reply withdraw return"
    kept = f"@{tmp_path / 'secret'}"
    said = simulate(served, "--client-id", name, "--client-secret", kept, "--do", steps)
    assert status_of(served, number) == "returned"
    assert "!!" not in said
    assert secret not in said


@pytest.mark.parametrize("mode", [each for each in MODES if each != "late"])
def test_the_hotline_answers_each_misbehaviour_as_it_must(served: Served, mode: str) -> None:
    number = served.order("540102-urban", "540100-urban")
    said = simulate(served, "--key", served.key(), "--misbehave", mode)
    assert "!!" not in said
    ends = {"returns-everything": "returned"}
    assert status_of(served, number) == ends.get(mode, "replied")


def test_who_is_late_lets_the_order_lie(served: Served) -> None:
    number = served.order()
    said = simulate(served, "--key", served.key(), "--misbehave", "late")
    assert "is left lying until" in said
    assert status_of(served, number) == "dispatched"


def test_an_answer_that_must_not_be_ends_with_one(served: Served) -> None:
    served.order()
    key = served.key("540102-urban", "orders.read")
    result = CliRunner().invoke(
        app, ["simulate", "department", "540102-urban", "--url", served.url, "--key", key]
    )
    assert result.exit_code == 1
    assert "!!" in result.output


def test_another_departments_key_is_noticed(served: Served) -> None:
    served.order("540100-urban")
    named = ["simulate", "department", "540102-urban", "--url", served.url]
    result = CliRunner().invoke(app, [*named, "--key", served.key("540100-urban")])
    assert "another department" in str(result.exception)


@pytest.mark.parametrize(
    "wrong", [(), ("--do", "dance"), ("--misbehave", "dance"), ("--key", "a", "--client-id", "b")]
)
def test_wrong_usage_is_refused(served: Served, wrong: tuple[str, ...]) -> None:
    named = ["simulate", "department", "540102-urban", "--url", served.url, *wrong]
    assert CliRunner().invoke(app, named).exit_code != 0
