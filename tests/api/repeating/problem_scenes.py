"""Problems and cases, as the writes on them find them."""

import itertools
from datetime import date

from sqlmodel import Session

from dispatch.problems import life, moving
from dispatch.problems.moving import Wish
from dispatch.problems.states import Action
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now
from tests.api.repeating.scenes import COUNTY, Known
from tests.dispatch.cases import scene as cases
from tests.dispatch.hot_scene import alert_of
from tests.dispatch.problems import scene as problems
from tests.factories import system_of

_FRESH = itertools.count(1)


def a_plan(session: Session) -> Known:
    return {"body": {"owner": _owner(session)}}


def proposed(session: Session) -> Known:
    made = problems.proposed(session, now(), lead_department=COUNTY)
    return {"problem_id": made.id, "body": {"owner": _owner(session)}}


def to_drop(session: Session) -> Known:
    return {"problem_id": problems.proposed(session, now(), lead_department=COUNTY).id}


def shown(session: Session) -> Known:
    alert = alert_of(session, now(), place=f"problem-{next(_FRESH)}")
    return {**to_drop(session), "body": {"kind": "hot", "ref": str(alert.id)}}


def listed(session: Session) -> Known:
    made = problems.listed(session, now(), lead_department=COUNTY)
    return {"problem_id": made.id, "position": 1}


def to_move(session: Session) -> Known:
    return {**listed(session), "body": {"due_on": "2099-01-01"}}


def asked_for(session: Session) -> Known:
    made = problems.listed(session, now(), lead_department=COUNTY)
    wish = Wish(1, date(2099, 1, 1), "到货推迟")
    moving.ask(session, made, wish, actor=system_of(COUNTY), now=now())
    return {"problem_id": made.id, "position": 1}


def begun(session: Session) -> Known:
    made = problems.listed(session, now(), lead_department=COUNTY)
    life.act(session, made, Action.BEGIN, actor=system_of(COUNTY), now=now())
    return {"problem_id": made.id}


def a_ticket(session: Session) -> Known:
    return {"body": {"tickets": [cases.closed(session, now()).number]}}


def drafted(session: Session) -> Known:
    case, ticket = cases.drafted(session, now())
    return {"worked_case": case.id, "body": {"tickets": [ticket.number]}}


def to_submit(session: Session) -> Known:
    return {"worked_case": cases.drafted(session, now())[0].id}


def published(session: Session) -> Known:
    return {"worked_case": cases.published(session, now())[0].id}


def _owner(session: Session) -> str:
    name = problems.OWNER
    if accounts.find(session, name) is None:
        accounts.create_account(session, name, "", role=Role.TEAM_LEAD, now=now())
    return name
