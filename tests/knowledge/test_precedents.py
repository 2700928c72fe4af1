"""会商先例: it stands before the entry of its pair and wider ones, until a later one says else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

import pytest

from knowledge.catalogue import candidates, explain, responsible
from knowledge.directory import Directory, packaged
from knowledge.entries import PrecedentEntry, ResponsibilityEntry

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
DECIDED = date(2026, 11, 20)
MATTER, DISTRICT = "0101", "540102"
PAIR = MATTER, DISTRICT
PRECEDENT = PrecedentEntry(
    MATTER, DISTRICT, "540100-urban", "三定方案", DECIDED, ticket="261120000017"
)


def known(*precedents: PrecedentEntry, entries: tuple[ResponsibilityEntry, ...] = ()) -> Directory:
    """Return the packaged directory with these precedents, newest first, and entries of the pair.

    The pair's own packaged entries stand aside when others are given.
    """
    shipped = packaged()
    listed = {**shipped.catalogue, PAIR: entries or shipped.catalogue.get(PAIR, ())}
    decided = {(one.matter_code, one.district_code): () for one in precedents} | {
        PAIR: tuple(one for one in precedents if (one.matter_code, one.district_code) == PAIR)
    }
    return replace(
        shipped, catalogue=MappingProxyType(listed), precedents=MappingProxyType(decided)
    )


def entry(since: date, department: str = "540102-housing") -> ResponsibilityEntry:
    return ResponsibilityEntry(MATTER, DISTRICT, department, "职责通例", since)


def decides(directory: Directory, matter: str, district: str, at: datetime = NOW) -> str:
    found = responsible(directory, directory.matters[matter], district, at)
    assert found
    return found.department_code


@pytest.mark.parametrize("matter", ["0101", "010101"])
def test_a_precedent_stands_before_the_entry_of_its_pair_and_wider_ones(matter: str) -> None:
    before = entry(date(2021, 1, 1))
    assert decides(known(entries=(before,)), matter, DISTRICT) == "540102-housing"
    assert decides(known(PRECEDENT, entries=(before,)), matter, DISTRICT) == "540100-urban"


def test_it_says_nothing_of_other_matters_districts_and_days() -> None:
    directory, shipped = known(PRECEDENT), packaged()
    for matter, district in (("0102", DISTRICT), ("0101", "540103"), ("01", DISTRICT)):
        assert decides(directory, matter, district) == decides(shipped, matter, district)
    eve = datetime(2026, 11, 19, 4, tzinfo=UTC)
    assert decides(directory, MATTER, DISTRICT, eve) == decides(shipped, MATTER, DISTRICT, eve)


def test_a_narrower_entry_of_the_catalogue_still_decides_its_own_matter() -> None:
    narrow = ResponsibilityEntry("010101", DISTRICT, "540102-housing", "职责", date(2021, 1, 1))
    directory = known(PRECEDENT)
    listed = {**directory.catalogue, ("010101", DISTRICT): (narrow,)}
    directory = replace(directory, catalogue=MappingProxyType(listed))
    assert decides(directory, "010101", DISTRICT) == "540102-housing"


@pytest.mark.parametrize(("days", "winner"), [(0, "540100-urban"), (1, "540102-water")])
def test_an_entry_of_a_later_day_overrules_the_precedent(days: int, winner: str) -> None:
    later = entry(DECIDED + timedelta(days=days), "540102-water")
    assert decides(known(PRECEDENT, entries=(later,)), MATTER, DISTRICT) == winner


def test_an_entry_that_is_not_yet_in_force_overrules_nothing_and_one_that_ended_still_does() -> (
    None
):
    to_come = entry(date(2027, 1, 1), "540102-water")
    assert decides(known(PRECEDENT, entries=(to_come,)), MATTER, DISTRICT) == "540100-urban"
    ended = replace(entry(date(2026, 11, 22)), valid_to=date(2026, 11, 23))
    overruled = known(PRECEDENT, entries=(entry(date(2021, 1, 1), "540102-water"), ended))
    assert decides(overruled, MATTER, DISTRICT) == "540102-water"


def test_the_newest_precedent_counts() -> None:
    newer = replace(PRECEDENT, department_code="540102-water", valid_from=date(2026, 11, 24))
    assert decides(known(newer, PRECEDENT), MATTER, DISTRICT) == "540102-water"


def test_the_clause_names_itself_a_precedent_and_its_ticket() -> None:
    directory = known(PRECEDENT)
    first = next(candidates(directory, directory.matters[MATTER], DISTRICT, NOW))
    said = explain(directory, first)
    assert said.startswith("会商先例：")
    assert "261120000017" in said
