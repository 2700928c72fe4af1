"""`due`: when a limit ends, and why."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from hotline.core.clock import BEIJING, beijing
from hotline.core.errors import Invalid

if TYPE_CHECKING:
    from dispatch.rules.layers import Calendar


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command()(due)


def due(
    start: Annotated[str, typer.Option(help="ISO 8601; without an offset it is Beijing time.")],
    limit: Annotated[str, typer.Option(help="2h, 7d, 4wh or 3wd.")],
    calendar: Annotated[str, typer.Option(help="A district code; 000000 is the nation.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    site: Annotated[
        bool, typer.Option("--site", help="By the notices taken in here; needs the database.")
    ] = False,
) -> None:
    """Say when a limit is due and which days counted: by the packaged calendars, or the site's."""
    from dispatch.rules.calendar import due as reckon
    from dispatch.rules.holiday_notices import load_calendar
    from dispatch.rules.limits import parse_limit

    known = _of_site(calendar) if site else load_calendar(calendar)
    answer = reckon(_moment(start), parse_limit(limit), known)
    if as_json:
        print(json.dumps(answer.as_json(), ensure_ascii=False))
        return
    print(f"{beijing(answer.due):%Y-%m-%d %H:%M}{'  (provisional)' if answer.provisional else ''}")
    for line in answer.trace:
        mark = "+" if line.amount else " "
        print(f"  {mark} {line.day.date} {line.why.value:<12} {line.day.name} {line.day.source}")


def _of_site(district: str) -> "Calendar":
    """Return the calendar in force, as `GET /api/v1/rules/due` counts by it."""
    from dispatch.rules import calendars
    from hotline.core.db import transaction

    with transaction() as session:
        return calendars.current(session, district)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            f"The start {text!r} is no date and time.",
            remedy="Write it like 2026-02-12T10:00:00+08:00.",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
