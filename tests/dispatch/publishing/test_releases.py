"""发布: from what may be told of at all, through measures and three people, to what is out."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, func, select

from dispatch.indicators import refreshing
from dispatch.models import Rating, Ticket
from dispatch.people.models_people import PersonHold
from dispatch.publishing import (
    columns,
    jobs,
    making,
    measuring,
    months,
    reading,
    releasing,
    solving,
    sources,
)
from dispatch.publishing.columns import Dataset, Grade
from dispatch.publishing.models_publishing import ReleaseFile, StatisticsRelease
from dispatch.publishing.stages import Asked, Stage
from dispatch.ratings.models_ratings import RatingExclusion
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid
from tests.dispatch.publishing.scene import (
    CHECKER,
    MAKER,
    PUBLISHER,
    WORDS,
    a_month,
    a_release,
    ended,
    last_month,
    made_by_job,
    measured,
    person,
    rated,
)


def rows(session: Session, release: StatisticsRelease, name: str) -> list[dict[str, str]]:
    body = reading.file(session, release, name).body.decode()
    return list(csv.DictReader(io.StringIO(body)))


def published(session: Session, now: datetime) -> StatisticsRelease:
    release = a_release(session, now)
    releasing.check(session, release, actor=CHECKER, now=now)
    return releasing.publish(session, release, actor=PUBLISHER, now=now)


def erase(session: Session, ticket: Ticket, now: datetime) -> None:
    who = person(session, now, ticket.id or 0)
    who.wrapped_key = b""
    ticket.person_id = who.id


def hold(session: Session, ticket: Ticket, now: datetime) -> None:
    who = person(session, now, ticket.id or 0)
    session.add(PersonHold(person_id=who.id, ticket=ticket.number, reason="x", at=now, by="x"))
    ticket.person_id = who.id


def seal(_: Session, ticket: Ticket, _now: datetime) -> None:
    ticket.confidentiality = "sealed"


def keep_secret(_: Session, ticket: Ticket, _now: datetime) -> None:
    ticket.confidentiality = "confidential"


def report(_: Session, ticket: Ticket, _now: datetime) -> None:
    ticket.request_type = "report"


@pytest.mark.parametrize("keep_back", [erase, hold, seal, keep_secret, report])
def test_what_is_kept_back_is_in_no_file(
    session: Session, now: datetime, keep_back: Callable[[Session, Ticket, datetime], None]
) -> None:
    found = a_month(session, now)
    for ticket in found[:60]:
        keep_back(session, ticket, now)
    session.flush()
    release = a_release(session, now)
    assert release.population == len(found) - 60
    whole = solving.read(
        reading.file(session, release, "statistics.csv").body,
        ("district", "matter_l1", "rating"),
        "count",
    )
    assert whole["*", "*", "*"] in (None, len(found) - 60)
    assert all(row["district"] != "540102" for row in rows(session, release, "ticket-records.csv"))


def test_the_files_hold_what_the_dictionary_says_and_no_word_of_anybody(
    session: Session, now: datetime
) -> None:
    release = a_release(session, now)
    for name, dataset, grades in (
        ("ticket-records", Dataset.RECORDS, (Grade.PUBLIC,)),
        ("ticket-records-full", Dataset.RECORDS, (Grade.PUBLIC, Grade.ON_APPLICATION)),
        ("statistics", Dataset.STATISTICS, (Grade.PUBLIC,)),
        ("indicators", Dataset.INDICATORS, (Grade.PUBLIC,)),
        ("indicators-by-district", Dataset.DISTRICTS, (Grade.PUBLIC,)),
    ):
        held = columns.of(dataset, *grades)
        table = reading.file(session, release, f"{name}.csv").body.decode()
        assert tuple(table.splitlines()[0].split(",")) == held
        about, *told = reading.file(session, release, f"{name}.jsonl").body.decode().splitlines()
        assert json.loads(about)["count"] == len(told) == len(table.splitlines()) - 1
        assert all(tuple(json.loads(each)) == held for each in told)
    for each in session.exec(select(ReleaseFile).order_by(col(ReleaseFile.name))).all():
        assert "张某" not in each.body.decode()
        assert WORDS not in each.body.decode()
        assert len(each.body) == each.size
    codes = {
        (each.dataset, each.column): each.codes.split("|")
        for each in columns.packaged()
        if "|" in each.codes
    }
    for row in rows(session, release, "ticket-records-full.csv"):
        for (dataset, column), allowed in codes.items():
            if dataset is Dataset.RECORDS:
                assert row[column] in (*allowed, "*")


def test_the_measures_are_those_of_the_written_files(session: Session, now: datetime) -> None:
    release = a_release(session, now)
    records = release.measures["records"]
    attacks = records["attacks"]
    assert release.faults == {}
    assert {each["alone"] for each in attacks.values()} == {0}
    assert all(each["k"] >= 10 for each in attacks.values())
    assert sum(records["kept_per_step"]) + records["suppressed"] == release.population
    assert attacks["ticket-records.csv"]["rows"] == sum(records["kept_per_step"])
    assert release.measures["statistics"]["reckoned_nearer"] == 0
    assert release.measures["statistics"]["withheld"] > 0
    told = json.loads(reading.file(session, release, "measures.json").body)
    hidden = {name: records[name] for name in ("rows", "suppressed", "suppressed_share")}
    assert {**told, "records": {**told["records"], **hidden}} == release.measures


def test_a_month_that_runs_or_waits_is_not_made(session: Session, now: datetime) -> None:
    a_release(session, now)
    with pytest.raises(Conflict, match="waits already"):
        making.make(session, last_month(now), actor=MAKER, now=now)
    present = months.read(f"{beijing_day(now):%Y-%m}")
    with pytest.raises(Invalid, match="This month is not over"):
        making.make(session, present, actor=MAKER, now=now)
    with pytest.raises(Invalid, match="no month"):
        months.read("2026-13")


def test_the_sweep_asks_for_last_month_and_it_is_made_once_its_facts_are_there(
    session: Session, now: datetime
) -> None:
    a_month(session, now)
    watch = measured(session, now)
    watch.next_day = last_month(now).last
    session.flush()
    asked = jobs.ask_last(session, now=now)
    assert asked
    assert jobs.ask_last(session, now=now) is None
    assert made_by_job(session, now) == 0
    assert (asked.state, asked.tries) == (Asked.WAITING, 1)
    assert "not measured yet" in asked.trouble
    measured(session, now)
    later = now + timedelta(minutes=2)
    assert made_by_job(session, later) == 1
    made = session.get_one(StatisticsRelease, asked.release_id)
    assert (made.made_by, made.stage) == (str(MACHINE), Stage.MADE)
    assert jobs.ask_last(session, now=later) is None
    assert session.exec(select(func.count()).select_from(StatisticsRelease)).one() == 1


def test_the_newest_rating_that_counts_is_told_in_a_band(session: Session, now: datetime) -> None:
    ticket = ended(session, now, person(session, now), closed_at=last_month(now).since)
    rated(session, [ticket], 1)
    later = ticket.updated_at + timedelta(hours=1)
    session.add(Rating(ticket_id=ticket.id, at=later, satisfaction=5, via="link"))
    session.flush()
    [told] = sources.records(session, last_month(now))
    assert told.sensitive[1] == "good"
    newest = session.exec(select(Rating).order_by(col(Rating.id).desc())).first()
    assert newest
    session.add(
        RatingExclusion(
            rating_id=newest.id or 0, department="", reason="x", basis="x", at=now, by="x"
        )
    )
    session.flush()
    [told] = sources.records(session, last_month(now))
    assert told.sensitive[1] == "bad"


def test_names_that_no_catalogue_has_are_not_told(session: Session, now: datetime) -> None:
    ended(
        session, now, person(session, now), category=["城乡建设", "张某家", ""], district="张某村"
    )
    session.flush()
    [told] = sources.records(session, last_month(now))
    assert told.quasi[0] == ("other", "other", "*")
    assert told.quasi[1] == ("城乡建设||", "城乡建设||*", "城乡建设|*|*", "*|*|*")


def test_a_month_of_nothing_is_a_release_of_nothing(session: Session, now: datetime) -> None:
    measured(session, now)
    release = making.make(session, last_month(now), actor=MAKER, now=now)
    assert (release.population, release.faults) == (0, {})
    assert rows(session, release, "ticket-records.csv") == []


def test_figures_leave_out_what_only_some_may_count(session: Session, now: datetime) -> None:
    found = a_month(session, now)
    day = last_month(now).first
    for ticket in found:
        ticket.created_at = last_month(now).since
    for ticket in found[:20]:
        ticket.confidentiality = "sealed"
    session.flush()
    refreshing.refresh(session, day, now=now)
    release = a_release(session, now)
    told = {row["code"]: row for row in rows(session, release, "indicators.csv")}
    assert told["requests"]["numerator"] == str(len(found) - 20)
    assert told["satisfaction"]["value"] == ""


def test_who_asks_again_and_again_is_neither_in_the_rows_nor_in_a_cell_of_their_own(
    session: Session, now: datetime
) -> None:
    found = a_month(session, now)
    often = person(session, now)
    again = [ended(session, now, often, category=["养老", "", ""]) for _ in range(24)]
    rated(session, again, 5, 3, 1, None)
    release = a_release(session, now)
    assert release.population == len(found) + 24
    table = measuring.read_table(reading.file(session, release, "statistics.csv").body)
    assert not any(told for (_, matter, _), told in table.items() if matter == "other")
    assert release.faults == {}


def test_the_measures_do_not_tell_the_total_that_the_table_withholds(
    session: Session, now: datetime
) -> None:
    for _ in range(3):
        ended(session, now, person(session, now))
    release = a_release(session, now)
    table = measuring.read_table(reading.file(session, release, "statistics.csv").body)
    assert table["*", "*", "*"] is None
    told = json.loads(reading.file(session, release, "measures.json").body)["records"]
    assert (told["rows"], told["suppressed"], told["suppressed_share"]) == (None, None, None)
    assert (release.measures["records"]["rows"], release.population) == (3, 3)
