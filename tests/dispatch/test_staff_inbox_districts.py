"""A notice that tells of no ticket is read by whom it is for in its own district, or above it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product

import pytest
from sqlmodel import Session

from dispatch.comparing.notices import Says as OfComparing
from dispatch.hot import deciding
from dispatch.inspection.notices import Says as OfInspection
from dispatch.letters.notices import Says as OfLetters
from dispatch.notices import knowledge_notices, staff_inbox, staff_notices
from dispatch.notices.staff_notices import Owed
from dispatch.problems import milestones
from dispatch.ratings.telling import Says as OfRatings
from dispatch.reports import recipients as of_reports
from dispatch.timing.clocks import Threshold
from dispatch.timing.escalation import Owner, Tier, recipient
from dispatch.webhooks import dead_letters
from hotline.core.accounts import Actor, Role
from hotline.core.errors import NotFound
from tests.factories import create_ticket

# 林周县 lies beside 城关区, both in 拉萨市.
HERE, BESIDE, ABOVE, ELSEWHERE = "540102", "540121", "540100", "540600"
SAYS = (
    *OfInspection,
    *OfRatings,
    *OfLetters,
    *OfComparing,
    *Threshold,  # a letter's clocks
    *(of_reports.TO_SIGN, of_reports.RECEIVED, of_reports.FAILED),
    *sorted(knowledge_notices.SAYS),
    *(milestones.SAYS, deciding.SAYS, dead_letters.SAYS),
)
TIERS = (
    recipient(Tier.ANSWERABLE, Owner(HERE)),
    recipient(Tier.LEADER, Owner(HERE)),
    recipient(Tier.SUPERVISION, Owner(HERE)),
)
READ_BY = {
    "agents": (Role.AGENT, Role.TEAM_LEAD, Role.ADMINISTRATOR),
    "team_lead": (Role.TEAM_LEAD, Role.ADMINISTRATOR),
    "supervision": (Role.SUPERVISOR, Role.ADMINISTRATOR),
}
INSIDE = (Role.AGENT, Role.TEAM_LEAD, Role.SUPERVISOR, Role.ADMINISTRATOR)


def told(session: Session, says: str, to: str, now: datetime, ticket: str = "") -> None:
    owed = Owed(f"{says}:1", to, "red", says, ticket, "", "", now)
    staff_notices.owe(session, [owed], now=now)


def people(*districts: str) -> Iterator[Actor]:
    for role, district in product(INSIDE, districts):
        yield Actor(f"{role}-{district}", role, district=district)


@pytest.mark.parametrize("says", SAYS)
def test_a_notice_without_a_ticket_stays_in_its_district(
    session: Session, now: datetime, says: str
) -> None:
    for to in TIERS:
        told(session, says, to, now)
    for actor in people("", ABOVE, HERE, BESIDE, ELSEWHERE):
        found = {notice.recipient for notice, _ in staff_inbox.listed(session, actor)}
        near = actor.district in ("", ABOVE, HERE)
        theirs = {to for to in TIERS if actor.role in READ_BY[to.partition(":")[0]]}
        assert found == (theirs if near else set()), actor


def test_what_is_not_listed_is_not_read_either(session: Session, now: datetime) -> None:
    told(session, OfRatings.CALL, f"team_lead:{HERE}", now)
    lead = Actor("lead", Role.TEAM_LEAD, district=HERE)
    ((notice, _),) = staff_inbox.listed(session, lead)
    beside = Actor("beside", Role.TEAM_LEAD, district=BESIDE)
    with pytest.raises(NotFound):
        staff_inbox.read(session, notice.id or 0, actor=beside, now=now)
    assert staff_inbox.read(session, notice.id or 0, actor=lead, now=now)[1] == now


def test_a_notice_to_one_person_finds_them_wherever_they_work(
    session: Session, now: datetime
) -> None:
    told(session, OfInspection.RESULT, "person:dawa", now)
    for district in ("", HERE, ELSEWHERE):
        dawa, other = (Actor(name, Role.AGENT, district=district) for name in ("dawa", "pema"))
        assert len(staff_inbox.listed(session, dawa)) == 1
        assert staff_inbox.listed(session, other) == []


def test_a_department_reads_its_own_wherever_it_lies(session: Session, now: datetime) -> None:
    for says in (OfLetters.ISSUED, OfComparing.PUBLISHED, deciding.SAYS):
        told(session, says, f"leader:{HERE}-urban", now)
    own, other = (Actor(f"{code}-urban", Role.LEADER, f"{code}-urban") for code in (HERE, ABOVE))
    assert len(staff_inbox.listed(session, own)) == 3
    assert staff_inbox.listed(session, other) == []


def test_what_nobody_s_district_is_known_of_is_for_who_works_for_the_whole_site(
    session: Session, now: datetime
) -> None:
    """An agent without a district appeals: the notice names none."""
    told(session, OfInspection.APPEALED, recipient(Tier.LEADER, Owner("")), now)
    whole, county = Actor("a", Role.TEAM_LEAD), Actor("b", Role.TEAM_LEAD, district=HERE)
    assert len(staff_inbox.listed(session, whole)) == 1
    assert staff_inbox.listed(session, county) == []


def test_a_notice_of_a_ticket_goes_by_the_ticket(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    ticket.district = HERE
    session.flush()
    told(session, Threshold.DUE, f"team_lead:{HERE}", now, ticket.number)
    seen = [
        actor.district
        for actor in people("", ABOVE, HERE, BESIDE)
        if actor.role is Role.TEAM_LEAD and staff_inbox.listed(session, actor)
    ]
    assert seen == ["", ABOVE, HERE]
