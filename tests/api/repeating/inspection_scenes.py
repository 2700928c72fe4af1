"""质检, as the writes on it find it; the boss inspects, appeals and decides."""

import itertools

from sqlmodel import Session, col, select

from dispatch.inspection import appeals, calibrations, cards, inspections, lists, scoring
from dispatch.inspection.inspections import Marks
from dispatch.inspection.models_inspection import Calibration, Inspection, InspectionFlag
from dispatch.inspection.word_lists import body_of
from hotline.core.accounts import Role
from hotline.core.clock import now
from tests.api.repeating.scenes import Known
from tests.dispatch import inspection_scene as scene
from tests.dispatch.inspection_scene import ALL_MET

BOSS = "boss"
_FRESH = itertools.count(1)


def fresh(name: str) -> str:
    return f"inspected-{name}-{next(_FRESH)}"


def new_card(_: Session) -> Known:
    body = scoring.body_of(cards.packaged("call-basic")[1])
    return {"body": {"code": f"card-{next(_FRESH)}", "kind": "call", "seen": 0, "body": body}}


def new_lists(session: Session) -> Known:
    seen, present = lists.current(session)
    body = {**body_of(present), "forbidden": [fresh("word")]}
    return {"body": {"seen": seen, "body": body}}


def new_plan(_: Session) -> Known:
    wish = {"title": "每周", "kind": "call", "period": "week", "per_agent": 2}
    return {"body": {**wish, "card": "call-basic", "inspectors": [BOSS]}}


def a_plan(session: Session) -> Known:
    return {"plan_id": scene.plan(session, now(), (fresh("by"),)).id}


def to_draw(session: Session) -> Known:
    scene.talk(session, scene.yesterday(now()), agent=fresh("agent"))
    return a_plan(session)


def nobody_s(session: Session) -> Known:
    found = _drawn(session, inspector=fresh("by"))
    found.inspector = ""
    return {"inspection_id": found.id}


def to_mark(session: Session) -> Known:
    found = _drawn(session, inspector=BOSS)
    return {"inspection_id": found.id, "body": {"marks": ALL_MET, "fatal": [], "note": "好"}}


def to_judge(session: Session) -> Known:
    found = _drawn(session, inspector=BOSS)
    mine = select(InspectionFlag.id).where(InspectionFlag.call_id == found.call_id)
    flag = session.exec(mine.order_by(col(InspectionFlag.id))).first()
    return {"flag_id": flag, "body": {"false_alarm": True}}


def own_result(session: Session) -> Known:
    found = scene.submitted(session, now(), inspector=fresh("by"), agent=BOSS)
    return {"inspection_id": found.id, "body": {"grounds": "对方先停了"}}


def appealed(session: Session) -> Known:
    name = fresh("agent")
    agent = scene.person(session, name, Role.AGENT, now())
    found = scene.submitted(session, now(), inspector=fresh("by"), agent=name)
    appeals.appeal(session, found, "对方先停了", actor=agent, now=now())
    return {"inspection_id": found.id, "body": {"verdict": "upheld", "answer": "不变"}}


def to_calibrate(session: Session) -> Known:
    found = scene.submitted(session, now(), inspector=fresh("by"), agent=fresh("agent"))
    names = [fresh("by"), fresh("by")]
    for name in names:
        scene.person(session, name, Role.INSPECTOR, now())
    return {"body": {"title": "校准", "inspections": [found.id], "inspectors": names}}


def to_close(session: Session) -> Known:
    return {"calibration_id": _marked_by_all(session).id}


def _marked_by_all(session: Session) -> Calibration:
    given = to_calibrate(session)["body"]
    maker = scene.person(session, "plan-maker", Role.ADMINISTRATOR, now())
    found = [session.get_one(Inspection, each) for each in given["inspections"]]
    wish = calibrations.Wish(**given)
    row = calibrations.open_one(session, wish, found, actor=maker, now=now())
    for each in calibrations.sheets(session, row):
        by = scene.person(session, each.inspector, Role.INSPECTOR, now())
        inspections.submit(session, each, Marks(ALL_MET), actor=by, now=now())
    return row


def _drawn(session: Session, *, inspector: str) -> Inspection:
    return scene.drawn(session, now(), inspector=inspector, agent=fresh("agent"))


def to_hand_over(session: Session) -> Known:
    found, name = _drawn(session, inspector=fresh("by")), fresh("other")
    scene.person(session, name, Role.INSPECTOR, now())
    return {"inspection_id": found.id, "body": {"to": name, "why": "away"}}
