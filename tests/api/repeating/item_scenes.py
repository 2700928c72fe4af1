"""Items at each step of their life, written by somebody else than who sends."""

from datetime import date
from itertools import count

from sqlmodel import Session

from hotline.core.clock import now
from knowledge.articles.states import TextAction
from knowledge.items import finding, life, writing
from knowledge.items.checks import ItemKey
from knowledge.items.content import Content
from tests.api.repeating.article_scenes import AUTHOR, OTHER, SUPERVISOR
from tests.api.repeating.scenes import Known
from tests.factories import create_ticket

CONTENT = Content(
    name="牦牛运输备案",
    kind="公共服务",
    department_code="540000-agriculture",
    valid_from=date(2026, 1, 1),
)
_FRESH = count(1)
_STEPS = (
    (TextAction.SUBMIT, AUTHOR),
    (TextAction.APPROVE, OTHER),
    (TextAction.PUBLISH, SUPERVISOR),
)
_BODY = {
    "name": "牦牛运输备案",
    "kind": "公共服务",
    "department": "540000-agriculture",
    "valid_from": "2026-01-01",
}


def nothing(_session: Session) -> Known:
    return {"body": _BODY | {"code": f"again-{next(_FRESH)}", "district": "540000"}}


def draft(session: Session) -> Known:
    return {**_after(session, 0), "body": _BODY | {"fee": "不收费"}}


def in_review(session: Session) -> Known:
    return {**_after(session, 1), "body": {"reason": "材料不对"}}


def approved(session: Session) -> Known:
    return _after(session, 2)


def published(session: Session) -> Known:
    return {**_after(session, 3), "body": {"reason": "取消了"}}


def asked_about(session: Session) -> Known:
    ticket = create_ticket(session, now=now())
    return {"ticket": ticket.number, "body": {"item": _after(session, 3)["item"]}}


def a_sheet(_session: Session) -> Known:
    return {"files": {"sheet": _sheet()}, "other files": {"sheet": _sheet()}}


def _sheet() -> tuple[str, bytes]:
    head = "code,district,name,kind,department,valid_from"
    line = f"sheet-{next(_FRESH)},540000,牦牛运输,公共服务,540000-agriculture,2026-01-01"
    return "items.csv", f"{head}\n{line}\n".encode()


def _after(session: Session, steps: int) -> Known:
    key = ItemKey(f"scene-{next(_FRESH)}", "540000")
    item = writing.create(session, key, CONTENT, actor=AUTHOR, now=now())
    for action, actor in _STEPS[:steps]:
        life.act(session, item, action, actor=actor, now=now())
    return {"item": str(finding.key_of(item))}
