"""Tickets about the same matter, merged on a page."""

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.clustering import cluster_record
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from hotline.console import beside_clusters
from hotline.core.accounts import MACHINE
from tests.console.matters import URBAN, form, handled, page, send
from tests.factories import create_ticket


def three(session: Session, now: datetime) -> list[Ticket]:
    made = [create_ticket(session, now=now) for _ in range(3)]
    session.flush()
    return made


def similar(client: TestClient, ticket: Ticket) -> str:
    answer = client.get(f"/console/tickets/{ticket.number}/similar")
    assert answer.status_code == 200
    return answer.text


def merge(client: TestClient, ticket: Ticket, main: Ticket, *members: Ticket) -> str:
    given = {"main": main.number, "member": [each.number for each in members]}
    answer = send(client, ticket, "merge", reason="同一路段的路灯", **given)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_look_alikes_are_ticked_and_follow_this_ticket(
    agent: TestClient, session: Session, now: datetime
) -> None:
    main, *others = three(session, now)
    assert f"/console/tickets/{main.number}/similar" in page(agent, main)
    shown = similar(agent, main)
    assert f'name="main" value="{main.number}" aria-label="主 {main.number}" checked' in shown
    for each in others:
        assert f'name="member" value="{each.number}"' in shown
    after = merge(agent, main, main, *others)
    for word in ("已并单", "本工单", "同一路段的路灯", *(each.number for each in others)):
        assert word in after
    follower = page(agent, others[0])
    assert f'href="/console/tickets/{main.number}"' in follower
    for action in ("dispatch", "decline", "answer", "hand_over", "contest"):
        assert form(others[0], action) not in follower


def test_a_new_ticket_is_proposed_to_follow_the_one_under_way(
    agent: TestClient, session: Session, now: datetime
) -> None:
    going, _ = handled(session, now)
    new = create_ticket(session, now=now)
    session.flush()
    shown = similar(agent, new)
    assert re.search(f'name="main" value="{going.number}"[^>]* checked', shown)
    merge(agent, new, going)
    session.refresh(new)
    assert new.status == "dispatched"
    cluster = cluster_record.of_ticket(session, new)
    assert cluster
    assert cluster.main_id == going.id


def test_nothing_ticked_is_said_in_chinese(
    agent: TestClient, session: Session, now: datetime
) -> None:
    main, *_ = three(session, now)
    answer = send(agent, main, "merge", main=main.number, reason="同一件事")
    assert answer.status_code == 422
    assert "请至少勾选一件" in answer.text


def test_on_an_old_page_nothing_is_merged(
    agent: TestClient, session: Session, now: datetime
) -> None:
    main, other, _ = three(session, now)
    given = {"main": other.number, "version": main.version - 1, "reason": "同一件事"}
    assert send(agent, main, "merge", **given).status_code == 412
    assert cluster_record.of_ticket(session, main) is None


def test_a_member_leaves_from_its_own_page_or_the_mains(
    agent: TestClient, session: Session, now: datetime
) -> None:
    main, first, second = three(session, now)
    merge(agent, main, main, first, second)
    for seen, leaving in ((main, first), (second, second)):
        assert form(seen, "unmerge") in page(agent, seen)
        cluster = cluster_record.of_ticket(session, leaving)
        assert cluster
        given = {"cluster": cluster.id, "member": leaving.number, "why": "不是同一盏灯"}
        assert send(agent, seen, "unmerge", **{**given, "version": 0}).status_code == 412
        answer = send(agent, seen, "unmerge", **{**given, "version": cluster.version})
        assert answer.status_code == 200
        assert cluster_record.of_ticket(session, leaving) is None


def test_of_many_members_the_first_are_listed_and_each_can_leave_from_its_own_page(
    agent: TestClient, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside_clusters, "SHOWN", 2)
    main, first, second = three(session, now)
    merge(agent, main, main, first, second)
    shown = page(agent, main)
    assert "<dd>3</dd>" in shown  # 人次 counts them all
    assert f'option value="{first.number}"' in shown
    assert f'option value="{second.number}"' not in shown
    assert f'option value="{second.number}" selected' in page(agent, second)


def test_a_merged_look_alike_can_only_lead(
    agent: TestClient, session: Session, now: datetime
) -> None:
    main, other, new = three(session, now)
    merge(agent, main, main, other)
    shown = similar(agent, new)
    assert f'name="member" value="{other.number}"' not in shown
    assert f"已并入 {main.number}" in shown


def test_a_main_ticket_with_followers_is_not_ended_apart_from_them(
    agent: TestClient, session: Session, now: datetime
) -> None:
    main, other, _ = three(session, now)
    merge(agent, main, main, other)
    shown = page(agent, main)
    for action in ("answer", "decline", "hand_over", "withdraw"):
        assert form(main, action) not in shown
    dispatching.dispatch(session, main, [Assignment(URBAN)], actor=MACHINE, now=now)
    session.flush()
    assert "办理中" in page(agent, other)


def test_who_only_looks_neither_finds_nor_merges(
    auditor: TestClient, session: Session, now: datetime
) -> None:
    main, other, _ = three(session, now)
    assert "/similar" not in page(auditor, main)
    assert auditor.get(f"/console/tickets/{main.number}/similar").status_code == 403
    given = {"main": main.number, "member": [other.number], "reason": "同一件事"}
    assert send(auditor, main, "merge", **given).status_code == 403
    unmerge = {"cluster": 1, "member": other.number, "why": "不是"}
    assert send(auditor, main, "unmerge", **unmerge).status_code == 403
