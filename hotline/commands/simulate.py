"""`hotline simulate department`: a department's system for integrators to test against.

It talks to a hotline by HTTP alone: no database, no settings of a site.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from hotline.commands.simulate_misbehaving import MODES
from hotline.commands.simulate_steps import ORDERS, STEPS, USUAL
from hotline.commands.simulate_wire import Wire, by_client, by_key
from hotline.core.errors import HotlineError, Invalid

TIMEOUT_S = 30.0

simulating = typer.Typer(help="Stand in for another system.", no_args_is_help=True)


class Unexpected(HotlineError):
    """The hotline answered what it should not."""

    title = "Not as expected"


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.add_typer(simulating, name="simulate")


@simulating.callback()
def _others() -> None:
    """Stand in for another system."""


@simulating.command()
def department(
    code: Annotated[str, typer.Argument(help="The department's code, like 540102-urban.")],
    url: Annotated[str, typer.Option(help="The hotline's.")] = "http://127.0.0.1:8000",
    key: Annotated[str, typer.Option(help="Its API key, or @FILE.")] = "",
    client_id: Annotated[str, typer.Option(help="Its OAuth2 client, instead of a key.")] = "",
    client_secret: Annotated[str, typer.Option(help="That client's secret, or @FILE.")] = "",
    do: Annotated[str, typer.Option(help=f"Steps: {' '.join(STEPS)}.")] = " ".join(USUAL),
    misbehave: Annotated[str, typer.Option(help=f"Ways: {' '.join(MODES)}.")] = "",
    most: Annotated[int, typer.Option(help="How many orders it works on; 0: all.", min=0)] = 0,
    every: Annotated[
        float, typer.Option(help="Look again every so many seconds; 0: once.", min=0)
    ] = 0.0,
) -> None:
    """Work on a department's orders over the API, well or badly, and print each exchange.

    Exit status 1 when the hotline answered anything but what it must.
    """
    named, ways = _known(do, STEPS), _known(misbehave, MODES)
    with httpx.Client(base_url=url, timeout=TIMEOUT_S) as http:
        if bool(key) == bool(client_id):
            raise typer.BadParameter("Give either --key or --client-id with --client-secret.")
        wire = (
            by_key(http, _secret(key), _print)
            if key
            else by_client(http, client_id, _secret(client_secret), _print)
        )
        while True:
            for order in _waiting(wire, code, most):
                handle(wire, order, [STEPS[each] for each in named], [MODES[each] for each in ways])
            if not every:
                break
            time.sleep(every)
    if wire.unexpected:
        raise Unexpected(f"{wire.unexpected} answers were not what they must be, marked with !!.")


def handle(
    wire: Wire,
    order: dict[str, Any],
    steps: Sequence[Callable[[Wire, str], object]],
    ways: Sequence[Callable[[Wire, dict[str, Any]], bool]] = (),
) -> None:
    """Misbehave with the order in every way named, then do the steps unless it is settled so."""
    number = str(order["number"])
    for way in ways:
        fresh = wire.get(f"{ORDERS}/{number}").json()
        if not way(wire, fresh):
            return
    for step in steps:
        step(wire, number)


def _waiting(wire: Wire, code: str, most: int) -> Iterator[dict[str, Any]]:
    """Yield the department's orders that wait for it; those it has accepted before come too."""
    found: list[dict[str, Any]] = []
    for status in ("dispatched", "accepted"):
        answer = wire.get(ORDERS, status=status, limit=200)
        if answer.is_error:
            raise Unexpected(f"The orders can't be listed: {answer.status_code}.")
        found += answer.json()["items"]
    strange = {each["department"]["code"] for each in found} - {code}
    if strange:
        raise Unexpected(f"The key is another department's: {', '.join(sorted(strange))}.")
    yield from found[: most or len(found)]


def _known(written: str, names: dict[str, Any]) -> list[str]:
    """Return the names written with blanks or commas between them; raise Invalid for others."""
    given = written.replace(",", " ").split()
    strange = [each for each in given if each not in names]
    if strange:
        raise Invalid(f"There is no {strange[0]!r}.", remedy=f"Name some of: {', '.join(names)}.")
    return given


def _secret(given: str) -> str:
    """Return the secret itself, or what the file after `@` holds."""
    return Path(given[1:]).read_text().strip() if given.startswith("@") else given


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
