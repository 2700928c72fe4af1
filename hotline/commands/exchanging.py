"""`import` and `export` of what the hotline knows: districts, departments, lines, rosters …"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hotline.commands import items
from hotline.commands.authors import author


def import_known(kind: str, file: Path, *, check: bool, by: str) -> None:
    """Take in the file, or only say what that would do; each cleaned cell is printed."""
    from hotline.core.clock import now
    from hotline.core.db import transaction
    from knowledge.exchange.kinds import Kind, kind_named, take_in

    wanted = kind_named(kind)
    drafting = wanted is Kind.ARTICLES and not check
    with transaction() as session:
        actor = author(session, by, drafting=drafting)
        report = take_in(session, wanted, file, actor=actor, now=now(), dry_run=check)
    for each in report.cleaned:
        words = f": {each.was!r} became {each.now!r}" if each.was or each.now else ""
        print(f"row {each.row}, column {each.column} was cleaned{words}")
    print(
        f"{report.file}: {report.added} added, {report.changed} changed, "
        f"{report.unchanged} unchanged, {report.replaced} replaced"
        + ("; nothing was written" if check else "")
    )


def export_file(
    kind: Annotated[str, typer.Argument(help="As for `import`: districts … articles, items.")],
    file: Annotated[
        Path, typer.Argument(help="Its ending says how: .csv, .xlsx, .json; - is CSV.")
    ],
) -> None:
    """Write a file that `import` takes in again without a change."""
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction
    from hotline.core.errors import Invalid
    from knowledge.exchange.kinds import give_out, kind_named
    from knowledge.exchange.writing import Format

    ending = file.suffix.lower().removeprefix(".") or Format.CSV
    if ending not in list(Format):
        raise Invalid(
            f"{file.name} ends in none of {', '.join(Format)}.", remedy="Give it such a name."
        )
    if kind == items.ITEMS:
        made = items.export_items(ending)
    else:
        wanted = kind_named(kind)
        with transaction() as session:
            made = give_out(session, wanted, Format(ending), actor=MACHINE, now=now())
    if str(file) == "-":
        sys.stdout.buffer.write(made)
        return
    try:
        file.write_bytes(made)
    except OSError as error:
        raise Invalid(f"{file} can't be written: {error.strerror}.") from error
