"""`hotline models lessons | earned | rule`: what routing learns, and what it has earned."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from hotline.commands.training import kind_of
from hotline.core.errors import Invalid

KindName = Annotated[str, typer.Option(help="matter or department: what the labels are.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence; it is kept.")]


def add_to(room: typer.Typer) -> None:
    """Add these commands to `hotline models`."""
    for command in (lessons, earned, rule):
        room.command()(command)


def lessons(
    kind: KindName = "matter",
    out: Annotated[Path | None, typer.Option(help="Write the rows to this CSV.")] = None,
    reason: Reason = "",
) -> None:
    """Count the rows that routing can learn from; take them away as a file, for a reason."""
    from dispatch.routing import lessons as site
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    which = kind_of(kind)
    with transaction() as session:
        found = site.of_site(session, which)
        parts = site.parted(found)
        print(
            f"{len(found)} rows: {len(parts.training)} to train on, {len(parts.newest)} of the "
            f"newest month, {parts.rare} whose label too few share"
        )
        if out:
            site.note_export(session, which, len(found), reason, actor=MACHINE, now=now())
            _write(out, [(one.text, one.label) for one in found])


def earned() -> None:
    """List the catalogue entries that have outcomes, and how automatic dispatch does."""
    from dispatch.routing import watching
    from hotline.core.clock import now
    from hotline.core.db import transaction

    with transaction() as session:
        found = watching.overall(session, now=now())
        right = "none known" if found.precision is None else f"{found.precision:.1%}"
        print(f"30 days: {found.proposed} proposals, {found.share:.1%} by itself, right {right}")
        for line in watching.entries(session, now=now()):
            row = line.entry
            bar = "-" if row.threshold is None else f"{row.threshold:.2f}"
            print(
                f"{row.id:>5}  {row.state:<10}{'spoken' if row.spoken else 'typed':<8}{bar:<6}"
                f"{row.matter_code} {row.district_code} {row.department}  "
                f"{row.right} of {row.outcomes} right, at least {line.bound:.1%}  {row.short}"
            )


def rule(
    heard: Annotated[str, typer.Argument(help="typed or spoken.")],
    reason: Reason,
    least_outcomes: Annotated[int | None, typer.Option(help="How many outcomes.")] = None,
    least_precision: Annotated[float | None, typer.Option(help="The lower bound, 0.95 on.")] = None,
    window_days: Annotated[int | None, typer.Option(help="How far back.")] = None,
    lowest: Annotated[float | None, typer.Option(help="The lowest threshold.")] = None,
) -> None:
    """Change what an entry must show before it dispatches by itself."""
    given = {
        "least_outcomes": least_outcomes,
        "least_precision": least_precision,
        "window_days": window_days,
        "lowest": lowest,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    _change_rule(heard, changed, reason)


def _change_rule(heard: str, changed: dict[str, int | float], reason: str) -> None:
    from dataclasses import replace

    from dispatch.routing import earning_rules
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    if heard not in list(earning_rules.Heard):
        raise typer.BadParameter("HEARD is typed or spoken.")
    which = earning_rules.Heard(heard)
    with transaction() as session:
        new = replace(earning_rules.current(session)[which], **changed)  # type: ignore[arg-type]
        earning_rules.change(session, which, new, reason, actor=MACHINE, now=now())
        print(f"{which}: {new}")


def _write(out: Path, rows: list[tuple[str, str]]) -> None:
    try:
        with out.open("x", encoding="utf-8", newline="") as file:
            out.chmod(0o600)
            writer = csv.writer(file)
            writer.writerow(("text", "label"))
            writer.writerows(rows)
    except OSError as error:
        raise Invalid(f"{out} can't be written: {error.strerror}.") from error
