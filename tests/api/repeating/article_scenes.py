"""Articles at each step of their life, written by somebody else than who sends."""

from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day, now
from knowledge.articles import finding, life, mistakes, must_read, writing
from knowledge.articles.readers import Audience
from knowledge.articles.states import TextAction
from knowledge.articles.wording import Wording
from tests.api.repeating.scenes import COUNTY, Known

AUTHOR = Actor("author", Role.EDITOR)
OTHER = Actor("other-editor", Role.EDITOR)
SUPERVISOR = Actor("its-supervisor", Role.SUPERVISOR)
WORDING = Wording(
    question="路灯不亮怎么报修？",
    say="请告诉我路名和灯杆编号。",
    send="请报路名和灯杆编号。",
    department_code="540100-urban",
    valid_from=date(2026, 1, 1),
)
_STEPS = (
    (TextAction.SUBMIT, AUTHOR),
    (TextAction.APPROVE, OTHER),
    (TextAction.PUBLISH, SUPERVISOR),
)


def nothing(_session: Session) -> Known:
    return {}


def draft(session: Session) -> Known:
    return _after(session, 0)


def in_review(session: Session) -> Known:
    return {**_after(session, 1), "body": {"reason": "地点不对"}}


def approved(session: Session) -> Known:
    return _after(session, 2)


def published(session: Session) -> Known:
    return {**_after(session, 3), "body": {"reason": "政策变了"}}


def disputed(session: Session) -> Known:
    known = _after(session, 3)
    article = finding.find(session, known["article"])
    mistakes.report(session, article, actor=OTHER, now=now())
    return known


def to_be_read(session: Session) -> Known:
    # Nobody here is of the example's audience, and one that nobody is in is refused.
    audience = {"roles": ["team_lead"], "skill": ""}
    return {**_after(session, 3), "body": {"by_day": _soon().isoformat(), **audience}}


def asked_of_all(session: Session) -> Known:
    known = _after(session, 3)
    article = finding.find(session, known["article"])
    must_read.ask(session, article, _soon(), Audience(), actor=SUPERVISOR, now=now())
    return {**known, "body": {"text_version": 1}}


def own_draft(session: Session) -> Known:
    return _after(session, 0, COUNTY)


def own_disputed(session: Session) -> Known:
    known = _after(session, 3, COUNTY)
    article = finding.find(session, known["article"])
    mistakes.report(session, article, actor=OTHER, now=now())
    return known


def _soon() -> date:
    return beijing_day(now()) + timedelta(days=3)


def _after(session: Session, steps: int, department: str = WORDING.department_code) -> Known:
    wording = replace(WORDING, source="编辑自撰", department_code=department)
    article = writing.create(session, wording, actor=AUTHOR, now=now())
    for action, actor in _STEPS[:steps]:
        life.act(session, article, action, actor=actor, now=now())
    return {"article": article.code}
