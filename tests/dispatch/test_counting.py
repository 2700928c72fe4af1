"""件和人次: a cluster is one matter and as many requests as people asked."""

from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch import reminders
from dispatch.clustering import clusters, counting, lookalikes
from dispatch.clustering.counting import Counts, Key, Measure, Scope
from dispatch.terms import RequestType
from hotline.core.accounts import Actor, Role
from hotline.core.privacy import Person
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
DAY = timedelta(days=1)


def test_merging_changes_matters_and_never_requests(session: Session, now: datetime) -> None:
    main, second, third = (create_ticket(session, now=now) for _ in range(3))
    scope = Scope(now, now + DAY)
    person = session.get_one(Person, second.person_id)
    reminders.remind(session, second, person, "再催一次路灯", call_id=None, now=now)
    assert counting.total(session, scope) == Counts(3, 3, 1)
    clusters.merge(session, main, [second, third], "同一路段", actor=AGENT, now=now)
    assert counting.total(session, scope) == Counts(1, 3, 1)
    behind = [number for _, number in counting.behind(session, scope, Measure.MATTERS)]
    assert behind == [main.number]
    clusters.unmerge(session, third, "不同路段", actor=AGENT, now=now)
    assert counting.total(session, scope) == Counts(2, 3, 1)
    clusters.unmerge(session, second, "不同路段", actor=AGENT, now=now)
    assert counting.total(session, scope) == Counts(3, 3, 1)


def test_a_matter_is_counted_once_where_its_main_ticket_stands(
    session: Session, now: datetime
) -> None:
    early = create_ticket(session, now=now, district="540100")
    late = create_ticket(session, now=now + DAY, district="540102")
    clusters.merge(session, early, [late], "同一路段", actor=AGENT, now=now + DAY)
    first, second = Scope(now, now + DAY), Scope(now + DAY, now + 2 * DAY)
    assert counting.total(session, first) == Counts(1, 1, 0)
    assert counting.total(session, second) == Counts(0, 1, 0)
    whole = Scope(now, now + 2 * DAY, "540000")
    assert counting.by(session, whole, Key.DISTRICT) == {
        "540100": Counts(1, 1, 0),
        "540102": Counts(0, 1, 0),
    }


def test_a_district_counts_all_below_it_and_no_other(session: Session, now: datetime) -> None:
    for district in ("540100", "540102", "540103", "540102"):
        create_ticket(session, now=now, district=district)
    figures = {
        district: counting.total(session, Scope(now, now + DAY, district)).requests
        for district in ("540000", "540100", "540102", "540103", "540200", "")
    }
    assert figures == {
        "540000": 4,
        "540100": 4,
        "540102": 2,
        "540103": 1,
        "540200": 0,
        "": 4,
    }


def test_every_figure_leads_to_its_tickets_page_by_page(session: Session, now: datetime) -> None:
    made = [create_ticket(session, now=now) for _ in range(5)]
    create_ticket(session, now=now, request_type=RequestType.COMPLAINT)
    scope, seen, after = Scope(now, now + DAY), list[str](), 0
    while True:
        rows = counting.behind(
            session,
            scope,
            Measure.REQUESTS,
            key=Key.REQUEST_TYPE,
            value="assistance",
            after=after,
            limit=2,
        )
        if not rows:
            break
        seen += [number for _, number in rows]
        after = rows[-1][0]
    assert seen == [each.number for each in made]
    assert counting.by(session, scope, Key.REQUEST_TYPE)["assistance"].requests == 5
    assert counting.by(session, scope, Key.MATTER) == {"城乡建设": Counts(6, 6, 0)}


def test_open_tickets_with_like_words_are_found_and_confidential_ones_are_not(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, text="团结路的路灯坏了一个星期，晚上很黑。")
    alike = create_ticket(session, now=now, text="团结路路灯坏了好几天，晚上太黑。")
    create_ticket(session, now=now, text="公交车站牌被撞倒了。")
    secret = create_ticket(
        session, now=now, text="团结路的路灯坏了一个星期。", request_type=RequestType.REPORT
    )
    create_ticket(session, now=now, text="团结路路灯坏了，晚上很黑。", district="540103")
    (found,) = lookalikes.find(session, ticket)
    assert (found.ticket.number, found.merged) == (alike.number, False)
    assert 0.3 <= found.similarity < 1
    assert lookalikes.find(session, secret) == []
    clusters.merge(session, ticket, [alike], "同一路段", actor=AGENT, now=now)
    assert [each.merged for each in lookalikes.find(session, ticket)] == [True]
