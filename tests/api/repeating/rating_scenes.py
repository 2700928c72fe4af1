"""Ratings, as the writes on them find them."""

import itertools
from datetime import timedelta

from sqlmodel import Session, select

from dispatch.callback import call_ratings
from dispatch.models import Ticket
from dispatch.ratings import appeals, blind, blind_draw, call_cases
from dispatch.ratings.appeals import Plea
from dispatch.ratings.call_stages import Finding
from dispatch.ratings.models_call_ratings import BadCallRating
from dispatch.ratings.models_ratings import BlindCallback, BlindDraw, RatingAlert
from dispatch.ratings.stages import Ground
from hotline.core import accounts
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day, now
from tests.api.repeating import scenes
from tests.api.repeating.scenes import Known
from tests.dispatch.inspection_scene import talk
from tests.dispatch.rating_scene import DEPARTMENT, bad_rating, callback_of, rated

_FRESH = itertools.count(1)
_SYSTEM = Actor(f"{DEPARTMENT}#0", Role.SYSTEM, DEPARTMENT)


def bad(session: Session) -> Known:
    return {"bad_id": bad_rating(session, now()).id}


def appealed(session: Session) -> Known:
    case, plea = bad_rating(session, now()), Plea(Ground.WRONG_RATING, "按错了键")
    appeals.appeal(session, case, plea, actor=_SYSTEM, now=now())
    session.flush()
    return {"bad_id": case.id}


def a_week(_: Session) -> Known:
    day = beijing_day(now()) - timedelta(weeks=next(_FRESH) + 60)
    return {"body": {"week": blind_draw.week_before(day)}}


def drawn(session: Session) -> Known:
    ticket, _ = rated(session, now(), 5)
    draw = BlindDraw(
        period=f"x{next(_FRESH)}", seed="0", percent=5, population=[], drawn=1, at=now(), by="x"
    )
    session.add(draw)
    session.flush()
    row = BlindCallback(
        draw_id=draw.id or 0,
        callback_id=callback_of(session, ticket).id or 0,
        ticket_id=ticket.id or 0,
    )
    session.add(row)
    session.flush()
    assert blind.published(session)
    return {"blind_id": row.id}


def taken(session: Session) -> Known:
    known = drawn(session)
    row = session.get_one(BlindCallback, known["blind_id"])
    row.taken_by, row.had_by = "boss", ["boss"]
    row.taken_until = now() + timedelta(hours=1)
    for other in session.exec(select(BlindCallback).where(BlindCallback.id != row.id)).all():
        other.taken_by = ""  # one person has a few at a time
    session.flush()
    return known


def to_reveal(session: Session) -> Known:
    return {**taken(session), "body": {"reason": "盲复核"}}


def bad_call(session: Session) -> Known:
    call = talk(session, now() - timedelta(minutes=5), agent=f"rated-agent-{next(_FRESH)}")
    call_ratings.rate(session, call, 1, now=now())
    case = session.exec(select(BadCallRating).where(BadCallRating.call_id == call.id)).one()
    return {"case_id": case.id, "body": {"verdict": "founded", "note": "属实"}}


def verified_call(session: Session) -> Known:
    known = bad_call(session)
    case = session.get_one(BadCallRating, known["case_id"])
    lead = Actor("rating-lead", Role.TEAM_LEAD)
    call_cases.verify(session, case, Finding.FOUNDED, "属实", actor=lead, now=now())
    return {"case_id": case.id, "body": {"done": ["talked"], "words": "谈了"}}


def on_paper(session: Session) -> Known:
    known = scenes.settled(session)
    made = session.exec(select(Ticket.created_at).where(Ticket.number == known["ticket"])).one()
    return {**known, "body": {"filled_in_on": beijing_day(made).isoformat()}}


def alert(session: Session) -> Known:
    made = RatingAlert(
        rule="copied_reply",
        about=f"x:{next(_FRESH)}",
        department="",
        evidence={"count": 3, "orders": []},
        found_at=now(),
    )
    session.add(made)
    session.flush()
    return {"alert_id": made.id}


def alert_and_owner(session: Session) -> Known:
    name = f"rating-lead-{next(_FRESH)}"
    accounts.create_account(session, name, "", role=Role.TEAM_LEAD, now=now())
    return {**alert(session), "body": {"owner": name}}
