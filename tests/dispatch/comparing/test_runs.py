"""一次比较: from facts to bands, kept so that it is written again to the last byte."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from dispatch.comparing import exclusions, place_appeals, places, publishing, runs, schemes
from dispatch.comparing.exclusions import Plea
from dispatch.comparing.models_comparing import Comparison
from dispatch.comparing.runs import Broken
from dispatch.comparing.scheme import Measured, Publication
from dispatch.comparing.states import Reason
from dispatch.indicators.reading import Period
from hotline.core.accounts import Actor, Role
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.console.portal_own.scene import SYSTEM, answered
from tests.dispatch.comparing.scene import (
    ADOPTER,
    HOUSING,
    JUDGE,
    OVER,
    URBAN,
    URBAN_CITY,
    WATER,
    WRITER,
    adopted,
    in_time,
    measured,
    period,
    scheme,
    simulated,
)

DAY = timedelta(days=1)
RATES = {WATER: (95, 100), HOUSING: (50, 100), URBAN_CITY: (3, 4)}
DESK = Actor("water#1", Role.SYSTEM, WATER)


def told(run: Comparison) -> Any:
    return json.loads(runs.published(run))


def bands(run: Comparison, side: str = "result") -> dict[str, str]:
    groups = told(run)[side]
    return {each["unit"]: each["band"] for group in groups for each in group["standings"]}


def arranged(session: Session, now: datetime, **changes: object) -> Comparison:
    """Return a comparison of three departments of one class, run by WRITER."""
    measured(session, now + OVER)
    in_time(session, now, RATES)
    made = adopted(session, now, scheme(**changes))  # type: ignore[arg-type]
    return runs.run(session, made, period(now), actor=WRITER, now=now + OVER)


def test_a_comparison_tells_bands_intervals_and_what_they_are_made_of(
    session: Session, now: datetime
) -> None:
    run = arranged(session, now)
    assert bands(run) == {WATER: "above", HOUSING: "below", URBAN_CITY: "few"}
    (group,) = told(run)["result"]
    assert group["like"]["close_on_time"] == {
        "numerator": 148,
        "denominator": 204,
        "rate": 0.72549,
    }
    assert (group["class"], group["units"], group["by_chance"]) == ("prefecture", 3, 0.1)
    water = next(each for each in group["standings"] if each["unit"] == WATER)
    assert (water["value"], water["rank"]) == (0.95, None)
    assert water["parts"]["close_on_time"]["interval"] == [0.88825, 0.978456]
    assert told(run)["run"]["definitions"] == {"close_on_time": [1]}


def test_it_is_written_again_to_the_byte_whatever_becomes_of_facts_and_scheme(
    session: Session, now: datetime
) -> None:
    run = arranged(session, now)
    before = bytes(run.document)
    in_time(session, now, {WATER: (0, 500)})
    session.flush()
    session.expire_all()
    found = runs.find(session, run.id or 0, reader=JUDGE)
    assert runs.reproduce(found) == before
    found.inputs["run"]["counts"][WATER]["close_on_time"][0] -= 1
    with pytest.raises(Broken):
        runs.reproduce(found)
    found.document = found.document.replace(b"0.95", b"0.96")
    with pytest.raises(Broken):
        runs.published(found)


def test_what_an_older_hotline_wrote_otherwise_is_not_called_tampered_with(
    session: Session, now: datetime
) -> None:
    run = arranged(session, now)
    run.document = run.document.replace(b'"form":2', b'"form":1')
    run.document_hash = hashlib.sha256(run.document).hexdigest()
    with pytest.raises(Conflict):
        runs.reproduce(run)
    assert runs.published(run) == run.document


def test_a_simulation_shows_the_draft_beside_the_scheme_in_force(
    session: Session, now: datetime
) -> None:
    arranged(session, now)
    _, run = simulated(session, now, scheme(101))
    assert run.simulation
    assert bands(run, "result_before") == {WATER: "above", HOUSING: "below", URBAN_CITY: "few"}
    assert set(bands(run).values()) == {"few"}
    with pytest.raises(Conflict):
        publishing.publish(session, run, actor=JUDGE, now=now)
    assert told(run)["before"]["number"] == 1


def test_the_first_simulation_of_a_name_has_nothing_beside_it(
    session: Session, now: datetime
) -> None:
    measured(session, now + OVER)
    _, run = simulated(session, now)
    assert (told(run)["result"], told(run)["result_before"]) == ([], None)


def test_only_an_adopted_scheme_is_run_and_only_on_a_period_that_is_over(
    session: Session, now: datetime
) -> None:
    measured(session, now + OVER)
    made, _ = simulated(session, now)
    with pytest.raises(Conflict):
        runs.run(session, made, period(now), actor=WRITER, now=now + OVER)
    schemes.adopt(session, made, actor=ADOPTER, now=now)
    first = period(now).first
    for days in (Period(first, first - DAY), Period(first - 366 * DAY, first)):
        with pytest.raises(Invalid):
            runs.run(session, made, days, actor=WRITER, now=now + OVER)
    with pytest.raises(Invalid):
        runs.run(session, made, period(now), actor=WRITER, now=now)


def test_it_is_published_by_somebody_else_and_withdrawn_with_a_reason(
    session: Session, now: datetime
) -> None:
    run = arranged(session, now)
    assert list(places.listed(session, WATER)) == []
    with pytest.raises(NotAllowed):
        publishing.publish(session, run, actor=WRITER, now=now)
    publishing.publish(session, run, actor=JUDGE, now=now)
    assert (run.state, run.published_by) == ("published", "judge")
    assert list(places.listed(session, WATER)) == [run]
    with pytest.raises(Conflict):
        publishing.publish(session, run, actor=JUDGE, now=now)
    with pytest.raises(Invalid):
        publishing.withdraw(session, run, " ", actor=JUDGE, now=now)
    publishing.withdraw(session, run, "数据有误", actor=JUDGE, now=now)
    assert (run.state, run.withdrawn_reason) == ("withdrawn", "数据有误")
    assert list(places.listed(session, WATER)) == []
    with pytest.raises(NotFound):
        places.find(session, run.id or 0, WATER)


def test_of_the_same_days_one_comparison_of_a_scheme_is_published_at_a_time(
    session: Session, now: datetime
) -> None:
    first = arranged(session, now)
    made = adopted(session, now)  # the next version of its name
    second = runs.run(session, made, period(now), actor=WRITER, now=now + OVER)
    publishing.publish(session, first, actor=JUDGE, now=now)
    with pytest.raises(Conflict):
        publishing.publish(session, second, actor=JUDGE, now=now)
    assert second.state == "draft"
    publishing.withdraw(session, first, "分类不当", actor=JUDGE, now=now)
    assert publishing.publish(session, second, actor=JUDGE, now=now).state == "published"


def test_a_department_is_told_its_own_place_and_of_the_others_only_what_the_scheme_says(
    session: Session, now: datetime
) -> None:
    run = arranged(session, now)
    publishing.publish(session, run, actor=JUDGE, now=now)
    place = places.of(places.find(session, run.id or 0, WATER), WATER)
    assert (place.own["band"], place.others) == ("above", [])
    assert place.spread is None  # three would name each other
    assert (place.group["like"], place.group["value"]) == (None, None)
    assert HOUSING not in json.dumps([place.group, place.own])
    run.publication = Publication.ALL
    assert [each["unit"] for each in places.of(run, WATER).others] == [HOUSING, URBAN_CITY]
    run.publication = Publication.NOBODY
    session.flush()
    assert list(places.listed(session, WATER)) == []
    assert list(places.listed(session, "540102-urban")) == []


def test_a_class_of_five_is_told_its_spread_without_names(session: Session, now: datetime) -> None:
    measured(session, now + OVER)
    others = {f"5401-x{number}": (80, 100) for number in range(4)}
    in_time(session, now, {**others, WATER: (100, 100)})
    classes = {WATER: "other"}
    made = adopted(session, now, scheme(classes=classes))
    run = runs.run(session, made, period(now), actor=WRITER, now=now + OVER)
    place = places.of(run, WATER)
    assert place.spread == {"above": 1, "level": 4}
    assert place.group["like"]["close_on_time"]["rate"] == 0.84


def test_an_appeal_against_a_place_is_decided_by_who_neither_ran_nor_published_it(
    session: Session, now: datetime
) -> None:
    run = arranged(session, now)
    publishing.publish(session, run, actor=JUDGE, now=now)
    with pytest.raises(Invalid):
        place_appeals.appeal(session, run, " ", actor=DESK, now=now)
    made = place_appeals.appeal(session, run, "分类不当", actor=DESK, now=now)
    with pytest.raises(Conflict):
        place_appeals.appeal(session, run, "再申", actor=DESK, now=now)
    for one in (WRITER, JUDGE):
        with pytest.raises(NotAllowed):
            place_appeals.decide(session, run, WATER, True, "属实", actor=one, now=now)
    with pytest.raises(NotFound):
        place_appeals.decide(session, run, HOUSING, True, "属实", actor=ADOPTER, now=now)
    place_appeals.decide(session, run, WATER, True, "属实", actor=ADOPTER, now=now)
    assert (made.upheld, made.decided_by, made.note) == (True, "adopter", "属实")
    with pytest.raises(Conflict):
        place_appeals.decide(session, run, WATER, False, "不", actor=ADOPTER, now=now)
    late = Actor("housing#1", Role.SYSTEM, HOUSING)
    with pytest.raises(Conflict):
        place_appeals.appeal(session, run, "迟了", actor=late, now=now + timedelta(days=60))


def test_who_has_a_district_counts_and_reads_only_what_lies_in_it(
    session: Session, now: datetime
) -> None:
    measured(session, now + OVER)
    in_time(session, now, RATES)
    in_time(session, now, {WATER: (1, 7)}, district="540102")
    local = Actor("local", Role.SUPERVISOR, district="540102")
    made = adopted(session, now)
    everywhere = runs.run(session, made, period(now), actor=WRITER, now=now + OVER)
    here = runs.run(session, made, period(now), actor=local, now=now + OVER)
    assert everywhere.inputs["run"]["counts"][WATER]["close_on_time"] == [96, 107]
    assert here.inputs["run"]["counts"] == {WATER: {"close_on_time": [1, 7]}}
    assert list(runs.listed(session, reader=local)) == [here]
    with pytest.raises(NotFound):
        runs.find(session, everywhere.id or 0, reader=local)
    uncleared = Actor("low", Role.SUPERVISOR, clearance=Confidentiality.PUBLIC)
    assert list(runs.listed(session, reader=uncleared)) == []


def test_an_excluded_order_is_left_out_and_how_many_are_is_told(
    session: Session, now: datetime
) -> None:
    orders = [answered(session, now) for _ in range(6)]
    made_late = answered(session, now, late=timedelta(days=1))
    plea = Plea(Reason.FORCE_MAJEURE, "大雪封路")
    row = exclusions.ask(session, made_late, plea, actor=SYSTEM, now=now + DAY)
    exclusions.decide(session, row, True, "气象证明属实", actor=JUDGE, now=now + DAY)
    measured(session, now + OVER)
    sure = scheme(indicators=(Measured("sign_on_time", 1, 5, True),))
    made = adopted(session, now, sure)
    run = runs.run(session, made, period(now), actor=WRITER, now=now + OVER)
    assert run.inputs["run"]["counts"] == {URBAN: {"sign_on_time": [len(orders), len(orders)]}}
    assert run.inputs["run"]["excluded"] == {URBAN: 1}
