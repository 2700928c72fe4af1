"""A figure is the length of its own lists, for whoever reads it, and as each day was defined."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.ending import answers
from dispatch.indicators import definitions, document, reading, weights
from dispatch.indicators.behind import Place, Thing, behind
from dispatch.indicators.reading import TOTAL, Chosen, Period
from dispatch.indicators.terms import RANKS, Key, Kind, Part, Unit
from dispatch.models import Ticket
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Invalid, NotFound
from telephony.acd import SeatStatus
from telephony.queueing import WhyLeft
from tests.console.portal_own.scene import AGENT, answered, asked, issued
from tests.dispatch.deciding_scene import TOLD
from tests.dispatch.indicators import call_scene, seat_scene
from tests.dispatch.indicators.scene import DAY, EVER, golden, redefined, refresh_all
from tests.dispatch.sealing_scene import somebody
from tests.factories import create_ended_call, create_ticket

READER = Actor("boss", Role.SUPERVISOR)
LHASA = Actor("chief", Role.SUPERVISOR, district="540102")


def everything(session: Session, now: datetime) -> None:
    """Leave tickets, orders and calls of every kind."""
    answered(session, now)
    asked(session, answered(session, now + DAY), solved=False, rating=1)
    issued(session, now, district="540103")
    answers.answer(session, create_ticket(session, now=now), TOLD, actor=AGENT, now=now)
    call_scene.answered(session, now, 10)
    call_scene.answered(session, now + DAY, 40)
    call_scene.waited(session, now + DAY, 20, WhyLeft.GONE, "13989001299")
    for name, district in (("a", "540102"), ("b", "540103")):
        held = seat_scene.seat(session, name, now, district)
        seat_scene.stood(
            session,
            held,
            ("2026-11-26 09:00", SeatStatus.TALKING),
            ("2026-11-26 09:30", SeatStatus.PAUSED),
            ("2026-11-26 09:45", SeatStatus.LOGGED_OFF),
        )
    refresh_all(session, now + 2 * DAY)


def listed(session: Session, code: str, part: Part, chosen: Chosen, reader: Actor) -> list[Thing]:
    return behind(session, code, EVER, part, chosen=chosen, limit=999, reader=reader)


@pytest.mark.parametrize("reader", [READER, LHASA])
def test_every_figure_is_the_length_of_its_lists(
    session: Session, now: datetime, reader: Actor
) -> None:
    everything(session, now)
    found = reading.figures(session, EVER, reader=reader)[TOTAL]
    assert set(found) == {each.code for each in definitions.packaged()}
    for code, figure in found.items():
        counted = listed(session, code, Part.COUNTED, reading.ALL, reader)
        judged = listed(session, code, Part.ALL, reading.ALL, reader)
        rest = listed(session, code, Part.REST, reading.ALL, reader)
        own = [each.counts for each in counted]
        if figure.kind in RANKS:
            assert own == sorted(own, reverse=True)
            assert document.counted_as(figure.kind, own) == figure.numerator, code
        else:
            assert sum(own) == figure.numerator, code
        if figure.kind is not Kind.SHARE:  # which is of seconds
            assert len(judged) == figure.denominator, code
        assert {each.name for each in (*counted, *rest)} == {each.name for each in judged}
        assert len(counted) + len(rest) == len(judged)


@pytest.mark.parametrize("key", list(Key))
def test_figures_by_a_key_add_up_and_each_has_its_own_list(
    session: Session, now: datetime, key: Key
) -> None:
    everything(session, now)
    summed = [each.code for each in definitions.packaged() if each.kind not in RANKS]
    total = reading.figures(session, EVER, reader=READER)[TOTAL]
    parts = reading.figures(session, EVER, by=key, reader=READER)
    for code in {code for each in parts.values() for code in each} & set(summed):
        sums = [golden(each[code]) for each in parts.values() if code in each]
        assert tuple(map(sum, zip(*sums, strict=True))) == golden(total[code])
    if key in (Key.DEPARTMENT, Key.HOUR):
        for value, figures in parts.items():
            one = Chosen(hour=int(value)) if key is Key.HOUR else Chosen(department=value)
            alone = reading.figures(session, EVER, chosen=one, reader=READER)[TOTAL]
            assert dict(alone) == dict(figures)


def test_a_list_goes_on_page_by_page_without_a_gap(session: Session, now: datetime) -> None:
    made = [issued(session, now + each * DAY).number for each in (0, 0, 1, 1, 2)]
    refresh_all(session, now + 3 * DAY)
    found: list[str] = []
    place: Place | None = None
    while page := behind(session, "received", EVER, before=place, limit=2, reader=READER):
        found += [each.name for each in page]
        place = page[-1].place
    assert found == made[::-1]


def test_a_sealed_ticket_is_counted_for_its_readers_alone_and_at_once(
    session: Session, now: datetime, lead: Actor
) -> None:
    order = issued(session, now)
    ticket = session.get_one(Ticket, order.ticket_id)
    ticket.call_id = create_ended_call(session, now=now).id
    refresh_all(session, now)
    mine, other = somebody(session, "mine", Role.SUPERVISOR, now), READER
    seal = Seal("举报", ["mine"])
    sealing.seal(session, ticket, seal, actor=lead, now=now)
    for refreshed in (False, True):  # the facts do not know it yet; and they do
        if refreshed:
            refresh_all(session, now)
        for code in ("requests", "received", "inbound"):
            for reader, count in ((mine, 1 if refreshed else 0), (other, 0)):
                found = reading.figures(session, EVER, codes=[code], reader=reader)[TOTAL]
                assert found[code].numerator == count, (code, reader)
                assert len(behind(session, code, EVER, reader=reader)) == count


def test_another_district_s_things_are_not_counted(session: Session, now: datetime) -> None:
    everything(session, now)
    by_place = reading.figures(session, EVER, by=Key.DISTRICT, codes=["received"], reader=LHASA)
    assert set(by_place) == {"540102"}
    everywhere = reading.figures(session, EVER, by=Key.DISTRICT, codes=["received"], reader=READER)
    assert set(everywhere) == {"540102", "540103"}
    one = Chosen(district="540103")
    found = reading.figures(session, EVER, codes=["received"], chosen=one, reader=READER)[TOTAL]
    assert golden(found["received"]) == (1, 1, 0)


def test_each_day_is_judged_by_the_version_that_held_on_it(session: Session, now: datetime) -> None:
    answered(session, now)
    answered(session, now + DAY, late=timedelta(days=30))
    refresh_all(session, now + 60 * DAY)
    first = now.date()
    defined = [
        redefined("close_on_time", until=first),
        redefined("close_on_time", version=2, since=first + DAY, numerator="contacted_on_time"),
    ]
    found = reading.figures(session, EVER, reader=READER, defined=defined)[TOTAL]["close_on_time"]
    assert (golden(found), found.versions) == ((1, 2, 0), (1, 2))
    judged = behind(session, "close_on_time", EVER, Part.ALL, reader=READER, defined=defined)
    assert [each.counts for each in judged] == [0, 1]
    alone = Period(first + DAY, first + DAY)
    later = reading.figures(session, alone, reader=READER, defined=defined)[TOTAL]["close_on_time"]
    assert (golden(later), later.versions) == ((0, 1, 0), (2,))


def test_what_can_t_be_meant_is_refused(session: Session) -> None:
    with pytest.raises(NotFound):
        behind(session, "nothing", EVER, reader=READER)
    with pytest.raises(Invalid):
        reading.figures(session, Period(date(2026, 2, 1), date(2026, 1, 1)), reader=READER)
    assert behind(session, "connect", EVER, chosen=Chosen(department="x"), reader=READER) == []


def test_a_value_is_a_rate_a_mean_or_a_count() -> None:
    assert reading.Figure("x", Kind.RATE, 1, 3).value == 33.3
    assert reading.Figure("x", Kind.MEAN, 50, 4).value == 12.5
    assert reading.Figure("x", Kind.COUNT, 5, 7).value == 5
    assert reading.Figure("x", Kind.SHARE, 1, 3).value == 33.3
    assert reading.Figure("x", Kind.P90, 50, 4).value == 50
    assert reading.Figure("x", Kind.RATE).value is None
    assert reading.Figure("x", Kind.P90).value is None


def test_the_three_rates_weigh_what_the_day_says() -> None:
    day = date(2026, 6, 1)
    rates = {"response": (9, 10), "resolution": (8, 10), "satisfaction": (6, 10)}
    assert weights.score(rates, day) == 30 * 0.9 + 35 * 0.8 + 35 * 0.6
    assert weights.score({**rates, "response": (0, 0)}, day) == 70.0
    assert weights.score({}, day) is None
    assert weights.score(rates, date(2019, 1, 1)) is None
    assert {each.unit for each in definitions.packaged()} == set(Unit)
