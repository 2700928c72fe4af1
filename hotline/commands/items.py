"""`import items`, `export items`: 政务服务事项 as files, all of them or none."""

from pathlib import Path
from typing import TYPE_CHECKING

from hotline.commands.authors import author

if TYPE_CHECKING:
    from knowledge.checks import RowError
    from knowledge.items.importing import ItemsTaken

ITEMS = "items"


def import_items(files: list[Path], *, check: bool, by: str) -> None:
    """Draft what the files say and the items do not; or say every bad cell of every file.

    Raises ImportRefused; then nothing of any file is drafted.
    """
    from hotline.core.clock import now
    from hotline.core.db import transaction
    from knowledge.importer import ImportRefused
    from knowledge.items.files import rows_of
    from knowledge.items.importing import take_in

    taken: list[tuple[Path, ItemsTaken]] = []
    errors: list[RowError] = []
    with transaction() as session:
        actor = author(session, by, drafting=not check)
        for file in files:
            rows, at = rows_of(file), now()
            try:
                done = take_in(session, file.name, rows, actor=actor, now=at, only_check=check)
            except ImportRefused as refused:
                errors += refused.errors
            else:
                taken.append((file, done))
        if errors:
            raise ImportRefused(errors)
    for file, done in taken:
        _tell(file, done, check=check)


def export_items(ending: str) -> bytes:
    """Return what holds today as a file that `import` takes in again without a change."""
    from hotline.core.clock import beijing_day, now
    from hotline.core.db import transaction
    from knowledge.items.exporting import Format, export

    with transaction() as session:
        return export(session, Format(ending), on=beijing_day(now()))


def _tell(file: Path, done: "ItemsTaken", *, check: bool) -> None:
    for cleaned in done.cleaned:
        print(f"{file.name}, row {cleaned.row}, {cleaned.column}: cleaned")
    print(
        f"{file.name}: {done.added} added, {done.changed} changed, {done.unchanged} unchanged"
        + ("; nothing was written" if check else "; drafts: submit them")
    )
