"""`bench`: what the product can bear, each figure beside its limit."""

import json
import sys
from typing import Annotated, Any

import typer

bench = typer.Typer(help="Measure in scratch databases; the site's are never touched.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.add_typer(bench, name="bench")


@bench.callback()
def _group() -> None:
    """Measure in scratch databases; the site's are never touched."""


@bench.command()
def clocks(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the sweep: its cost, idle and in a burst; exit 1 when a limit is missed."""
    from hotline.bench.clocks import Sizes, measure
    from hotline.core.settings import settings

    outcome = measure(settings(), Sizes(), _say)
    _show(outcome.figures, outcome.missed, as_json=as_json)


@bench.command()
def intake(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure registering over HTTP beside a bare insert; exit 1 when a limit is missed."""
    from hotline.bench.intake import Sizes, measure
    from hotline.core.settings import settings

    outcome = measure(settings(), Sizes(), _say)
    _show(outcome.figures, outcome.missed, as_json=as_json)


def _show(figures: dict[str, Any], missed: tuple[str, ...], *, as_json: bool) -> None:
    """Print the figures; exit 1 when a limit was missed, having said which."""
    if as_json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:<16} {value}")
    for said in missed:
        _say(f"limit missed: {said}")
    if missed:
        raise typer.Exit(1)


def _say(line: str) -> None:
    sys.stderr.write(f"bench: {line}\n")
    sys.stderr.flush()
