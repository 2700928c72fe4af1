"""Every indicator of tickets and orders by hand, and that no indicator is without a golden case."""

from datetime import date, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, select

from dispatch.beside import extensions, supervision
from dispatch.beside.supervision import Cause
from dispatch.callback import callback_record
from dispatch.callback.callback_plan import CallbackStatus
from dispatch.clustering import clusters
from dispatch.ending import answers, endings
from dispatch.ending.endings import RedoReason
from dispatch.handling import arbitration, dispatching, orders, replies, reviews
from dispatch.handling.returns import Return
from dispatch.indicators import definitions
from dispatch.indicators.reading import Period
from dispatch.models import Clock, Rating, Ticket, WorkOrder
from dispatch.ratings.models_ratings import RatingExclusion
from dispatch.terms import ClockKind
from hotline.core.accounts import MACHINE
from tests.console.portal_own.scene import AGENT, ANSWER, SYSTEM, answered, asked, issued
from tests.dispatch import cluster_scene, holiday_scene
from tests.dispatch.arbitration_scene import BASIS, LEAD, contested, open_case
from tests.dispatch.deciding_scene import TOLD
from tests.dispatch.dispatching_scene import CITY, URBAN
from tests.dispatch.indicators.scene import DAY, measured
from tests.dispatch.onward_scene import city_order, give_on
from tests.factories import create_ticket

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LATE = timedelta(days=60)
BACK = Return("not_our_duty", "三定方案", "540102-water")
ON_TIME = ("sign_on_time", "contact_on_time", "close_on_time")


def test_every_indicator_has_a_golden_case() -> None:
    told = "".join(each.read_text("utf-8") for each in Path(__file__).parent.glob("test_golden*"))
    names = {*ON_TIME, *(each.code for each in definitions.packaged())}
    assert {each for each in names if f'"{each}"' not in told} == set()


def test_what_is_done_in_time_and_what_is_late_and_what_still_runs(
    session: Session, now: datetime
) -> None:
    answered(session, now)
    answered(session, now, late=timedelta(days=30))
    issued(session, now)
    soon = measured(session, now + MINUTE, *ON_TIME)
    assert soon == dict.fromkeys(ON_TIME, (1, 2, 1))  # the third is not due yet
    after = measured(session, now + LATE, "received", *ON_TIME)
    assert {code: after[code] for code in ON_TIME} == dict.fromkeys(ON_TIME, (1, 3, 0))
    assert after["received"] == (3, 3, 0)


def test_a_returned_order_is_in_no_rate_of_time_and_a_recalled_one_nowhere(
    session: Session, now: datetime
) -> None:
    given_back, taken_back = issued(session, now), issued(session, now)
    issued(session, now)
    reviews.return_order(session, given_back, BACK, actor=SYSTEM, now=now)
    ticket = session.get_one(Ticket, taken_back.ticket_id)
    dispatching.recall(session, ticket, taken_back, "派错了", actor=AGENT, now=now)
    found = measured(session, now + LATE)
    assert found["received"] == (2, 2, 0)
    assert found["return"] == (1, 2, 0)
    assert found["extension"] == (0, 1, 1)
    assert {code: found[code] for code in ON_TIME} == dict.fromkeys(ON_TIME, (0, 1, 1))
    assert found["dispatch_accuracy"] == (1, 2, 0)


def test_a_return_that_arbitration_did_not_uphold_was_rightly_sent(
    session: Session, now: datetime
) -> None:
    ticket = contested(session, now)  # two departments gave it back
    case = open_case(session, ticket)
    arbitration.decide(session, case, URBAN, BASIS, actor=LEAD, now=now + DAY)
    found = measured(session, now + DAY)
    assert found["return"] == (2, 3, 0)
    assert found["dispatch_accuracy"] == (2, 3, 0)  # the other department's return stood


def test_what_a_unit_gave_on_is_its_order_but_not_the_hotline_s_choice(
    session: Session, now: datetime
) -> None:
    _, order = city_order(session, now, CITY)
    give_on(session, order, now + HOUR, URBAN)
    found = measured(session, now + DAY, "received", "dispatch_accuracy", "redo")
    assert found == {
        "received": (2, 2, 0),
        "dispatch_accuracy": (1, 1, 1),
        "redo": (0, 0, 2),  # neither is completed
    }


def test_extensions_that_were_granted(session: Session, now: datetime) -> None:
    for granted in (True, False):
        order = issued(session, now)
        orders.accept(session, order, actor=SYSTEM, now=now)
        more = extensions.request_extension(session, order, 2, "等材料", actor=SYSTEM, now=now)
        extensions.decide_extension(session, more, granted, "再想想", actor=LEAD, now=now)
    assert measured(session, now + MINUTE, "extension") == {"extension": (1, 2, 0)}


def test_supervised_as_an_order_or_while_it_led_its_ticket(session: Session, now: datetime) -> None:
    first, second, _ = (issued(session, now) for _ in range(3))
    for order, named in ((first, first), (second, None)):
        ticket = session.get_one(Ticket, order.ticket_id)
        supervision.supervise(
            session, ticket, named, Cause.PERSON, "请重视", actor=MACHINE, now=now + MINUTE
        )
    assert measured(session, now + HOUR, "supervision") == {"supervision": (2, 3, 0)}


def test_only_what_requesters_expressed_is_in_the_three_rates(
    session: Session, now: datetime
) -> None:
    good, bad, best = (answered(session, now) for _ in range(3))
    answered(session, now)  # nobody has asked about it yet
    asked(session, good, solved=True, rating=None)
    asked(session, bad, solved=False, rating=2)
    asked(session, best, solved=True, rating=3)
    found = measured(session, now + DAY)
    assert found["response"] == (3, 3, 2)  # what is done again is a fifth order
    assert found["resolution"] == (2, 3, 2)
    assert found["satisfaction"] == (1, 2, 3)
    assert found["redo"] == (1, 4, 1)
    assert found["callback_success"] == (3, 3, 1)


def _rated_bad(session: Session, now: datetime) -> WorkOrder:
    """Return the order by which a bad rating is put right."""
    first = answered(session, now)
    ticket = asked(session, first, solved=False, rating=1)
    return orders.of_ticket(session, ticket)[-1]


def test_a_bad_rating_is_put_right_in_its_own_time(session: Session, now: datetime) -> None:
    prompt, slow, _ = (_rated_bad(session, now) for _ in range(3))
    at = prompt.dispatched_at
    orders.accept(session, prompt, actor=SYSTEM, now=at)
    replies.reply(session, prompt, ANSWER, actor=SYSTEM, now=at + HOUR)
    found = measured(session, at + HOUR, "rectification")
    assert found["rectification"] == (1, 1, 5)  # two still run, three are theirs
    orders.accept(session, slow, actor=SYSTEM, now=at)
    replies.reply(session, slow, ANSWER, actor=SYSTEM, now=at + LATE)
    found = measured(session, at + LATE, "rectification")
    assert found["rectification"] == (1, 3, 3)


def test_an_excluded_rating_is_in_none_of_the_three_rates(session: Session, now: datetime) -> None:
    _rated_bad(session, now)
    rating = session.exec(select(Rating)).one()
    row = RatingExclusion(
        rating_id=rating.id or 0, department=URBAN, reason="x", basis="appeal", at=now, by="x"
    )
    session.add(row)
    found = measured(session, now + LATE)
    for code in ("response", "resolution", "satisfaction", "rectification"):
        assert found[code] == (0, 0, 2), code


def test_merged_tickets_are_one_matter_and_each_a_request(session: Session, now: datetime) -> None:
    main, second, third = cluster_scene.three(session, now)
    clusters.merge(session, main, [second, third], "同一路段", actor=AGENT, now=now)
    assert measured(session, now, "requests", "matters") == {
        "requests": (3, 3, 0),
        "matters": (1, 3, 0),
    }
    clusters.unmerge(session, third, "另一盏灯", actor=AGENT, now=now + HOUR)
    assert measured(session, now + HOUR, "matters") == {"matters": (2, 3, 0)}


def test_a_merged_ticket_s_callback_is_its_own_and_its_order_its_main_s(
    session: Session, now: datetime
) -> None:
    main, second, third = cluster_scene.three(session, now)
    clusters.merge(session, main, [second, third], "同一路段", actor=AGENT, now=now)
    cluster_scene.answer(session, cluster_scene.send(session, main, now + HOUR), now + DAY)
    cluster_scene.hear(session, second, 5, now + 2 * DAY)
    found = measured(session, now + 2 * DAY)
    assert found["received"] == (1, 1, 0)
    assert found["callback_success"] == (1, 1, 2)
    assert found["satisfaction"] == (0, 0, 1)  # of the order's own ticket nobody has said it


def test_answered_on_the_line_and_not_again(session: Session, now: datetime) -> None:
    once, again, _ = (create_ticket(session, now=now) for _ in range(3))
    for ticket in (once, again):
        answers.answer(session, ticket, TOLD, actor=AGENT, now=now)
    endings.reopen(session, again, reason=RedoReason.CALLED_AGAIN, actor=AGENT, now=now + DAY)
    found = measured(session, now + DAY)
    assert found["direct_answer"] == (2, 3, 0)
    assert found["first_contact"] == (1, 3, 0)
    answers.answer(session, again, TOLD, actor=AGENT, now=now + DAY)
    assert measured(session, now + DAY, "first_contact") == {"first_contact": (1, 3, 0)}


def test_dispatched_in_time_by_the_first_clock_of_it(session: Session, now: datetime) -> None:
    issued(session, now)
    late = create_ticket(session, now=now)
    to = [orders.Assignment(URBAN)]
    dispatching.dispatch(session, late, to, actor=AGENT, now=now + 3 * DAY)
    create_ticket(session, now=now)  # nobody ever sends it
    told = create_ticket(session, now=now)
    answers.answer(session, told, TOLD, actor=AGENT, now=now)
    found = measured(session, now + 3 * DAY, "dispatch_on_time")
    assert found["dispatch_on_time"] == (1, 3, 1)


def test_who_could_not_be_reached_and_who_asked_again(session: Session, now: datetime) -> None:
    for status in (CallbackStatus.UNREACHABLE, CallbackStatus.CANCELLED):
        ticket = session.get_one(Ticket, answered(session, now).ticket_id)
        callback_record.of_ticket(session, ticket)[-1].status = status
    ticket.reminders = 3
    asked(session, answered(session, now), solved=True, rating=5)
    found = measured(session, now + DAY)
    assert found["callback_success"] == (1, 2, 1)
    assert found["reminded"] == (1, 3, 0)


def test_the_turn_of_the_year_is_beijing_s(session: Session) -> None:
    midnight = datetime.fromisoformat("2027-01-01T00:00:00+08:00")
    for at in (midnight - MINUTE, midnight, midnight + MINUTE):
        issued(session, at)
    old, new = (Period(date(year, 1, 1), date(year, 12, 31)) for year in (2026, 2027))
    assert measured(session, midnight + HOUR, "received", period=old) == {"received": (1, 1, 0)}
    assert measured(session, midnight + HOUR, "received", period=new) == {"received": (2, 2, 0)}


def test_a_provisional_clock_is_judged_as_it_stands_and_again_once_it_is_reckoned(
    session: Session,
) -> None:
    at = datetime.fromisoformat("2026-12-30T10:00:00+08:00")
    ticket = holiday_scene.dispatched(session, at)
    clock = holiday_scene.clock_of(session, ticket, ClockKind.REPLY_BY)
    assert clock.provisional
    asked_at = clock.due_at + HOUR
    assert measured(session, asked_at, "close_on_time") == {"close_on_time": (0, 1, 0)}
    days = [f"2027-01-{day:02d}" for day in range(4, 20)]
    holiday_scene.take_in(session, holiday_scene.off(*days), at)
    holiday_scene.reckon(session, at)
    moved = session.exec(select(Clock.due_at).where(Clock.id == clock.id)).one()
    assert moved > asked_at
    assert measured(session, asked_at, "close_on_time") == {"close_on_time": (0, 0, 1)}
