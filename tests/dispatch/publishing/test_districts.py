"""分市地的指标: no withheld number can be reckoned, by a solver that knows only the files."""

import csv
import io
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from dispatch.indicators import refreshing
from dispatch.models import Ticket
from dispatch.publishing import (
    building,
    columns,
    district_audit,
    districts,
    figures,
    making,
    measuring,
    reading,
    shown,
)
from dispatch.publishing.columns import Dataset, Grade
from dispatch.publishing.districts import Line, Split, Withheld
from dispatch.publishing.terms import Terms
from dispatch.rules.sheet import BadSheet
from tests.dispatch.publishing.scene import MAKER, a_month, a_release, last_month, measured

PLACES = ("540100", "540200", "540300", "540400", "540500")
TERMS = Terms(k=10, diversity=2, cell=5, width=5)
COUNTS = st.sampled_from([0, 0, 1, 2, 4, 5, 6, 9, 30, 200])


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    """Return nested indicators of one unit: all, some of these, and some of those."""
    every = {place: [draw(COUNTS), draw(COUNTS), draw(COUNTS), draw(COUNTS)] for place in PLACES}
    indicators: list[tuple[str, str, bool, Callable[[int, int, int, int], tuple[int, int]]]] = [
        ("requests", "requests", False, lambda a, b, c, d: (a + b + c + d, a + b + c + d)),
        ("direct_answer", "answered", True, lambda a, b, c, d: (a, a + b + c + d)),
        ("first_contact", "answered", True, lambda a, b, c, d: (a + b, a + b + c + d)),
        ("callback_success", "called_back", True, lambda _a, b, c, _d: (b, b + c)),
    ]
    found = []
    for code, family, parted, split in indicators:
        by = {place: Split(*split(*counts)) for place, counts in every.items()}
        some, of = (sum(getattr(each, name) for each in by.values()) for name in ("some", "of"))
        shown = not any(
            0 < each < TERMS.cell for each in ((some, of - some, of) if parted else (of,))
        )
        found.append(Line(code, "ticket", family, parted, shown, by))
    return found


def written(found: list[Line], withheld: Withheld) -> tuple[bytes, bytes]:
    """Return the two files: of all places, and by place."""
    whole, by = (io.StringIO("code,numerator,denominator\n"), io.StringIO("code,district,"))
    whole.seek(0, io.SEEK_END)
    by.seek(0, io.SEEK_END)
    by.write("numerator,denominator\n")
    for line in found:
        total = line.over(PLACES)
        whole.write(f"{line.code},{total.some},{total.of}\n" if line.told else f"{line.code},,\n")
        for place, split in line.by.items():
            some = "" if place in withheld.parts[line.code] else split.some
            of = "" if place in withheld.wholly[line.code] else split.of
            by.write(f"{line.code},{place},{some},{of}\n")
    return whole.getvalue().encode(), by.getvalue().encode()


@settings(max_examples=15, deadline=None)
@given(lines())
def test_a_sum_less_the_others_tells_no_small_number(found: list[Line]) -> None:
    withheld = districts.withhold(found, small=TERMS.cell, width=TERMS.width)
    whole, by = written(found, withheld)
    told = district_audit.audit(by, whole, small=TERMS.cell, width=TERMS.width)
    assert (told.small, told.near) == (0, 0)


@settings(max_examples=60, deadline=None)
@given(lines())
def test_what_is_withheld_of_one_is_withheld_of_all_that_nest(found: list[Line]) -> None:
    withheld = districts.withhold(found, small=TERMS.cell, width=TERMS.width)
    told = [line.code for line in found if line.told]
    assert len({withheld.wholly[code] for code in told}) <= 1
    assert len({withheld.parts[code] for code in told if code in _ANSWERED}) <= 1
    assert all(withheld.wholly[line.code] <= withheld.parts[line.code] for line in found)


_ANSWERED = ("direct_answer", "first_contact")


@settings(max_examples=8, deadline=None)
@given(lines(), lines())
def test_what_an_edition_withheld_stays_withheld(first: list[Line], second: list[Line]) -> None:
    before = districts.withhold(first, small=TERMS.cell, width=TERMS.width)
    after = districts.withhold(second, small=TERMS.cell, width=TERMS.width, before=before)
    for line in second:
        assert before.wholly[line.code] <= after.wholly[line.code]
        assert before.parts[line.code] <= after.parts[line.code]
    whole, by = written(second, after)
    assert district_audit.audit(by, whole, small=TERMS.cell, width=TERMS.width).near == 0


def test_small_numbers_alone_would_be_reckoned() -> None:
    by = {place: Split(40, 50) for place in PLACES[1:]} | {PLACES[0]: Split(2, 3)}
    line = Line("direct_answer", "ticket", "answered", parted=True, told=True, by=by)
    alone = frozenset(PLACES[:1])
    whole, told = written([line], Withheld({line.code: alone}, {line.code: alone}))
    found = district_audit.audit(told, whole, small=5, width=5)
    assert (found.cells, found.withheld, found.small, found.near) == (15, 3, 0, 3)
    hidden = districts.withhold([line], small=5, width=5)
    assert hidden.wholly[line.code] == frozenset(PLACES[:2])


def test_an_indicator_whose_sum_is_withheld_is_told_nowhere_and_hides_no_other() -> None:
    few = {place: Split(0, int(place == PLACES[0]) * 3) for place in PLACES}
    many = {place: Split(40, 50) for place in PLACES}
    found = [
        Line("callback_success", "ticket", "called_back", parted=True, told=False, by=few),
        Line("direct_answer", "ticket", "answered", parted=True, told=True, by=many),
    ]
    hidden = districts.withhold(found, small=5, width=5)
    assert hidden.parts["callback_success"] == frozenset(PLACES)
    assert hidden.parts["direct_answer"] == frozenset()


def test_a_release_has_every_prefecture_and_its_sums_are_the_whole_area_s(
    session: Session, now: datetime
) -> None:
    a_month(session, now)
    day = last_month(now).first
    for ticket in session.exec(select(Ticket)).all():
        ticket.created_at = last_month(now).since
    session.flush()
    refreshing.refresh(session, day, now=now)
    release = a_release(session, now)
    assert release.faults == {}
    body = reading.file(session, release, "indicators-by-district.csv").body.decode()
    table = list(csv.DictReader(io.StringIO(body)))
    assert tuple(table[0]) == columns.of(Dataset.DISTRICTS, Grade.PUBLIC)
    requests = {row["district"]: row for row in table if row["code"] == "requests"}
    assert {"540100", "540200", "542500"} <= requests.keys()
    told = {place: row["numerator"] for place, row in requests.items()}
    assert told["540100"] == "93"
    assert told["540600"] == "0"
    assert not any(row["code"] in ("inbound", "connect") for row in table)
    page = shown.by_district(session, release)
    assert page
    assert page.values["requests", "540100"] == "93"
    assert release.measures["indicators_by_district"]["reckoned_nearer"] == 0


def test_an_older_edition_without_them_is_corrected_and_shown(
    session: Session, now: datetime
) -> None:
    a_month(session, now)
    measured(session, now)
    gathered = making.gather(session, last_month(now), now=now)
    built = gathered.build()
    old = {each.name: each.body for each in built.files if "by-district" not in each.name}
    again = building.build(
        str(gathered.month), gathered.records, gathered.figures, gathered.terms, [old]
    )
    assert again.faults == {}
    assert measuring.districts_withheld([old]) == Withheld({}, {})
    release = making.keep(session, gathered, built, actor=MAKER, now=now)
    for name in ("csv", "jsonl"):
        session.delete(reading.file(session, release, f"indicators-by-district.{name}"))
    session.flush()
    assert shown.by_district(session, release) is None


def test_what_can_t_be_told_by_place_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("sheet") / "published.csv"
    path.write_text("code,family,basis\ninbound,calls,x\n", "utf-8")
    with pytest.raises(BadSheet):
        figures.read_published(path)
