"""`hotline models train | lessons | earned | rule`: what routing learns, and what it has earned."""

import csv
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotline.core.errors import Invalid

if TYPE_CHECKING:
    from dispatch.routing.registry import Kind

KindName = Annotated[str, typer.Option(help="matter or department: what the labels are.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence; it is kept.")]


def add_to(room: typer.Typer) -> None:
    """Add these commands to `hotline models`."""
    for command in (train, lessons, earned, rule):
        room.command()(command)


def train(
    kind: KindName = "matter",
    data: Annotated[Path | None, typer.Option(help="A CSV of rows beside the site's own.")] = None,
    text: Annotated[str, typer.Option(help="The text's column of every CSV.")] = "text",
    label: Annotated[str, typer.Option(help="The label's column of every CSV.")] = "label",
    measured: Annotated[
        list[str] | None,
        typer.Option("--slice", help="NAME=CSV: measure it on these rows; may be given often."),
    ] = None,
    shadow: Annotated[bool, typer.Option("--shadow", help="Let it judge unseen at once.")] = False,
) -> None:
    """Train a candidate from the database; the newest month is held out and measured on."""
    from dispatch.routing import registry, retraining
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction
    from nlp.evaluate import read_rows

    which = _kind(kind)
    slices = {name: read_rows(path, text, label) for name, path in _slices(measured or [])}
    beside = read_rows(data, text, label) if data else ((), ())
    with transaction() as session:
        found = retraining.retrain(
            session,
            which,
            beside=beside,
            slices=slices,
            tell=lambda said: print(said, file=sys.stderr),
            actor=MACHINE,
            now=now(),
        )
        row = found.row
        if shadow and not found.known:
            registry.let_shadow(session, row, actor=MACHINE, now=now())
        print(f"model {row.id}  {row.state}{'  trained on these rows before' * found.known}")
        _print_figures({**row.metrics, "live, newest": found.live_on_newest})


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

    which = _kind(kind)
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
    from dataclasses import replace

    from dispatch.routing import earning_rules
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    if heard not in list(earning_rules.Heard):
        raise typer.BadParameter("HEARD is typed or spoken.")
    which = earning_rules.Heard(heard)
    given = {
        "least_outcomes": least_outcomes,
        "least_precision": least_precision,
        "window_days": window_days,
        "lowest": lowest,
    }
    with transaction() as session:
        changed = {name: value for name, value in given.items() if value is not None}
        new = replace(earning_rules.current(session)[which], **changed)  # type: ignore[arg-type]
        earning_rules.change(session, which, new, reason, actor=MACHINE, now=now())
        print(f"{which}: {new}")


def _slices(written: list[str]) -> list[tuple[str, Path]]:
    found = [each.partition("=") for each in written]
    names = [name for name, _, _ in found]
    bad = [name for name, parted, _ in found if not (parted and name.strip()) or name == "newest"]
    if bad or len(set(names)) < len(names):
        raise Invalid("Each slice needs a name of its own.", remedy="Write --slice NAME=CSV.")
    return [(name, Path(path)) for name, _, path in found]


def _kind(written: str) -> "Kind":
    from dispatch.routing.registry import Kind

    if written not in list(Kind):
        raise typer.BadParameter(f"--kind is one of {', '.join(Kind)}.")
    return Kind(written)


def _print_figures(metrics: Mapping[str, Mapping[str, float]]) -> None:
    for name, figures in metrics.items():
        told = "  ".join(f"{each} {value}" for each, value in figures.items())
        if told:
            print(f"  {name:<14}{told}")


def _write(out: Path, rows: list[tuple[str, str]]) -> None:
    try:
        with out.open("x", encoding="utf-8", newline="") as file:
            out.chmod(0o600)
            writer = csv.writer(file)
            writer.writerow(("text", "label"))
            writer.writerows(rows)
    except OSError as error:
        raise Invalid(f"{out} can't be written: {error.strerror}.") from error
