"""承办指标: each figure is the number of its own list, and adds up over weeks and matters."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch.beside import extensions, supervision
from dispatch.beside.supervision import Cause
from dispatch.figures import figures
from dispatch.figures.figures import Figure, Part, Reckoned, Scope
from dispatch.figures.measures import Measure
from dispatch.handling import dispatching, orders, reviews
from dispatch.handling.returns import Return
from dispatch.models import Ticket
from dispatch.ratings import exclusions
from dispatch.ratings.models_ratings import BadRating
from dispatch.ratings.stages import Ground
from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from hotline.core import accounts
from hotline.core.accounts import MACHINE, Actor, Role
from tests.api.matrix.scene import person
from tests.console.portal_own.conftest import CITY, URBAN
from tests.console.portal_own.scene import AGENT, SYSTEM, answered, asked, issued

READER = Actor("reader", Role.LEADER, URBAN)
DAY = timedelta(days=1)
MONTH = timedelta(days=40)


def scope(now: datetime, span: timedelta = MONTH) -> Scope:
    return Scope(URBAN, now, now + span)


def reckoned(session: Session, now: datetime, after: timedelta = MONTH) -> Reckoned:
    return figures.reckon(session, scope(now), reader=READER, now=now + after)


def numbers(
    session: Session, now: datetime, measure: Measure, part: Part, after: timedelta = MONTH
) -> list[str]:
    found = figures.behind(
        session, scope(now), measure, part, reader=READER, now=now + after, limit=99
    )
    return [each.number for each in found]


def everything(session: Session, now: datetime) -> None:
    """Leave orders of every kind."""
    answered(session, now)
    answered(session, now + DAY, late=timedelta(days=30))
    asked(session, answered(session, now + 8 * DAY), solved=True, rating=5)
    asked(session, answered(session, now + 9 * DAY), solved=False, rating=1)
    back = Return("not_our_duty", "三定方案", "540102-water")
    reviews.return_order(session, issued(session, now), back, actor=SYSTEM, now=now)
    longer = issued(session, now)
    orders.accept(session, longer, actor=SYSTEM, now=now)
    more = extensions.request_extension(session, longer, 2, "等材料", actor=SYSTEM, now=now)
    extensions.decide_extension(session, more, True, "", actor=AGENT, now=now)
    watched = issued(session, now, district="540103")
    ticket = session.get_one(Ticket, watched.ticket_id)
    supervision.supervise(session, ticket, watched, Cause.PERSON, "请重视", actor=MACHINE, now=now)
    issued(session, now, CITY)  # another department's


def test_every_figure_is_the_length_of_its_own_list(session: Session, now: datetime) -> None:
    everything(session, now)
    found = reckoned(session, now)
    for measure in Measure:
        figure = found.total[measure]
        of = {Part.COUNTED: figure.counted, Part.REST: figure.rest, Part.ALL: figure.judged}
        for part, count in of.items():
            behind = numbers(session, now, measure, part)
            assert len(behind) == len(set(behind)) == count, (measure, part)
        alone = figures.figure(session, scope(now), measure, reader=READER, now=now + MONTH)
        assert alone == figure


def test_figures_add_up_over_weeks_and_matters(session: Session, now: datetime) -> None:
    everything(session, now)
    found = reckoned(session, now)
    assert figures.added(*found.by_week.values()) == found.total
    assert figures.added(*found.by_matter.values()) == found.total
    assert found.total[Measure.RECEIVED].counted > 6
    assert list(found.by_week) == figures.weeks(scope(now))


def test_what_was_done_in_time_counts_and_what_was_not_does_not(
    session: Session, now: datetime
) -> None:
    prompt, slow = answered(session, now), answered(session, now, late=timedelta(days=30))
    for measure in (Measure.ACCEPTED, Measure.CONTACTED, Measure.REPLIED):
        assert numbers(session, now, measure, Part.COUNTED) == [prompt.number]
        assert numbers(session, now, measure, Part.REST) == [slow.number]


def test_what_still_runs_is_judged_by_nobody_until_it_is_due(
    session: Session, now: datetime
) -> None:
    waiting = issued(session, now)
    young, old = timedelta(minutes=1), MONTH
    assert numbers(session, now, Measure.REPLIED, Part.ALL, young) == []
    assert numbers(session, now, Measure.REPLIED, Part.REST, old) == [waiting.number]
    assert reckoned(session, now, young).total[Measure.REPLIED].percent is None


def test_a_returned_order_is_in_no_rate_of_time_and_a_recalled_one_nowhere(
    session: Session, now: datetime
) -> None:
    given_back, taken_back = issued(session, now), issued(session, now)
    back = Return("not_our_duty", "三定方案", "540102-water")
    reviews.return_order(session, given_back, back, actor=SYSTEM, now=now)
    ticket = session.get_one(Ticket, taken_back.ticket_id)
    dispatching.recall(session, ticket, taken_back, "派错了", actor=AGENT, now=now)
    total = reckoned(session, now).total
    assert total[Measure.RECEIVED] == Figure(1, 1)
    assert total[Measure.RETURNED] == Figure(1, 1)
    for measure in (Measure.ACCEPTED, Measure.CONTACTED, Measure.REPLIED):
        assert total[measure] == Figure(0, 0)


def test_only_what_a_requester_expressed_is_a_rate(session: Session, now: datetime) -> None:
    good, bad = answered(session, now), answered(session, now)
    answered(session, now)  # nobody has asked about it yet
    asked(session, good, solved=True, rating=None)
    asked(session, bad, solved=False, rating=2)
    total = reckoned(session, now).total
    assert total[Measure.RESPONDED] == Figure(2, 2)
    assert total[Measure.RESOLVED] == Figure(1, 2)
    assert total[Measure.SATISFIED] == Figure(0, 1)
    assert numbers(session, now, Measure.REDONE, Part.COUNTED) == [bad.number]
    assert total[Measure.REDONE].judged == 3


def test_an_excluded_rating_is_in_no_figure(session: Session, now: datetime) -> None:
    asked(session, answered(session, now), solved=True, rating=1)
    assert reckoned(session, now).total[Measure.SATISFIED] == Figure(0, 1)
    bad = session.exec(select(BadRating)).one()
    exclusions.exclude(
        session, bad, Ground.FALSE_RATING, exclusions.VERIFICATION, actor=MACHINE, now=now + DAY
    )
    session.flush()
    total = reckoned(session, now).total
    assert total[Measure.SATISFIED] == Figure(0, 0)
    assert total[Measure.RESOLVED] == total[Measure.RESPONDED] == Figure(0, 0)


def test_an_order_belongs_to_its_beijing_day_and_week(session: Session, now: datetime) -> None:
    sunday = datetime.fromisoformat("2026-11-29T23:59:00+08:00")
    monday = sunday + timedelta(minutes=1)
    issued(session, sunday)
    issued(session, monday)
    found = reckoned(session, now).by_week
    per_week = {week: each[Measure.RECEIVED].counted for week, each in found.items()}
    assert per_week[date(2026, 11, 23)] == per_week[date(2026, 11, 30)] == 1
    one = Scope(URBAN, sunday, monday)
    alone = figures.figure(session, one, Measure.RECEIVED, reader=READER, now=monday)
    assert alone == Figure(1, 1)


def test_a_sealed_order_is_counted_for_its_readers_alone(session: Session, now: datetime) -> None:
    order = issued(session, now)
    ticket = session.get_one(Ticket, order.ticket_id)
    person(session, "reader", Role.LEADER, department=URBAN)
    keeper = accounts.as_actor(person(session, "keeper", Role.SUPERVISOR))
    sealing.seal(session, ticket, Seal("举报", ["reader"]), actor=keeper, now=now)
    other = Actor("other", Role.LEADER, URBAN)
    for reader, count in ((READER, 1), (other, 0)):
        found = figures.reckon(session, scope(now), reader=reader, now=now)
        assert found.total[Measure.RECEIVED].counted == count


@pytest.mark.parametrize("matter", ["城乡建设", ""])
def test_a_matter_has_its_own_figures(session: Session, now: datetime, matter: str) -> None:
    category = (matter, "市政设施", "路灯") if matter else ()
    order = issued(session, now, category=category)
    issued(session, now, category=("社会保障", "", ""))
    found = figures.behind(
        session, scope(now), Measure.RECEIVED, matter=matter, reader=READER, now=now
    )
    assert [each.number for each in found] == [order.number]
    assert reckoned(session, now).by_matter[matter][Measure.RECEIVED] == Figure(1, 1)
