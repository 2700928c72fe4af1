"""Every column that hangs on a person is in the inventory, or known to hold no word of theirs."""

from pathlib import Path

from sqlalchemy import LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import AutoString

from dispatch.people.inventory import KEPT
from hotline.core import rekeying
from hotline.migrations.tables import metadata

# A row hangs on a person by one of these, or by another row that does.
ROOTS = ("person", "ticket", "call", "work_order")
# Codes, names of staff and departments, and keys: no word of a requester is ever in them.
LISTED = Path(__file__).with_name("codes_beside_people.txt").read_text("utf-8").splitlines()
CODES = frozenset(line for line in LISTED if not line.startswith("#"))
OWN = ("person.wrapped_key", "person.phone_index", "person.sealed_phone")


def hangs_on_a_person(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    if table.name in ROOTS:
        return True
    above = {key.column.table for key in table.foreign_keys} - {table}
    return any(
        hangs_on_a_person(each, seen | {table.name}) for each in above if each.name not in seen
    )


def told_columns() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        if hangs_on_a_person(table)
        for column in table.columns
        if isinstance(column.type, (AutoString, JSONB, LargeBinary))
    }


def kept_columns() -> set[str]:
    return {
        f"{kept.table}.{name}"
        for kept in KEPT
        for name in (*kept.words, *kept.sealed, *kept.objects)
    }


def test_no_column_is_forgotten() -> None:
    unknown = told_columns() - kept_columns() - CODES
    assert not unknown, (
        "put these into dispatch/people/inventory.py, or into codes_beside_people.txt: "
        f"{sorted(unknown)}"
    )


def test_what_the_inventory_names_is_there() -> None:
    assert kept_columns() <= told_columns()
    for kept in KEPT:
        assert set(kept.told) <= set(metadata.tables[kept.table].columns.keys())
    assert not CODES & kept_columns()


def test_every_sealed_column_has_a_key_that_a_rotation_knows() -> None:
    sealed = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    by_person = {f"{kept.table}.{name}" for kept in KEPT for name in kept.sealed}
    by_master = {f"{each.table}.{each.column}" for each in rekeying.registered()}
    # The one forgets who is locked out: a keyed digest that is counted for some minutes. The other
    # is no secret: how loud somebody was; nor are figures, and the row ids that they came from, nor
    # what is published or stands in a report.
    own = {*OWN, "requester_lookup.about", "recording.waveform"}
    own |= {"indicator_snapshot.document", "indicator_snapshot.facts", "comparison.document"}
    own |= {"release_file.body", "report.figures", "report_file.content"}
    assert not sealed - by_person - by_master - own
