"""A day at a hotline and the people who look at it: what every page is opened on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from playwright.sync_api import Page
from sqlmodel import Session, col, select

from dispatch.indicators import refreshing
from dispatch.inspection import calibrations
from dispatch.models import Ticket, WorkOrder
from dispatch.requesters import links
from dispatch.webhooks import deliveries, endpoints
from dispatch.webhooks.endpoints import Wanted
from hotline.core import accounts, keys
from hotline.core.accounts import Account, Role
from hotline.core.clock import beijing_day
from hotline.core.privacy import Person
from hotline.demo import cast, history, rush
from hotline.demo.day import pictured
from knowledge.articles import must_read, seeding, writing
from knowledge.articles.models_articles import Article
from knowledge.articles.readers import Audience
from knowledge.articles.wording import Wording
from knowledge.items import seeding as items
from knowledge.models import Responsibility
from tests.dispatch import inspection_scene as inspecting
from tests.dispatch.cases.scene import submitted
from tests.dispatch.comparing import scene as comparing
from tests.dispatch.hot_scene import alert_of
from tests.dispatch.letters.letter_scene import written_to
from tests.dispatch.problems.scene import listed as problem_of
from tests.dispatch.publishing.scene import published
from tests.dispatch.rating_scene import bad_rating
from tests.dispatch.replays.scene import of_last_weeks
from tests.dispatch.reports.scene import report_of
from tests.dispatch.test_call_rating_cases import rated_badly

PASSWORD = "a-long-secret-word"  # noqa: S105  # of accounts that only tests and pictures see
NAMES = {
    Role.AGENT: "话务员 08",
    Role.TEAM_LEAD: "班长 02",
    Role.ADMINISTRATOR: "系统管理员",
    Role.HANDLER: "经办人 01",
    Role.LEADER: "分管领导 01",
    Role.EDITOR: "知识编辑 01",
}
ROLES = tuple(NAMES)


@dataclass(frozen=True)
class Scene:
    """The names that addresses are made of."""

    names: dict[str, str]


def arrange(session: Session, *, at: datetime) -> Scene:
    """Tell the day, enrol one person of each role, and return what the pages are named by."""
    cast.enrol(session, now=at)
    told = list(history.tell_all(session, pictured(), at=at))
    order = _order(session)
    people = {role: _person(session, role, order.department, at) for role in ROLES}
    rush.fare_all(session, at=at)
    seeding.seed(session, now=at)
    items.seed(session, now=at)
    leader = accounts.as_actor(people[Role.LEADER])
    keys.issue_key(session, order.department, "OA", ["orders.read"], actor=leader, now=at)
    wanted = Wanted("https://oa.example.gov.cn/hotline", "OA")
    hook, _ = endpoints.create(session, order.department, wanted, networks=[], actor=leader, now=at)
    sent = deliveries.ping(session, hook, now=at)
    session.flush()
    refreshing.refresh(session, beijing_day(at), now=at)
    ticket = session.get_one(Ticket, order.ticket_id)
    own = told[-3]
    person = session.get_one(Person, own.person_id)
    entry = session.exec(select(Responsibility).order_by(col(Responsibility.id))).first()
    assert entry
    article = session.exec(select(Article).order_by(col(Article.id))).first()
    assert article
    day = beijing_day(at) + timedelta(days=3)
    must_read.ask(session, article, day, Audience(), actor=accounts.MACHINE, now=at)
    words = Wording("路灯不亮怎么报修？", "请报灯杆编号。", order.department, beijing_day(at))
    own_article = writing.create(session, words, actor=leader, now=at)
    return Scene(
        {
            "ticket": ticket.number,
            "order": order.number,
            "call": str(next(each.call_id for each in reversed(told) if each.call_id)),
            "register": "supervisions",
            "hot": str(alert_of(session, at).id),
            **_inspected(session, at),
            **comparing.pictured(session, order, leader, at),
            "bad": str(bad_rating(session, at, order.department).id),
            "bad_call": str(rated_badly(session, at).id),
            "report": str(report_of(session, at, order.department).id),
            "replay": str(of_last_weeks(session, at).id),
            **written_to(session, order.department, at),
            **published(session, at),
            "problem": str(problem_of(session, at, lead_department=order.department).id),
            "worked": str(submitted(session, at)[0].id),
            "article": article.code,
            "own_article": own_article.code,
            "item": "border-pass@540000",
            "measure": "received",
            "webhook": str(hook.id),
            "delivery": str(sent.id),
            "username": people[Role.AGENT].username,
            "department": order.department,
            "matter": entry.matter_code,
            "district": entry.district_code,
            "kind": "departments",
            "own": own.number,
            "key": links.issue(session, own, person, "picture", now=at),
        }
    )


def _inspected(session: Session, at: datetime) -> dict[str, str]:
    """Return what quality inspection is named by: a result, a calibration, a sheet to mark."""
    lead, agent = username(Role.TEAM_LEAD), username(Role.AGENT)
    result = inspecting.submitted(session, at, inspector="seen-inspector", agent=agent)
    boss = inspecting.person(session, username(Role.ADMINISTRATOR), Role.ADMINISTRATOR, at)
    wish = calibrations.Wish("十一月", [result.id or 0], [lead, boss.name])
    row = calibrations.open_one(session, wish, [result], actor=boss, now=at)
    sheet = calibrations.sheets(session, row)[0]
    names = {"result": result.id, "calibration": row.id, "sheet": sheet.id}
    return {"card": "call-basic", **{name: str(id) for name, id in names.items()}}


def _person(session: Session, role: Role, department: str, at: datetime) -> Account:
    name, shown = username(role), NAMES[role]
    made = accounts.create_account(session, name, PASSWORD, role=role, display_name=shown, now=at)
    made.department = department if role in (Role.HANDLER, Role.LEADER) else ""
    session.flush()
    return made


def _order(session: Session) -> WorkOrder:
    """Return an order that a department works on; raise LookupError when the day has none."""
    running = select(WorkOrder).where(col(WorkOrder.status).in_(["accepted", "dispatched"]))
    found = session.exec(running.order_by(col(WorkOrder.status), col(WorkOrder.id))).first()
    if found is None:
        raise LookupError("The day has no order that somebody works on.")
    return found


def username(role: Role) -> str:
    """Return what somebody of this role signs in with."""
    return f"seen-{role.replace('_', '-')}"


def sign_in(page: Page, role: Role) -> None:
    """Sign somebody of this role in on the page."""
    page.goto("/console/sign-in")
    page.fill("[name=username]", username(role))
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("header.top")
