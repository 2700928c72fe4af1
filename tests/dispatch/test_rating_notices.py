"""Whom 好差评 tells what: once each, and what runs late goes up."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from dispatch.models import Ticket
from dispatch.notices.models_notices import StaffNotice
from dispatch.ratings import alerts, appeals, call_cases, reminding, verifying
from dispatch.ratings.appeals import Plea
from dispatch.ratings.call_stages import Finding
from dispatch.ratings.models_ratings import BadRating, RatingAlert
from dispatch.ratings.stages import Ground, Verdict
from hotline.core.accounts import Role
from tests.dispatch import inspection_scene as scene
from tests.dispatch.rating_scene import DEPARTMENT, JUDGE, VERIFIER, bad_rating
from tests.dispatch.test_call_rating_cases import rated_badly
from tests.factories import system_of

Told = tuple[str, str, str]
PLEA = Plea(Ground.WRONG_RATING, "诉求人说按错了键")
HOUR = timedelta(hours=1)


def told(session: Session, kind: str = "rating") -> list[Told]:
    """Return to whom which of our notices says what by which card, oldest first."""
    ours = col(StaffNotice.says).startswith(kind)
    found = session.exec(select(StaffNotice).where(ours).order_by(col(StaffNotice.id))).all()
    return [(each.recipient, each.says, each.card) for each in found]


def district_of(session: Session, bad: BadRating) -> str:
    return session.get_one(Ticket, bad.ticket_id).district


def test_a_bad_rating_is_told_to_its_department_and_to_who_has_it_verified(
    session: Session, now: datetime
) -> None:
    bad = bad_rating(session, now)
    lead = f"team_lead:{district_of(session, bad)}"
    expected = [
        (lead, "rating_verify", "yellow"),
        (f"department:{DEPARTMENT}", "rating_opened", "yellow"),
    ]
    assert sorted(told(session)) == sorted(expected)
    to_verify = select(StaffNotice.due_at).where(StaffNotice.says == "rating_verify")
    assert session.exec(to_verify).one() == bad.verify_by


def test_an_appeal_and_its_decision_are_told_to_who_is_concerned(
    session: Session, now: datetime
) -> None:
    bad = bad_rating(session, now)
    verifying.verify(session, bad, Verdict.TRUE, "属实", actor=VERIFIER, now=now)
    before = len(told(session))
    appeals.appeal(session, bad, PLEA, actor=system_of(DEPARTMENT), now=now)
    lead = f"team_lead:{district_of(session, bad)}"
    by, department = f"person:{VERIFIER}", f"department:{DEPARTMENT}"
    assert sorted(told(session)[before:]) == [
        (by, "rating_appealed", "yellow"),
        (lead, "rating_appealed", "yellow"),
    ]
    appeals.decide(session, bad, True, "录音可证", actor=JUDGE, now=now)
    assert sorted(told(session)[before + 2 :]) == [
        (department, "rating_appeal_decided", "yellow"),
        (by, "rating_appeal_decided", "yellow"),
    ]


def test_a_late_verification_goes_up_step_by_step_and_each_step_once(
    session: Session, now: datetime
) -> None:
    bad = bad_rating(session, now)
    district, before = district_of(session, bad), len(told(session))
    lead, office = f"team_lead:{district}", f"supervision:{district}"
    steps = [
        (bad.verify_by - 25 * HOUR, []),
        (bad.verify_by - HOUR, [(lead, "rating_verify", "yellow")]),
        (bad.verify_by + HOUR, [(lead, "rating_verify", "red")]),
        (bad.verify_by + 25 * HOUR, [(office, "rating_verify", "red")]),
        (bad.verify_by + 250 * HOUR, []),
    ]
    for at, new in steps:
        for _ in range(2):  # the sweep comes again, or died before it could say that it was there
            reminding.remind(session, now=at)
        assert told(session)[before:] == new
        before += len(new)


def test_what_is_found_late_at_once_is_not_said_to_be_late_soon(
    session: Session, now: datetime
) -> None:
    bad = bad_rating(session, now)
    before = len(told(session))
    reminding.remind(session, now=bad.verify_by + 48 * HOUR)
    assert [card for _, _, card in told(session)[before:]] == ["red", "red"]


def test_what_is_verified_in_time_is_told_to_nobody_else(session: Session, now: datetime) -> None:
    bad = bad_rating(session, now)
    verifying.verify(session, bad, Verdict.TRUE, "属实", actor=VERIFIER, now=now)
    assert reminding.remind(session, now=bad.verify_by + 48 * HOUR) == 0


def test_a_late_appeal_goes_up_until_it_is_decided(session: Session, now: datetime) -> None:
    bad = bad_rating(session, now)
    verifying.verify(session, bad, Verdict.TRUE, "属实", actor=VERIFIER, now=now)
    row = appeals.appeal(session, bad, PLEA, actor=system_of(DEPARTMENT), now=now)
    before = len(told(session))
    reminding.remind(session, now=row.decide_by + HOUR)
    district = district_of(session, bad)
    assert told(session)[before:] == [(f"team_lead:{district}", "rating_appealed", "red")]
    appeals.decide(session, bad, False, "没有依据", actor=JUDGE, now=now)
    assert reminding.remind(session, now=row.decide_by + 48 * HOUR) == 0


def test_a_call_s_case_goes_up_by_the_limit_that_runs(session: Session, now: datetime) -> None:
    case = rated_badly(session, now)
    lead = scene.person(session, "lead", Role.TEAM_LEAD, now)
    first = case.due_at
    reminding.remind(session, now=first + HOUR)
    call_cases.verify(session, case, Finding.FOUNDED, "属实", actor=lead, now=first + HOUR)
    reminding.remind(session, now=first + 2 * HOUR)
    reminding.remind(session, now=case.due_at + 25 * HOUR)
    assert told(session, "call_rating") == [
        ("team_lead:", "call_rating", "yellow"),
        ("team_lead:", "call_rating", "red"),
        ("team_lead:", "call_rating", "red"),
        ("supervision:", "call_rating", "red"),
    ]


def test_whoever_is_given_an_alert_by_another_is_told(session: Session, now: datetime) -> None:
    lead = scene.person(session, "lead", Role.TEAM_LEAD, now)
    scene.person(session, "other", Role.TEAM_LEAD, now)
    for owner in ("lead", "other"):
        alert = RatingAlert(
            rule="copied_reply", about=owner, department="", evidence={}, found_at=now
        )
        session.add(alert)
        alerts.assign(session, alert, owner, actor=lead, now=now)
    assert told(session) == [("person:other", "rating_alert", "yellow")]
    for owner in ("lead", "other"):  # given away, it comes back
        alerts.assign(session, alert, owner, actor=lead, now=now)
    assert told(session) == [("person:other", "rating_alert", "yellow")] * 2
