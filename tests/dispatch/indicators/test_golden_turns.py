"""Golden cases of what took a turn: merged, reopened, sent on, over the new year, provisional."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from dispatch.clustering import clusters
from dispatch.ending import answers, endings
from dispatch.ending.endings import RedoReason
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.returns import Return
from dispatch.indicators.reading import Period
from dispatch.models import Ticket
from dispatch.terms import ClockKind
from telephony.queueing import WhyLeft
from tests.console.portal_own.scene import AGENT, ANSWER, SYSTEM, answered, asked, issued
from tests.dispatch import cluster_scene, holiday_scene
from tests.dispatch.deciding_scene import TOLD
from tests.dispatch.dispatching_scene import CITY
from tests.dispatch.indicators import call_scene
from tests.dispatch.indicators.scene import DAY, measured
from tests.factories import create_ticket, system_of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NEW_YEAR = datetime.fromisoformat("2027-01-01T00:00:00+08:00")
OLD, NEW = (Period(date(year, 1, 1), date(year, 12, 31)) for year in (2026, 2027))
RATES = ("response", "resolution", "satisfaction")


def test_what_was_answered_on_the_line_and_sent_days_later_was_not_sent_in_time(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    answers.answer(session, ticket, TOLD, actor=AGENT, now=now + MINUTE)
    assert measured(session, now + DAY, "dispatch_on_time") == {"dispatch_on_time": (0, 0, 1)}
    endings.reopen(session, ticket, reason=RedoReason.CALLED_AGAIN, actor=AGENT, now=now + DAY)
    cluster_scene.send(session, ticket, now + 4 * DAY)
    found = measured(session, now + 4 * DAY, "dispatch_on_time", "direct_answer", "first_contact")
    assert found == {
        "dispatch_on_time": (0, 1, 0),
        "direct_answer": (0, 1, 0),  # a department has it now
        "first_contact": (0, 1, 0),
    }


def test_a_merged_ticket_is_sent_by_nobody_and_one_that_left_by_its_own_clock(
    session: Session, now: datetime
) -> None:
    main, second, third = cluster_scene.three(session, now)
    clusters.merge(session, main, [second, third], "同一路段", actor=AGENT, now=now + MINUTE)
    cluster_scene.send(session, main, now + 2 * MINUTE)
    found = measured(session, now + DAY, "dispatch_on_time", "requests", "reminded")
    assert found == {
        "dispatch_on_time": (1, 1, 2),
        "requests": (3, 3, 0),
        "reminded": (0, 3, 0),
    }
    clusters.unmerge(session, third, "另一盏灯", actor=AGENT, now=now + DAY)
    cluster_scene.send(session, third, now + 4 * DAY)
    assert measured(session, now + 4 * DAY, "dispatch_on_time") == {"dispatch_on_time": (1, 2, 1)}


def test_a_reopened_matter_is_judged_by_each_of_its_rounds(session: Session, now: datetime) -> None:
    first = answered(session, now)
    ticket = asked(session, first, solved=False, rating=1)
    again = orders.of_ticket(session, ticket)[-1]
    at = again.dispatched_at
    orders.accept(session, again, actor=SYSTEM, now=at + MINUTE)
    then = at + 30 * DAY  # the first round was in time, putting it right was not
    soon = at + HOUR
    orders.log_contact(session, again, reached=True, text="", at=soon, actor=SYSTEM, now=soon)
    replies.reply(session, again, ANSWER, actor=SYSTEM, now=then)
    reviews.complete(session, again, actor=AGENT, now=then)
    halfway = measured(session, then)
    assert halfway["callback_success"] == (1, 1, 0)  # the second round has not ended
    assert {code: halfway[code] for code in RATES} == {
        "response": (1, 1, 1),
        "resolution": (0, 1, 1),
        "satisfaction": (0, 1, 1),
    }
    asked(session, again, solved=True, rating=5)
    found = measured(session, then + 60 * DAY)
    assert found["requests"] == found["matters"] == (1, 1, 0)
    assert found["received"] == (2, 2, 0)
    assert found["close_on_time"] == (1, 2, 0)
    assert found["sign_on_time"] == found["contact_on_time"] == (2, 2, 0)
    assert found["redo"] == (1, 2, 0)
    assert found["rectification"] == (0, 1, 1)
    assert found["response"] == (2, 2, 0)
    assert found["resolution"] == found["satisfaction"] == (1, 2, 0)
    assert found["callback_success"] == (1, 1, 0)  # one ticket, its newest round
    assert found["dispatch_on_time"] == (1, 1, 0)


def test_what_went_from_one_unit_to_another_is_judged_by_the_clock_that_ran_on(
    session: Session, now: datetime
) -> None:
    back = Return("not_our_duty", "三定方案", CITY)
    order = issued(session, now)
    reviews.return_order(session, order, back, actor=SYSTEM, now=now + HOUR)
    ticket = session.get_one(Ticket, order.ticket_id)
    to = [orders.Assignment(CITY)]
    dispatching.dispatch(session, ticket, to, actor=AGENT, now=now + DAY)
    (second,) = [each for each in orders.of_ticket(session, ticket) if each.id != order.id]
    orders.accept(session, second, actor=system_of(CITY), now=now + DAY + MINUTE)
    found = measured(session, now + 60 * DAY)
    assert found["received"] == (2, 2, 0)
    assert found["return"] == (1, 2, 0)
    assert found["dispatch_accuracy"] == (1, 2, 0)
    assert found["dispatch_on_time"] == (1, 1, 0)  # when it first went out
    assert found["sign_on_time"] == (1, 1, 1)  # of the first nothing is said
    assert found["close_on_time"] == found["contact_on_time"] == (0, 1, 1)
    assert found["redo"] == (0, 0, 2)


def test_over_the_new_year_a_ticket_stays_in_the_old_and_its_order_falls_in_the_new(
    session: Session,
) -> None:
    ticket = create_ticket(session, now=NEW_YEAR - MINUTE)
    cluster_scene.answer(session, cluster_scene.send(session, ticket, NEW_YEAR), NEW_YEAR + HOUR)
    cluster_scene.hear(session, ticket, 5, NEW_YEAR + DAY)
    codes = ("requests", "dispatch_on_time", "callback_success", "received", "satisfaction")
    found = [measured(session, NEW_YEAR + 2 * DAY, *codes, period=each) for each in (OLD, NEW)]
    assert found == [
        {
            **dict.fromkeys(codes[:3], (1, 1, 0)),
            **dict.fromkeys(codes[3:], (0, 0, 0)),
        },
        {
            **dict.fromkeys(codes[:3], (0, 0, 0)),
            **dict.fromkeys(codes[3:], (1, 1, 0)),
        },
    ]


def test_who_rang_before_the_new_year_or_hung_up_at_once_rings_again_after_it(
    session: Session,
) -> None:
    gone = (WhyLeft.GONE, "13989000001")
    call_scene.waited(session, NEW_YEAR - 3 * DAY, 2, *gone)  # short, and a call all the same
    call_scene.answered(session, NEW_YEAR + 2 * DAY, 3, caller="13989000001")
    codes = ("repeat_7", "repeat_30", "recur_7", "recur_30", "abandon_short", "wait_longest")
    found = [measured(session, NEW_YEAR + 9 * DAY, *codes, period=each) for each in (OLD, NEW)]
    repeats, short, longest = codes[:4], codes[4], codes[5]
    assert {each[code] for each in found[:1] for code in repeats} == {(0, 1, 0)}
    assert {each[code] for each in found[1:] for code in repeats} == {(1, 1, 0)}
    assert [each[short] for each in found] == [(1, 1, 0), (0, 1, 0)]
    assert [each[longest] for each in found] == [(2, 1, 0), (3, 1, 0)]


def test_signing_and_putting_right_by_clocks_that_are_provisional(session: Session) -> None:
    eve = datetime.fromisoformat("2026-12-31T17:00:00+08:00")  # an hour is left of the year
    ticket = holiday_scene.dispatched(session, eve)
    clock = holiday_scene.clock_of(session, ticket, ClockKind.ACCEPT_BY)
    assert clock.provisional
    again = asked(session, answered(session, eve - 3 * DAY), solved=False, rating=1)
    assert holiday_scene.clock_of(session, again, ClockKind.RECTIFY_BY).provisional
    late = clock.due_at + 40 * DAY
    before = measured(session, late, "sign_on_time", "rectification")
    assert before == {"sign_on_time": (1, 3, 0), "rectification": (0, 1, 2)}
    days = [f"2027-{month:02d}-{day:02d}" for month in (1, 2) for day in range(1, 29)]
    holiday_scene.take_in(session, holiday_scene.off(*days, "2027-01-29", "2027-01-30"), eve)
    holiday_scene.reckon(session, eve)
    after = measured(session, late, "sign_on_time", "rectification")
    assert after == {"sign_on_time": (1, 2, 1), "rectification": (0, 0, 3)}
