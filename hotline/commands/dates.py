"""`due`: when a limit ends, and why."""

import json
from datetime import datetime
from typing import Annotated

import typer

from hotline.core.clock import BEIJING, beijing
from hotline.core.errors import Invalid


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command()(due)


def due(
    start: Annotated[str, typer.Option(help="ISO 8601; without an offset it is Beijing time.")],
    limit: Annotated[str, typer.Option(help="2h, 7d, 4wh or 3wd.")],
    calendar: Annotated[str, typer.Option(help="A district code; 000000 is the nation.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say when a limit is due and which days counted."""
    from dispatch.rules.calendar import due as reckon
    from dispatch.rules.holiday_notices import load_calendar
    from dispatch.rules.limits import parse_limit

    answer = reckon(_moment(start), parse_limit(limit), load_calendar(calendar))
    if as_json:
        print(json.dumps(answer.as_json(), ensure_ascii=False))
        return
    print(f"{beijing(answer.due):%Y-%m-%d %H:%M}{'  (provisional)' if answer.provisional else ''}")
    for line in answer.trace:
        mark = "+" if line.amount else " "
        print(f"  {mark} {line.day.date} {line.why.value:<12} {line.day.name} {line.day.source}")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            f"The start {text!r} is no date and time.",
            remedy="Write it like 2026-02-12T10:00:00+08:00.",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
