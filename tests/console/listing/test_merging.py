"""批量并单: chosen lines follow one of them, and what can't is named with its reason."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.clustering import cluster_record
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Confidentiality, Ticket
from hotline.core.accounts import MACHINE
from tests.console.listing.test_together import URBAN, do, line, why
from tests.factories import create_ticket

SAME = "同一路段的路灯"


def some(session: Session, now: datetime, count: int) -> list[Ticket]:
    made = [create_ticket(session, now=now) for _ in range(count)]
    session.flush()
    return made


def main_of(session: Session, ticket: Ticket) -> str:
    cluster = cluster_record.of_ticket(session, ticket)
    return cluster_record.main_of(session, cluster).number if cluster else ""


def test_the_one_that_is_dispatched_leads_and_the_rest_is_not_lost_for_what_cannot_follow(
    agent: TestClient, session: Session, now: datetime
) -> None:
    first, going, secret, stale, far = some(session, now, 5)
    dispatching.dispatch(session, going, [Assignment(URBAN)], actor=MACHINE, now=now)
    secret.confidentiality, far.district = Confidentiality.CONFIDENTIAL, "540121"
    session.flush()
    chosen = [*map(line, (first, going, secret, far)), line(stale, stale.version + 1)]
    page = do(agent, "merge", *chosen, "260101999990:1", words=SAME)
    assert why(page) == {
        first.number: "",
        secret.number: "举报件和保密件单独办理，不并单。",
        far.number: "与主工单不在同一地区，不能并单。",
        stale.number: "您勾选之后，这件工单已被他人修改，请重新查看。",
        "260101999990": "没有找到，或不在您的范围内。",
        going.number: "",
    }
    assert f">{going.number}</a> <em>主工单</em>" in page
    assert [main_of(session, each) for each in (first, going)] == [going.number] * 2
    assert [main_of(session, each) for each in (secret, stale, far)] == [""] * 3
    assert first.status == "dispatched"
    cluster = cluster_record.of_ticket(session, first)
    assert cluster
    assert (cluster.reason, cluster.by) == (SAME, "agent-1")


def test_of_those_that_wait_the_first_leads_and_more_may_follow_later(
    agent: TestClient, session: Session, now: datetime
) -> None:
    first, second, third = some(session, now, 3)
    page = do(agent, "merge", line(second), line(first), words=SAME)
    assert f">{first.number}</a> <em>主工单</em>" in page
    for each in (first, second, third):
        session.refresh(each)
    page = do(agent, "merge", *map(line, (first, second, third)), words=SAME)
    assert why(page) == {
        second.number: "已并入别的工单，请在主工单上办理。",
        first.number: "",
        third.number: "",
    }
    assert main_of(session, third) == first.number


def test_one_alone_none_that_may_and_no_reason_are_said(
    agent: TestClient, auditor: TestClient, session: Session, now: datetime
) -> None:
    one, two = some(session, now, 2)
    assert "请至少勾选两件" in do(agent, "merge", line(one), words=SAME, status=422)
    assert "请写明内容" in do(agent, "merge", line(one), line(two), status=422)
    do(auditor, "merge", line(one), line(two), words=SAME, status=403)
    two.district = "540121"
    session.flush()
    page = do(agent, "merge", line(one), line(two), words=SAME)
    assert why(page) == {
        one.number: "没有别的工单能并入它。",
        two.number: "与主工单不在同一地区，不能并单。",
    }
    one.confidentiality = two.confidentiality = Confidentiality.CONFIDENTIAL
    session.flush()
    page = do(agent, "merge", line(one), line(two), words=SAME)
    assert set(why(page).values()) == {"举报件和保密件单独办理，不并单。"}
    assert "没有一件能办" in page
